// What a set of instructions offers to digest.c.
#pragma once
#include "engine.h"

#pragma GCC visibility push(hidden)

/// Absorbs `count` blocks of 64 bytes.
typedef void weflow_absorb(uint32_t *state, const uint8_t *blocks, size_t count);

weflow_absorb weflow_md5_absorb, weflow_sha256_absorb;
#if defined(__x86_64__)
weflow_absorb weflow_sha256_absorb_ni;
#elif defined(__aarch64__)
weflow_absorb weflow_sha256_absorb_arm;
#endif

extern const uint32_t weflow_sha256_k[64];

/// Keeps the compiler from reordering the sum that leads to `x`: it would lengthen the chain from round to round.
INLINE uint32_t so_far(uint32_t x) {
    __asm__("" : "+r"(x));
    return x;
}

#pragma GCC visibility pop
