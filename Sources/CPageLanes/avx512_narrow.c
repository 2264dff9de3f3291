// x86-64 with AVX-512: four lanes, for what is left over after the groups of eight.
#include "engine.h"
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#pragma clang attribute push( \
    __attribute__((target("avx512f,avx512bw,avx512vl,bmi,bmi2"))), apply_to = function)
#define LANES 4
// Any function of three bits in one instruction: the last operand is its truth table.
#define TERNARY(x, y, z, table) \
    ((words)_mm256_ternarylogic_epi64((__m256i)(x), (__m256i)(y), (__m256i)(z), table))
#define XOR3(x, y, z) TERNARY(x, y, z, 0x96)
#define CHOOSE(x, y, z) TERNARY(x, y, z, 0xca)
#define MAJORITY(x, y, z) TERNARY(x, y, z, 0xe8)
#include "lanes.h"

const struct weflow_lanes weflow_lanes_avx512_narrow = {LANES, lanes_mac, lanes_stretch};
#pragma clang attribute pop
#endif
