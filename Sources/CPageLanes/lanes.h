// SHA-512 of `LANES` (4 or 8) messages at once, as a body to include under a target: word i of all messages lies in one vector.
// Defines `lanes_mac` and `lanes_stretch`. The includer may define XOR3, CHOOSE and MAJORITY by better instructions.
#include <string.h>
#include "engine.h"

typedef uint64_t words __attribute__((vector_size(8 * LANES)));

#ifndef XOR3
#define XOR3(x, y, z) ((x) ^ (y) ^ (z))
#endif
#ifndef CHOOSE
#define CHOOSE(x, y, z) ((z) ^ ((x) & ((y) ^ (z))))
#endif
#ifndef MAJORITY
#define MAJORITY(x, y, z) ((y) ^ (((x) ^ (y)) & ((y) ^ (z))))
#endif

INLINE words turn_lanes(words x, int n) { return x >> n | x << (64 - n); }

INLINE words all_lanes(uint64_t x) { return x - (words){0}; }

/// Rows (a lane's consecutive words) to columns (a word of each lane).
INLINE void transpose(words r[LANES]) {
#if LANES == 8
    words s[8], t[8];
#pragma clang loop unroll(full)
    for (int i = 0; i < 8; i += 2) {
        s[i] = __builtin_shufflevector(r[i], r[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
        s[i + 1] = __builtin_shufflevector(r[i], r[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < 8; i++) {
        // s[i] has columns i % 2 + 0, 2, 4, 6 of two lanes; t takes four lanes together, two columns each.
        int from = (i & 4) + (i & 1);
        t[i] = i & 2 ? __builtin_shufflevector(s[from], s[from + 2], 2, 3, 6, 7, 10, 11, 14, 15)
                     : __builtin_shufflevector(s[from], s[from + 2], 0, 1, 4, 5, 8, 9, 12, 13);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++) {
        r[i] = __builtin_shufflevector(t[i], t[i + 4], 0, 1, 4, 5, 8, 9, 12, 13);
        r[i + 4] = __builtin_shufflevector(t[i], t[i + 4], 2, 3, 6, 7, 10, 11, 14, 15);
    }
#else
    words s[4];
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i += 2) {
        s[i] = __builtin_shufflevector(r[i], r[i + 1], 0, 4, 2, 6);
        s[i + 1] = __builtin_shufflevector(r[i], r[i + 1], 1, 5, 3, 7);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < 2; i++) {
        r[i] = __builtin_shufflevector(s[i], s[i + 2], 0, 1, 4, 5);
        r[i + 2] = __builtin_shufflevector(s[i], s[i + 2], 2, 3, 6, 7);
    }
#endif
}

/// Loads `count` big-endian words of every lane, `offset` bytes from `at`.
INLINE void load_lanes(words *w, int count, const uint8_t *const at[LANES], size_t offset) {
#pragma clang loop unroll(full)
    for (int i = 0; i < count; i += LANES) {
#pragma clang loop unroll(full)
        for (int lane = 0; lane < LANES; lane++) {
            words row;
            memcpy(&row, at[lane] + offset + 8 * i, sizeof row);
#pragma clang loop unroll(full)
            for (int k = 0; k < LANES; k++) {
                row[k] = __builtin_bswap64(row[k]);
            }
            w[i + lane] = row;
        }
        transpose(w + i);
    }
}

INLINE void lanes_round(words s[8], int t, words word) {
    words a = s[(80 - t) & 7], b = s[(81 - t) & 7], c = s[(82 - t) & 7], *d = &s[(83 - t) & 7];
    words e = s[(84 - t) & 7], f = s[(85 - t) & 7], g = s[(86 - t) & 7], *h = &s[(87 - t) & 7];
    words sum = *h + word + CHOOSE(e, f, g) + XOR3(turn_lanes(e, 14), turn_lanes(e, 18), turn_lanes(e, 41));
    *d += sum;
    *h = sum + MAJORITY(a, b, c) + XOR3(turn_lanes(a, 28), turn_lanes(a, 34), turn_lanes(a, 39));
}

/// Sixteen rounds from round `from`, and the schedule of the sixteen after them where there are any.
INLINE void lanes_sixteen(words s[8], words w[16], int from, int more) {
#pragma clang loop unroll(full)
    for (int j = 0; j < 16; j++) {
        lanes_round(s, j, w[j] + all_lanes(weflow_sha512_k[from + j]));
        if (more) {
            words x = w[(j + 1) & 15], y = w[(j + 14) & 15];
            w[j] += w[(j + 9) & 15] + XOR3(turn_lanes(x, 1), turn_lanes(x, 8), x >> 7)
                + XOR3(turn_lanes(y, 19), turn_lanes(y, 61), y >> 6);
        }
    }
}

/// One block of every lane.
static __attribute__((noinline)) void lanes_block(words state[8], const words block[16]) {
    words s[8], w[16];
    memcpy(s, state, sizeof s);
    memcpy(w, block, sizeof w);
    for (int from = 0; from < 64; from += 16) {
        lanes_sixteen(s, w, from, 1);
    }
    lanes_sixteen(s, w, 64, 0);
    for (int i = 0; i < 8; i++) {
        state[i] += s[i];
    }
}

/// Hashes 64-byte digests after the 128-byte key blocks that `key` has absorbed.
INLINE void lanes_digest(words digest[8], const words key[8]) {
    words w[16] = {[8] = all_lanes(1ull << 63), [15] = all_lanes((128 + 64) * 8)};
    memcpy(w, digest, sizeof(words[8]));
    memcpy(digest, key, sizeof(words[8]));
    lanes_block(digest, w);
}

static void lanes_mac(
    const struct weflow_mac *mac, const struct weflow_lane *lanes, size_t blocks, uint64_t *difference) {
    const uint8_t *body[LANES], *tail[LANES], *tag[LANES];
    for (int lane = 0; lane < LANES; lane++) {
        body[lane] = lanes[lane].body;
        tail[lane] = lanes[lane].tail;
        tag[lane] = lanes[lane].tag;
    }
    words state[8], outer[8], w[16];
    for (int i = 0; i < 8; i++) {
        state[i] = all_lanes(mac->inner[i]);
        outer[i] = all_lanes(mac->outer[i]);
    }
    for (size_t block = 0; block < blocks; block++) {
        load_lanes(w, 16, body, 128 * block);
        lanes_block(state, w);
    }
    load_lanes(w, 16, tail, 0);
    lanes_block(state, w);
    lanes_digest(state, outer);
    load_lanes(w, 8, tag, 0);
    words all = {0};
    for (int i = 0; i < 8; i++) {
        all |= state[i] ^ w[i];
    }
    memcpy(difference, &all, sizeof all);
}

static void lanes_stretch(struct weflow_stretch *lanes, uint32_t rounds) {
    struct {
        words inner[8], outer[8], last[8], sum[4];
    } all;
    for (int lane = 0; lane < LANES; lane++) {
        for (int i = 0; i < 8; i++) {
            all.inner[i][lane] = lanes[lane].mac.inner[i];
            all.outer[i][lane] = lanes[lane].mac.outer[i];
            all.last[i][lane] = lanes[lane].last[i];
        }
        for (int i = 0; i < 4; i++) {
            all.sum[i][lane] = lanes[lane].sum[i];
        }
    }
    for (; rounds > 0; rounds--) {
        lanes_digest(all.last, all.inner);
        lanes_digest(all.last, all.outer);
        for (int i = 0; i < 4; i++) {
            all.sum[i] ^= all.last[i];
        }
    }
    for (int lane = 0; lane < LANES; lane++) {
        for (int i = 0; i < 8; i++) {
            lanes[lane].last[i] = all.last[i][lane];
        }
        for (int i = 0; i < 4; i++) {
            lanes[lane].sum[i] = all.sum[i][lane];
        }
    }
    weflow_wipe(&all, sizeof all);
}
