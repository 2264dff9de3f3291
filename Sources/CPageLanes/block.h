// One block of SHA-512 for one message, as a body to include under a target: the schedule runs two words at a time in
// vector registers, beside the rounds, which are one long chain of scalar additions. Defines `one_block`.
#include <string.h>
#include "engine.h"

INLINE uint64_t turn(uint64_t x, int n) { return x >> n | x << (64 - n); }

INLINE pair turn_pair(pair x, int n) { return x >> n | x << (64 - n); }

/// The two words that begin one word into `a`, `b`.
INLINE pair between(pair a, pair b) { return __builtin_shufflevector(a, b, 1, 2); }

/// Keeps the compiler from reordering the sum that leads to `x`: it would lengthen the chain from round to round.
INLINE uint64_t so_far(uint64_t x) {
    __asm__("" : "+r"(x));
    return x;
}

/// One round. `both` is b ^ c on entry and the next round's on return. Sums go from what is known earliest to what is
/// known last; the two halves of the choice have no bit in common, so they may be added.
INLINE void one_round(uint64_t s[8], int t, uint64_t word, uint64_t *both) {
    uint64_t a = s[(80 - t) & 7], b = s[(81 - t) & 7], *d = &s[(83 - t) & 7];
    uint64_t e = s[(84 - t) & 7], f = s[(85 - t) & 7], g = s[(86 - t) & 7], *h = &s[(87 - t) & 7];
    uint64_t sum = so_far(*h + word);
    sum = sum + (e & f) + (~e & g);
    sum = so_far(sum + (turn(e, 14) ^ turn(e, 18) ^ turn(e, 41)));
    *d += sum;
    uint64_t next = so_far(a ^ b), majority = so_far(b ^ so_far(next & *both));
    *both = next;
    *h = so_far(sum + majority) + (turn(a, 28) ^ turn(a, 34) ^ turn(a, 39));
}

/// Sixteen rounds from round `from`, and the schedule of the sixteen after them where there are any.
INLINE void one_sixteen(uint64_t s[8], pair w[8], uint64_t *both, int from, int more) {
    uint64_t words[16];
#pragma clang loop unroll(full)
    for (int j = 0; j < 8; j++) {
        pair k;
        memcpy(&k, &weflow_sha512_k[from + 2 * j], sizeof k);
        k += w[j];
        memcpy(words + 2 * j, &k, sizeof k);
        // Through memory: an addition reads a word there for nothing, while taking it out of a vector register costs
        // an instruction or two on the ports the rounds need.
        __asm__("" : "+m"(words[2 * j]), "+m"(words[2 * j + 1]));
        one_round(s, 2 * j, words[2 * j], both);
        one_round(s, 2 * j + 1, words[2 * j + 1], both);
        if (more) {
            pair x = between(w[j], w[(j + 1) & 7]), y = w[(j + 7) & 7];
            w[j] += (turn_pair(x, 1) ^ turn_pair(x, 8) ^ x >> 7) + between(w[(j + 4) & 7], w[(j + 5) & 7])
                + (turn_pair(y, 19) ^ turn_pair(y, 61) ^ y >> 6);
        }
    }
}

INLINE void one_block(uint64_t state[8], pair w[8]) {
    uint64_t s[8], both = state[1] ^ state[2];
    memcpy(s, state, sizeof s);
    for (int from = 0; from < 64; from += 16) {
        one_sixteen(s, w, &both, from, 1);
    }
    one_sixteen(s, w, &both, 64, 0);
    for (int i = 0; i < 8; i++) {
        state[i] += s[i];
    }
}
