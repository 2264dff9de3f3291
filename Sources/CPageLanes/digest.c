// MD5 and SHA-256 of messages that come in pieces: both have blocks of 64 bytes and end in the same way, but for the
// order of the bytes in a word.
#include <string.h>
#include "digest.h"

enum { DIGEST_BLOCK = 64 };

static weflow_absorb *sha256_of(enum weflow_sha256_path path) {
    switch (path) {
#if defined(__x86_64__)
    case WEFLOW_SHA256_NI:
        return weflow_sha256_absorb_ni;
#elif defined(__aarch64__)
    case WEFLOW_SHA256_ARM:
        return weflow_sha256_absorb_arm;
#endif
    default:
        return weflow_sha256_absorb;
    }
}

static void update(weflow_absorb *absorb, struct weflow_digest *digest, const uint8_t *bytes, size_t size) {
    size_t held = digest->count % DIGEST_BLOCK;
    digest->count += size;
    if (held > 0) {
        size_t some = size < DIGEST_BLOCK - held ? size : DIGEST_BLOCK - held;
        if (some > 0) {
            memcpy(digest->pending + held, bytes, some);
        }
        if (held + some < DIGEST_BLOCK) {
            return;
        }
        absorb(digest->state, digest->pending, 1);
        bytes += some;
        size -= some;
    }
    if (size >= DIGEST_BLOCK) {
        absorb(digest->state, bytes, size / DIGEST_BLOCK);
    }
    size_t rest = size % DIGEST_BLOCK;
    if (rest > 0) {
        memcpy(digest->pending, bytes + (size - rest), rest);
    }
}

/// Absorbs what is pending, a bit, zeros, and the length in bits as eight bytes: `length`.
static void finish(weflow_absorb *absorb, struct weflow_digest *digest, uint64_t length) {
    uint8_t end[2 * DIGEST_BLOCK] = {0};
    size_t held = digest->count % DIGEST_BLOCK, blocks = held < DIGEST_BLOCK - 8 ? 1 : 2;
    memcpy(end, digest->pending, held);
    end[held] = 0x80;
    memcpy(end + blocks * DIGEST_BLOCK - 8, &length, sizeof length);
    absorb(digest->state, end, blocks);
}

void weflow_md5_init(struct weflow_digest *digest) {
    *digest = (struct weflow_digest){.state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476}};
}

void weflow_md5_update(struct weflow_digest *digest, const uint8_t *bytes, size_t size) {
    update(weflow_md5_absorb, digest, bytes, size);
}

void weflow_md5_final(struct weflow_digest digest, uint8_t *target) {
    finish(weflow_md5_absorb, &digest, digest.count * 8);
    memcpy(target, digest.state, WEFLOW_MD5_SIZE);
}

void weflow_sha256_init(struct weflow_digest *digest) {
    *digest = (struct weflow_digest){.state = {
        0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
    }};
}

void weflow_sha256_update(
    enum weflow_sha256_path path, struct weflow_digest *digest, const uint8_t *bytes, size_t size) {
    update(sha256_of(path), digest, bytes, size);
}

void weflow_sha256_final(enum weflow_sha256_path path, struct weflow_digest digest, uint8_t *target) {
    finish(sha256_of(path), &digest, __builtin_bswap64(digest.count * 8));
    for (int i = 0; i < 8; i++) {
        digest.state[i] = __builtin_bswap32(digest.state[i]);
    }
    memcpy(target, digest.state, WEFLOW_SHA256_SIZE);
}
