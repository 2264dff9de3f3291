// Bytes side by side, `WEFLOW_LANES` of them: the few operations that texts need, as AVX2 and NEON have them.
#pragma once
#include "text_lanes.h"
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#define WEFLOW_LANES 32
#define LANES_TARGET __attribute__((target("avx2,bmi")))
#define LANE(type) LANES_TARGET static inline type

typedef __m256i lanes;

LANE(lanes) lanes_load(const uint8_t *bytes) { return _mm256_loadu_si256((const lanes *)(const void *)bytes); }
/// Sixteen bytes, as often as there is room.
LANE(lanes) lanes_table(const uint8_t *bytes) {
    return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(const void *)bytes));
}
LANE(void) lanes_store(uint8_t *bytes, lanes value) { _mm256_storeu_si256((lanes *)(void *)bytes, value); }
LANE(lanes) lanes_all(uint8_t byte) { return _mm256_set1_epi8((char)byte); }
LANE(lanes) lanes_and(lanes one, lanes other) { return _mm256_and_si256(one, other); }
LANE(lanes) lanes_and_not(lanes one, lanes other) { return _mm256_andnot_si256(other, one); }
LANE(lanes) lanes_or(lanes one, lanes other) { return _mm256_or_si256(one, other); }
LANE(lanes) lanes_xor(lanes one, lanes other) { return _mm256_xor_si256(one, other); }
LANE(lanes) lanes_equal(lanes one, lanes other) { return _mm256_cmpeq_epi8(one, other); }
LANE(lanes) lanes_at_most(lanes one, lanes other) { return lanes_equal(_mm256_min_epu8(one, other), one); }
/// By how much `one` is more than `other`, 0 where it is not.
LANE(lanes) lanes_above(lanes one, lanes other) { return _mm256_subs_epu8(one, other); }
LANE(lanes) lanes_low_half(lanes value) { return lanes_and(value, lanes_all(15)); }
LANE(lanes) lanes_high_half(lanes value) { return lanes_low_half(_mm256_srli_epi16(value, 4)); }
/// The bytes of `table` that places of 0 to 15 mean.
LANE(lanes) lanes_look_up(lanes table, lanes places) { return _mm256_shuffle_epi8(table, places); }
/// `block` moved on by `count` bytes, behind the last ones of `before`.
#define lanes_shift_in(block, before, count) \
    _mm256_alignr_epi8(block, _mm256_permute2x128_si256(before, block, 0x21), 16 - (count))
LANE(int) lanes_any_high(lanes value) { return _mm256_movemask_epi8(value) != 0; }
LANE(int) lanes_any(lanes value) { return !_mm256_testz_si256(value, value); }
/// Bits of a lane in `lanes_marked`.
enum { LANE_BITS = 1 };
/// The lowest bit of each lane that is not 0; `value` is 0 or 0xFF in each.
LANE(uint64_t) lanes_marked(lanes value) { return (uint32_t)_mm256_movemask_epi8(value); }

#elif defined(__aarch64__)
#include <arm_neon.h>
#define WEFLOW_LANES 16
#define LANES_TARGET
#define LANE(type) static inline type

typedef uint8x16_t lanes;

LANE(lanes) lanes_load(const uint8_t *bytes) { return vld1q_u8(bytes); }
/// Sixteen bytes, as often as there is room.
LANE(lanes) lanes_table(const uint8_t *bytes) { return vld1q_u8(bytes); }
LANE(void) lanes_store(uint8_t *bytes, lanes value) { vst1q_u8(bytes, value); }
LANE(lanes) lanes_all(uint8_t byte) { return vdupq_n_u8(byte); }
LANE(lanes) lanes_and(lanes one, lanes other) { return vandq_u8(one, other); }
LANE(lanes) lanes_and_not(lanes one, lanes other) { return vbicq_u8(one, other); }
LANE(lanes) lanes_or(lanes one, lanes other) { return vorrq_u8(one, other); }
LANE(lanes) lanes_xor(lanes one, lanes other) { return veorq_u8(one, other); }
LANE(lanes) lanes_equal(lanes one, lanes other) { return vceqq_u8(one, other); }
LANE(lanes) lanes_at_most(lanes one, lanes other) { return vcleq_u8(one, other); }
/// By how much `one` is more than `other`, 0 where it is not.
LANE(lanes) lanes_above(lanes one, lanes other) { return vqsubq_u8(one, other); }
LANE(lanes) lanes_high_half(lanes value) { return vshrq_n_u8(value, 4); }
LANE(lanes) lanes_low_half(lanes value) { return vandq_u8(value, vdupq_n_u8(15)); }
/// The bytes of `table` that places of 0 to 15 mean.
LANE(lanes) lanes_look_up(lanes table, lanes places) { return vqtbl1q_u8(table, places); }
/// `block` moved on by `count` bytes, behind the last ones of `before`.
#define lanes_shift_in(block, before, count) vextq_u8(before, block, 16 - (count))
LANE(int) lanes_any_high(lanes value) { return vmaxvq_u8(value) >= 0x80; }
LANE(int) lanes_any(lanes value) { return vmaxvq_u8(value) != 0; }
/// Bits of a lane in `lanes_marked`.
enum { LANE_BITS = 4 };
/// The lowest bit of each lane that is not 0; `value` is 0 or 0xFF in each.
LANE(uint64_t) lanes_marked(lanes value) {
    const uint8x8_t halves = vshrn_n_u16(vreinterpretq_u16_u8(value), 4);
    return vget_lane_u64(vreinterpret_u64_u8(halves), 0) & 0x1111111111111111;
}
#endif

#ifdef WEFLOW_LANES
/// The last bytes of a text, fewer than a block, with blanks behind them.
LANE(lanes) lanes_load_rest(const uint8_t *text, size_t count) {
    uint8_t rest[WEFLOW_LANES];
    lanes_store(rest, lanes_all(' '));
    size_t at = 0;
    // Each step has a fixed size, which is a load and a store.
#if WEFLOW_LANES > 16
    if (count & 16) {
        memcpy(rest, text, 16);
        at = 16;
    }
#endif
    if (count & 8) {
        memcpy(rest + at, text + at, 8);
        at += 8;
    }
    if (count & 4) {
        memcpy(rest + at, text + at, 4);
        at += 4;
    }
    if (count & 2) {
        memcpy(rest + at, text + at, 2);
        at += 2;
    }
    if (count & 1) {
        rest[at] = text[at];
    }
    return lanes_load(rest);
}
#endif
