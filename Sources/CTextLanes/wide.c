// Marks, escapes and runs in blocks of 64 bytes. A block that a text does not fill is loaded under a mask, which touches
// nothing behind the text.
#include "wide.h"

#ifdef WEFLOW_WIDE
#include "find.h"
#include "utf8.h"
#include <immintrin.h>

#define WIDE_TARGET __attribute__((target("avx512f,avx512bw,avx512vl,avx512vbmi,avx512vbmi2,bmi2")))
#define WIDE(type) WIDE_TARGET static inline type

enum { BLOCK = 64 };

/// What a byte of ASCII is, in the bits of its marks.
static const uint8_t ascii[128] = {
    [0 ... 8] = WEFLOW_TEXT_CONTROL, ['\t' ... '\n'] = WEFLOW_TEXT_ESCAPED, [0x0B ... 0x0C] = WEFLOW_TEXT_CONTROL,
    ['\r'] = WEFLOW_TEXT_ESCAPED, [0x0E ... 0x1F] = WEFLOW_TEXT_CONTROL, ['"'] = WEFLOW_TEXT_ESCAPED,
    ['\\'] = WEFLOW_TEXT_ESCAPED, [0x7F] = WEFLOW_TEXT_CONTROL,
};

/// A one for each of the first `count` bytes of a block.
WIDE(__mmask64) first(size_t count) { return _bzhi_u64(~0ull, (unsigned)count); }
WIDE(__m512i) load(const uint8_t *bytes) { return _mm512_loadu_si512(bytes); }
WIDE(__m512i) all(uint8_t byte) { return _mm512_set1_epi8((char)byte); }
WIDE(__m512i) both(__m512i one, __m512i other) { return _mm512_and_si512(one, other); }
WIDE(__m512i) look_up(const uint8_t table[16], __m512i places) {
    const __m128i once = _mm_loadu_si128((const __m128i *)(const void *)table);
    return _mm512_shuffle_epi8(_mm512_broadcast_i32x4(once), places);
}
WIDE(__m512i) high_half(__m512i bytes) { return both(_mm512_srli_epi16(bytes, 4), all(15)); }
WIDE(__m512i) low_half(__m512i bytes) { return both(bytes, all(15)); }

/// What has been found so far.
struct found {
    /// A byte is not 0 where its lane found something that is no UTF-8.
    __m512i broken;
    /// The marks that ASCII has left in each lane.
    __m512i ascii;
    /// A bit for each lane that found one.
    __mmask64 control, separator;
};

/// Looks at the bytes beyond ASCII of a block and at those that continue the block before.
WIDE(void) look_wide(struct found *found, __m512i block, __m512i before) {
    // The block moved on by sixteen bytes, from which it is moved on by fewer.
    const __m512i sixteen = _mm512_alignr_epi32(block, before, 12);
    const __m512i one = _mm512_alignr_epi8(block, sixteen, 15);
    const __m512i two = _mm512_alignr_epi8(block, sixteen, 14);
    const __m512i three = _mm512_alignr_epi8(block, sixteen, 13);
    const __m512i pair = both(
        both(look_up(first_high, high_half(one)), look_up(first_low, low_half(one))),
        look_up(second_high, high_half(block)));
    // The third byte of three and the third and fourth of four continue another continuation; no other may.
    const __m512i due = both(
        _mm512_or_si512(_mm512_subs_epu8(two, all(0xE0 - 0x80)), _mm512_subs_epu8(three, all(0xF0 - 0x80))),
        all(0x80));
    found->broken = _mm512_or_si512(found->broken, _mm512_xor_si512(due, pair));
    // C2 80 to C2 9F: the control characters beyond ASCII.
    found->control |= _mm512_mask_cmple_epu8_mask(_mm512_cmpeq_epi8_mask(one, all(0xC2)), block, all(0x9F));
    // E2 80 A8 and E2 80 A9.
    const __mmask64 general = _mm512_mask_cmpeq_epi8_mask(_mm512_cmpeq_epi8_mask(two, all(0xE2)), one, all(0x80));
    found->separator |= _mm512_mask_cmpeq_epi8_mask(general, _mm512_or_si512(block, all(1)), all(0xA9));
}

/// Looks at a block behind another.
WIDE(void) look(struct found *found, __m512i block, __m512i before) {
    const __mmask64 high = _mm512_movepi8_mask(block);
    const __m512i marks = _mm512_permutex2var_epi8(load(ascii), block, load(ascii + BLOCK));
    found->ascii = _mm512_or_si512(found->ascii, _mm512_maskz_mov_epi8(~high, marks));
    if (high | _mm512_movepi8_mask(before)) {
        look_wide(found, block, before);
    }
}

