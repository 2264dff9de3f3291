// arm64 with the SHA-512 instructions: two rounds each.
#include "engine.h"
#if defined(__aarch64__)
#include <arm_neon.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("sha3"))), apply_to = function)

/// The two words that begin one word into `a`, `b`.
INLINE pair between(pair a, pair b) { return __builtin_shufflevector(a, b, 1, 2); }

INLINE void one_block(uint64_t state[8], pair w[8]) {
    // s[0] holds a and b, s[1] c and d, s[2] e and f, s[3] g and h.
    pair s[4], start[4];
    memcpy(s, state, sizeof s);
    memcpy(start, state, sizeof start);
#pragma clang loop unroll(full)
    for (int t = 0; t < 80; t += 2) {
        int j = t / 2 & 7;
        pair k;
        memcpy(&k, &weflow_sha512_k[t], sizeof k);
        k += w[j];
        // The instructions take the word of the earlier round in the upper half.
        pair sum = s[3] + __builtin_shufflevector(k, k, 1, 0);
        sum = vsha512hq_u64(sum, between(s[2], s[3]), between(s[1], s[2]));
        pair ef = s[1] + sum, ab = vsha512h2q_u64(sum, s[1], s[0]);
        s[3] = s[2];
        s[2] = ef;
        s[1] = s[0];
        s[0] = ab;
        if (t < 64) {
            w[j] = vsha512su1q_u64(
                vsha512su0q_u64(w[j], w[(j + 1) & 7]), w[(j + 7) & 7], between(w[(j + 4) & 7], w[(j + 5) & 7]));
        }
    }
    for (int i = 0; i < 4; i++) {
        s[i] += start[i];
    }
    memcpy(state, s, sizeof s);
}

#include "one.h"

const struct weflow_engine weflow_engine_arm_sha512 = {.absorb = absorb, .stretch = stretch};
#pragma clang attribute pop
#endif
