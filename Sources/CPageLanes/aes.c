// AES-CBC over pages, and over any run of blocks.
#include <string.h>
#include "cipher.h"

static const uint8_t sqlite_header[WEFLOW_SALT_SIZE] = "SQLite format 3";

static const struct weflow_cipher_engine *engine_of(enum weflow_cipher cipher) {
    switch (cipher) {
#if defined(__x86_64__)
    case WEFLOW_CIPHER_AESNI:
        return &weflow_cipher_aesni;
    case WEFLOW_CIPHER_VAES:
        return &weflow_cipher_vaes;
#elif defined(__aarch64__)
    case WEFLOW_CIPHER_ARM_AES:
        return &weflow_cipher_arm;
#endif
    default:
        return &weflow_cipher_portable;
    }
}

void weflow_aes_init(enum weflow_cipher cipher, struct weflow_aes *aes, const uint8_t *key, size_t size) {
    if (size != 16 && size != 32) {
        // The caller broke the rule; a schedule of what lies behind a shorter key would be no secret.
        __builtin_trap();
    }
    engine_of(cipher)->expand(aes, key, size);
}

void weflow_cbc_encrypt(
    enum weflow_cipher cipher, const struct weflow_aes *aes, const uint8_t *iv, const uint8_t *in, uint8_t *out,
    size_t blocks) {
    engine_of(cipher)->encrypt(aes, iv, in, out, blocks);
}

void weflow_cbc_decrypt(
    enum weflow_cipher cipher, const struct weflow_aes *aes, const uint8_t *iv, const uint8_t *in, uint8_t *out,
    size_t blocks) {
    engine_of(cipher)->decrypt(aes, iv, in, out, blocks);
}

void weflow_decrypt_pages(
    enum weflow_cipher cipher, const struct weflow_aes *aes, const struct weflow_page *pages, size_t count) {
    const struct weflow_cipher_engine *engine = engine_of(cipher);
    for (size_t i = 0; i < count; i++) {
        if (!pages[i].verified) {
            continue;
        }
        const uint8_t *sealed = pages[i].sealed;
        uint8_t *plain = pages[i].plain;
        size_t start = pages[i].number == 1 ? WEFLOW_SALT_SIZE : 0;
        engine->decrypt(
            aes, sealed + WEFLOW_IV_OFFSET, sealed + start, plain + start, (WEFLOW_IV_OFFSET - start) / 16);
        memcpy(plain, sqlite_header, start);
        memset(plain + WEFLOW_IV_OFFSET, 0, WEFLOW_PAGE_SIZE - WEFLOW_IV_OFFSET);
    }
}
