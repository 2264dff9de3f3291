// SHA-512 of one message over `one_block`, which the includer has defined. Defines `absorb` and `stretch`.
#include <string.h>
#include "engine.h"

static void absorb(uint64_t *state, const uint8_t *blocks, size_t count) {
    for (; count > 0; count--, blocks += 128) {
        pair w[8];
        for (int i = 0; i < 8; i++) {
            uint64_t words[2];
            memcpy(words, blocks + 16 * i, sizeof words);
            w[i] = (pair){__builtin_bswap64(words[0]), __builtin_bswap64(words[1])};
        }
        one_block(state, w);
    }
}

/// Hashes a 64-byte digest after the 128-byte key block that `key` has absorbed.
INLINE void absorb_digest(uint64_t digest[8], const uint64_t key[8]) {
    pair w[8] = {[4] = {1ull << 63, 0}, [7] = {0, (128 + 64) * 8}};
    memcpy(w, digest, 64);
    memcpy(digest, key, 64);
    one_block(digest, w);
}

static void stretch(struct weflow_stretch *one, uint32_t rounds) {
    uint64_t last[8];
    memcpy(last, one->last, sizeof last);
    for (; rounds > 0; rounds--) {
        absorb_digest(last, one->mac.inner);
        absorb_digest(last, one->mac.outer);
        for (int i = 0; i < 4; i++) {
            one->sum[i] ^= last[i];
        }
    }
    memcpy(one->last, last, sizeof last);
    weflow_wipe(last, sizeof last);
}
