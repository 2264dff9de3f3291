// SHA-256 (FIPS 180-4) in plain C.
#include <string.h>
#include "digest.h"

/// The first 32 fractional bits of the cube roots of the first 64 primes.
const uint32_t weflow_sha256_k[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

INLINE uint32_t turn(uint32_t x, int n) { return x >> n | x << (32 - n); }

/// One round. `both` is b ^ c on entry and the next round's on return. Sums go from what is known earliest to what is
/// known last, which is 1.2 times as fast; the two halves of the choice have no bit in common, so they may be added.
INLINE void one_round(uint32_t s[8], int t, uint32_t word, uint32_t *both) {
    uint32_t a = s[-t & 7], b = s[(1 - t) & 7], *d = &s[(3 - t) & 7];
    uint32_t e = s[(4 - t) & 7], f = s[(5 - t) & 7], g = s[(6 - t) & 7], *h = &s[(7 - t) & 7];
    uint32_t sum = so_far(*h + word);
    sum = sum + (e & f) + (~e & g);
    sum = so_far(sum + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)));
    *d += sum;
    uint32_t next = so_far(a ^ b), majority = so_far(b ^ so_far(next & *both));
    *both = next;
    *h = so_far(sum + majority) + (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22));
}

void weflow_sha256_absorb(uint32_t *state, const uint8_t *blocks, size_t count) {
    for (; count > 0; count--, blocks += 64) {
        uint32_t w[16], s[8], both = state[1] ^ state[2];
        memcpy(w, blocks, sizeof w);
        memcpy(s, state, sizeof s);
#pragma clang loop unroll(full)
        for (int t = 0; t < 64; t++) {
            uint32_t *word = &w[t & 15];
            if (t < 16) {
                *word = __builtin_bswap32(*word);
            } else {
                uint32_t x = w[(t + 1) & 15], y = w[(t + 14) & 15];
                *word += w[(t + 9) & 15] + (turn(x, 7) ^ turn(x, 18) ^ x >> 3) + (turn(y, 17) ^ turn(y, 19) ^ y >> 10);
            }
            one_round(s, t, *word + weflow_sha256_k[t], &both);
        }
        for (int i = 0; i < 8; i++) {
            state[i] += s[i];
        }
    }
}