WIDE_TARGET unsigned weflow_wide_marks(const uint8_t *text, size_t count) {
    const __m512i zero = _mm512_setzero_si512();
    struct found found = {zero, zero, 0, 0};
    __m512i before = zero;
    size_t at = 0;
    for (; count - at >= BLOCK; at += BLOCK) {
        const __m512i block = load(text + at);
        look(&found, block, before);
        before = block;
    }
    // Behind a text of whole blocks, a block of blanks shows whether its last character is complete.
    if (at < count || _mm512_movepi8_mask(before)) {
        look(&found, _mm512_mask_loadu_epi8(all(' '), first(count - at), text + at), before);
    }
    if (_mm512_test_epi8_mask(found.broken, found.broken)) {
        return WEFLOW_TEXT_BROKEN;
    }
    const int control = found.control || _mm512_test_epi8_mask(found.ascii, all(WEFLOW_TEXT_CONTROL));
    return (control ? WEFLOW_TEXT_CONTROL : 0u) | (found.separator ? WEFLOW_TEXT_SEPARATOR : 0u)
        | (_mm512_test_epi8_mask(found.ascii, all(WEFLOW_TEXT_ESCAPED)) ? WEFLOW_TEXT_ESCAPED : 0u);
}

/// The letters behind the backslash of `\t`, `\n` and `\r`.
static const uint8_t letters[16] = {['\t'] = 't', ['\n'] = 'n', ['\r'] = 'r'};

WIDE_TARGET size_t weflow_wide_escape(const uint8_t *text, size_t count, uint8_t *target) {
    uint8_t *const start = target;
    // Half a block, which fills a whole one when every byte has its backslash.
    for (size_t at = 0; at < count; at += BLOCK / 2) {
        const __mmask32 there = (__mmask32)first(count - at < BLOCK / 2 ? count - at : BLOCK / 2);
        const __m256i block = _mm256_maskz_loadu_epi8(there, text + at);
        const __mmask32 blank = _mm256_mask_cmple_epu8_mask(there, block, _mm256_set1_epi8(0x1F));
        const __mmask32 escaped = blank | _mm256_cmpeq_epi8_mask(block, _mm256_set1_epi8('"'))
            | _mm256_cmpeq_epi8_mask(block, _mm256_set1_epi8('\\'));
        const __m256i table = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)letters));
        const __m256i letter = _mm256_mask_shuffle_epi8(block, blank, table, block);
        // A backslash in front of each byte; those that are not wanted are left out.
        const __m512i pairs = _mm512_or_si512(
            _mm512_slli_epi16(_mm512_cvtepu8_epi16(letter), 8), _mm512_set1_epi16('\\'));
        const __mmask64 wanted = _pdep_u64(there, 0xAAAAAAAAAAAAAAAA) | _pdep_u64(escaped, 0x5555555555555555);
        _mm512_storeu_si512(target, _mm512_maskz_compress_epi8(wanted, pairs));
        target += __builtin_popcountll(wanted);
    }
    return (size_t)(target - start);
}

WIDE_TARGET size_t weflow_wide_find(const uint8_t *text, size_t from, size_t end, const struct weflow_run *run) {
    const __m512i first_byte = all(run->bytes[run->first]), first_fold = all(run->fold[run->first]);
    const __m512i second_byte = all(run->bytes[run->second]), second_fold = all(run->fold[run->second]);
    for (size_t at = from; at < end; at += BLOCK) {
        const __mmask64 there = first(end - at < BLOCK ? end - at : BLOCK);
        const __m512i one = _mm512_maskz_loadu_epi8(there, text + at + run->first);
        const __mmask64 begun = _mm512_mask_cmpeq_epi8_mask(there, _mm512_or_si512(one, first_fold), first_byte);
        if (!begun) {
            continue;
        }
        const __m512i other = _mm512_maskz_loadu_epi8(there, text + at + run->second);
        __mmask64 found = _mm512_mask_cmpeq_epi8_mask(begun, _mm512_or_si512(other, second_fold), second_byte);
        for (; found; found &= found - 1) {
            const size_t place = at + (size_t)__builtin_ctzll(found);
            if (is_run(text + place, run)) {
                return place;
            }
        }
    }
    return SIZE_MAX;
}
#endif
