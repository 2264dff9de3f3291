// The cryptography of SQLCipher 4 pages, many pages at once; AES of anything else; digests.
//
// A page is 4096 bytes: ciphertext, 16 bytes IV, 64 bytes HMAC-SHA512 over ciphertext, IV and the page number as
// 32 bits little-endian; page 1 begins with the 16 salt bytes, which are neither encrypted nor under the HMAC.
//
// No function allocates, keeps a pointer or touches global state; any number of threads may share a key schedule. The
// caller names the instructions to use, which must be available on this CPU: `weflow_best_path` and `weflow_best_cipher`
// say once which, and tests can walk through all of them.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "digests.h"

enum {
    WEFLOW_PAGE_SIZE = 4096,
    WEFLOW_SALT_SIZE = 16,
    WEFLOW_IV_SIZE = 16,
    WEFLOW_TAG_SIZE = 64,
    /// Where the IV of a page begins; all before it is ciphertext (and the salt, on page 1).
    WEFLOW_IV_OFFSET = WEFLOW_PAGE_SIZE - WEFLOW_IV_SIZE - WEFLOW_TAG_SIZE,
    /// Where the HMAC of a page begins.
    WEFLOW_TAG_OFFSET = WEFLOW_PAGE_SIZE - WEFLOW_TAG_SIZE,
    WEFLOW_KEY_SIZE = 32,
};

/// Which instructions compute SHA-512.
enum weflow_path {
    /// Plain C, one message at a time; every CPU.
    WEFLOW_PATH_PORTABLE = 0,
    /// x86-64: four messages at once.
    WEFLOW_PATH_AVX2 = 1,
    /// x86-64: eight, or four, messages at once.
    WEFLOW_PATH_AVX512 = 2,
    /// arm64: one message at a time by the SHA-512 instructions, which outrun two lanes of NEON.
    WEFLOW_PATH_ARM_SHA512 = 3,
};

/// Which instructions compute AES.
enum weflow_cipher {
    /// Plain C, eight blocks at once; every CPU. Without tables, which would leak the key through the cache.
    WEFLOW_CIPHER_PORTABLE = 0,
    /// x86-64: AES-NI, eight blocks in flight.
    WEFLOW_CIPHER_AESNI = 1,
    /// x86-64: VAES on AVX-512, thirty-two blocks in flight.
    WEFLOW_CIPHER_VAES = 2,
    /// arm64: the AES instructions, eight blocks in flight.
    WEFLOW_CIPHER_ARM_AES = 3,
};

/// The fastest path of this CPU.
enum weflow_path weflow_best_path(void);
/// 1 where this CPU has what `path` needs.
int weflow_has_path(enum weflow_path path);
/// The fastest AES of this CPU.
enum weflow_cipher weflow_best_cipher(void);
/// 1 where this CPU has what `cipher` needs.
int weflow_has_cipher(enum weflow_cipher cipher);

/// An HMAC-SHA512 key, already absorbed: the SHA-512 states after the inner and the outer key block.
struct weflow_mac {
    uint64_t inner[8];
    uint64_t outer[8];
};

/// An expanded AES key: the round keys in order, and those of the equivalent inverse cipher where instructions need
/// them.
struct weflow_aes {
    /// 10 for AES-128, 14 for AES-256; one round key more is in use.
    int rounds;
    uint8_t encrypt[15][16];
    uint8_t decrypt[15][16];
};

/// A page on its way from sealed to plain.
struct weflow_page {
    /// The 4096 bytes as stored, in memory that nobody else writes; any alignment.
    const uint8_t *sealed;
    /// Where the 4096 plain bytes go: equal to `sealed`, or apart from it altogether. Unused where only the HMAC is asked.
    uint8_t *plain;
    /// The page number, from 1.
    uint32_t number;
    /// Set by verification: 1 where the HMAC holds, else 0.
    uint32_t verified;
};

/// One PBKDF2 derivation.
struct weflow_derivation {
    const uint8_t *password;
    size_t password_size;
    /// 16 bytes.
    const uint8_t *salt;
    /// Where the 32 bytes go.
    uint8_t *key;
};

/// Absorbs an HMAC key of any length.
void weflow_mac_init(enum weflow_path path, struct weflow_mac *mac, const uint8_t *key, size_t size);
/// HMAC-SHA512 of one message; 64 bytes into `tag`.
void weflow_mac_message(
    enum weflow_path path, const struct weflow_mac *mac, const uint8_t *message, size_t size, uint8_t *tag);

/// Computes the HMAC of each page, compares in constant time, and sets `verified`. Returns how many pages failed.
/// A page of zeros, which SQLCipher writes for a page that was never used, fails like any other.
size_t weflow_verify_pages(
    enum weflow_path path, const struct weflow_mac *mac, struct weflow_page *pages, size_t count);

/// Writes the HMAC of a page, complete but for that, to its end.
void weflow_sign_page(enum weflow_path path, const struct weflow_mac *mac, uint8_t *sealed, uint32_t number);

/// Expands an AES key of 16 or 32 bytes. `cipher` must be available, here and below, and the one with which a key is
/// used is the one that expanded it.
void weflow_aes_init(enum weflow_cipher cipher, struct weflow_aes *aes, const uint8_t *key, size_t size);
/// Decrypts the pages that are marked `verified` and leaves `plain` of the others alone. The plain page 1 begins with
/// SQLite's own sixteen bytes; the last 80 bytes, which SQLite does not use, are zero on every page.
void weflow_decrypt_pages(
    enum weflow_cipher cipher, const struct weflow_aes *aes, const struct weflow_page *pages, size_t count);
/// CBC without padding over `blocks` blocks of 16 bytes; `out` equals `in` or is apart from it.
void weflow_cbc_encrypt(
    enum weflow_cipher cipher, const struct weflow_aes *aes, const uint8_t *iv, const uint8_t *in, uint8_t *out,
    size_t blocks);
/// The way back.
void weflow_cbc_decrypt(
    enum weflow_cipher cipher, const struct weflow_aes *aes, const uint8_t *iv, const uint8_t *in, uint8_t *out,
    size_t blocks);

/// PBKDF2-HMAC-SHA512 with 32 bytes of output for each of `count` derivations, several at once. `rounds` is 1 or more.
void weflow_pbkdf2_sha512(
    enum weflow_path path, const struct weflow_derivation *derivations, size_t count, uint32_t rounds);

/// Overwrites with zeros, in a way that the compiler may not drop.
void weflow_wipe(void *bytes, size_t size);
