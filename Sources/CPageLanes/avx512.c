// x86-64 with AVX-512: eight lanes. The file for four is apart because both are the same text.
#include "engine.h"
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512vl,bmi,bmi2"))), apply_to = function)
#define LANES 8
// Any function of three bits in one instruction: the last operand is its truth table.
#define TERNARY(x, y, z, table) \
    ((words)_mm512_ternarylogic_epi64((__m512i)(x), (__m512i)(y), (__m512i)(z), table))
#define XOR3(x, y, z) TERNARY(x, y, z, 0x96)
#define CHOOSE(x, y, z) TERNARY(x, y, z, 0xca)
#define MAJORITY(x, y, z) TERNARY(x, y, z, 0xe8)
#include "lanes.h"
#include "block.h"
#include "one.h"

static const struct weflow_lanes eight = {LANES, lanes_mac, lanes_stretch};

const struct weflow_engine weflow_engine_avx512 = {
    .absorb = absorb,
    .stretch = stretch,
    .narrow = &weflow_lanes_avx512_narrow,
    .wide = &eight,
};
#pragma clang attribute pop
#endif
