// What an engine (one set of instructions) offers to dispatch.c and pbkdf2.c.
#pragma once
#include "CPageLanes.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the engines load words as a little-endian machine does"
#endif

// Nothing of this is seen outside, so that the hot loops reach their constants without a table of addresses.
#pragma GCC visibility push(hidden)

enum {
    /// Bytes of a SHA-512 block.
    BLOCK = 128,
    MOST_LANES = 8,
};

#define INLINE static inline __attribute__((always_inline))

/// Two words of a message, in order.
typedef uint64_t pair __attribute__((vector_size(16)));

/// The part of a page that one lane hashes: `blocks` whole blocks from `body`, then the one block at `tail`.
struct weflow_lane {
    const uint8_t *body;
    const uint8_t *tail;
    /// The 64 bytes to compare with.
    const uint8_t *tag;
};

/// A PBKDF2 under way: the key, the last HMAC, and the 256 bits of output so far, all as words.
struct weflow_stretch {
    struct weflow_mac mac;
    uint64_t last[8];
    uint64_t sum[4];
};

/// Several messages at once.
struct weflow_lanes {
    /// How many, at most `MOST_LANES`.
    size_t width;
    /// The HMAC of `width` lanes; `difference` is 0 where it equals the tag.
    void (*mac)(const struct weflow_mac *mac, const struct weflow_lane *lanes, size_t blocks, uint64_t *difference);
    /// `rounds` further rounds of `width` derivations.
    void (*stretch)(struct weflow_stretch *lanes, uint32_t rounds);
};

struct weflow_engine {
    /// SHA-512 of one message: absorbs `count` blocks of 128 bytes.
    void (*absorb)(uint64_t *state, const uint8_t *blocks, size_t count);
    /// `rounds` further rounds of one derivation.
    void (*stretch)(struct weflow_stretch *one, uint32_t rounds);
    /// What takes two to `width` messages, and what takes more; null where the engine has none.
    const struct weflow_lanes *narrow, *wide;
};

/// The engine of a path; the portable one where this build has no such path.
const struct weflow_engine *weflow_engine(enum weflow_path path);
/// The lanes to take while `count` messages are left; null for one at a time.
const struct weflow_lanes *weflow_lanes_for(const struct weflow_engine *engine, size_t count);

/// Words as SHA-512 writes them, the highest byte first.
INLINE void store_words(uint8_t *bytes, const uint64_t *words, size_t count) {
    for (size_t i = 0; i < 8 * count; i++) {
        bytes[i] = (uint8_t)(words[i / 8] >> (56 - i % 8 * 8));
    }
}

extern const uint64_t weflow_sha512_start[8];
extern const uint64_t weflow_sha512_k[80];

extern const struct weflow_engine weflow_engine_portable;
#if defined(__x86_64__)
extern const struct weflow_engine weflow_engine_avx2, weflow_engine_avx512;
extern const struct weflow_lanes weflow_lanes_avx512_narrow;
#elif defined(__aarch64__)
extern const struct weflow_engine weflow_engine_arm_sha512;
#endif

#pragma GCC visibility pop
