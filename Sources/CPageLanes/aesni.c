// AES by AES-NI.
#include "cipher.h"
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("aes,avx"))), apply_to = function)

typedef __m128i cipher_block;

INLINE __m128i load(const uint8_t *bytes) { return _mm_loadu_si128((const __m128i *)bytes); }

INLINE void store(uint8_t *bytes, __m128i block) { _mm_storeu_si128((__m128i *)bytes, block); }

/// The next four words of the schedule: every word is its forerunner of one key's length before XOR the word just made.
INLINE __m128i next(__m128i before, __m128i mixed) {
    before = _mm_xor_si128(before, _mm_slli_si128(before, 4));
    before = _mm_xor_si128(before, _mm_slli_si128(before, 8));
    return _mm_xor_si128(before, mixed);
}

static void expand_32(struct weflow_aes *aes, const uint8_t *key) {
    __m128i even = load(key), odd = load(key + 16);
    store(aes->encrypt[0], even);
    store(aes->encrypt[1], odd);
    // The instruction wants its constant as part of itself, so this is no loop.
#define EVEN(round, constant) \
    even = next(even, _mm_shuffle_epi32(_mm_aeskeygenassist_si128(odd, constant), 0xff)); \
    store(aes->encrypt[round], even);
#define ODD(round) \
    odd = next(odd, _mm_shuffle_epi32(_mm_aeskeygenassist_si128(even, 0), 0xaa)); \
    store(aes->encrypt[round], odd);
    EVEN(2, 0x01) ODD(3)
    EVEN(4, 0x02) ODD(5)
    EVEN(6, 0x04) ODD(7)
    EVEN(8, 0x08) ODD(9)
    EVEN(10, 0x10) ODD(11)
    EVEN(12, 0x20) ODD(13)
    EVEN(14, 0x40)
#undef EVEN
#undef ODD
}

static void expand_16(struct weflow_aes *aes, const uint8_t *key) {
    __m128i word = load(key);
    store(aes->encrypt[0], word);
#define NEXT(round, constant) \
    word = next(word, _mm_shuffle_epi32(_mm_aeskeygenassist_si128(word, constant), 0xff)); \
    store(aes->encrypt[round], word);
    NEXT(1, 0x01) NEXT(2, 0x02) NEXT(3, 0x04) NEXT(4, 0x08) NEXT(5, 0x10)
    NEXT(6, 0x20) NEXT(7, 0x40) NEXT(8, 0x80) NEXT(9, 0x1b) NEXT(10, 0x36)
#undef NEXT
}

void weflow_aesni_expand(struct weflow_aes *aes, const uint8_t *key, size_t size) {
    aes->rounds = size == 16 ? 10 : 14;
    if (size == 16) {
        expand_16(aes, key);
    } else {
        expand_32(aes, key);
    }
    for (int i = 0; i <= aes->rounds; i++) {
        __m128i round = load(aes->encrypt[aes->rounds - i]);
        store(aes->decrypt[i], i == 0 || i == aes->rounds ? round : _mm_aesimc_si128(round));
    }
}

void weflow_aesni_encrypt(
    const struct weflow_aes *aes, const uint8_t *iv, const uint8_t *in, uint8_t *out, size_t blocks) {
    __m128i chain = load(iv);
    for (; blocks > 0; blocks--, in += 16, out += 16) {
        chain = _mm_xor_si128(_mm_xor_si128(chain, load(in)), load(aes->encrypt[0]));
        for (int i = 1; i < aes->rounds; i++) {
            chain = _mm_aesenc_si128(chain, load(aes->encrypt[i]));
        }
        chain = _mm_aesenclast_si128(chain, load(aes->encrypt[aes->rounds]));
        store(out, chain);
    }
}

/// `count` blocks, whose forerunner is `chain`; returns the last of them. `out` may be `in`: all is read before any of
/// it is written.
INLINE __m128i decrypt_some(
    const struct weflow_aes *aes, const int rounds, __m128i chain, const uint8_t *in, uint8_t *out, const int count) {
    __m128i state[8], round = load(aes->decrypt[0]);
    for (int k = 0; k < count; k++) {
        state[k] = _mm_xor_si128(load(in + 16 * k), round);
    }
    for (int i = 1; i < rounds; i++) {
        round = load(aes->decrypt[i]);
        for (int k = 0; k < count; k++) {
            state[k] = _mm_aesdec_si128(state[k], round);
        }
    }
    round = load(aes->decrypt[rounds]);
    for (int k = 0; k < count; k++) {
        // The last step XORs with its key, so the forerunner can join the key.
        __m128i before = k == 0 ? chain : load(in + 16 * (k - 1));
        state[k] = _mm_aesdeclast_si128(state[k], _mm_xor_si128(round, before));
    }
    chain = load(in + 16 * (count - 1));
    for (int k = 0; k < count; k++) {
        store(out + 16 * k, state[k]);
    }
    return chain;
}

#include "in_eights.h"

const struct weflow_cipher_engine weflow_cipher_aesni = {weflow_aesni_expand, weflow_aesni_encrypt, decrypt};
#pragma clang attribute pop
#endif
