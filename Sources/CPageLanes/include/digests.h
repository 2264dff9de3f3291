// MD5 and SHA-256 of messages that come in pieces. MD5 protects nothing; it is how others name what they name.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum {
    WEFLOW_MD5_SIZE = 16,
    WEFLOW_SHA256_SIZE = 32,
};

/// Which instructions compute SHA-256.
enum weflow_sha256_path {
    /// Plain C; every CPU.
    WEFLOW_SHA256_PORTABLE = 0,
    /// x86-64: the SHA extensions.
    WEFLOW_SHA256_NI = 1,
    /// arm64: the SHA-256 instructions.
    WEFLOW_SHA256_ARM = 2,
};

/// The fastest SHA-256 of this CPU.
enum weflow_sha256_path weflow_best_sha256(void);
/// 1 where this CPU has what `path` needs.
int weflow_has_sha256(enum weflow_sha256_path path);

/// A message under way.
struct weflow_digest {
    /// What the whole blocks so far have come to; MD5 has four words.
    uint32_t state[8];
    /// How many bytes there were.
    uint64_t count;
    /// Those of the last block, while it is not whole.
    uint8_t pending[64];
};

void weflow_md5_init(struct weflow_digest *digest);
void weflow_md5_update(struct weflow_digest *digest, const uint8_t *bytes, size_t size);
/// Writes 16 bytes to `target`. The message may go on: this ends a copy.
void weflow_md5_final(struct weflow_digest digest, uint8_t *target);

void weflow_sha256_init(struct weflow_digest *digest);
void weflow_sha256_update(
    enum weflow_sha256_path path, struct weflow_digest *digest, const uint8_t *bytes, size_t size);
/// Writes 32 bytes to `target`. The message may go on: this ends a copy.
void weflow_sha256_final(enum weflow_sha256_path path, struct weflow_digest digest, uint8_t *target);
