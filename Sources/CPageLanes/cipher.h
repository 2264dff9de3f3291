// What a set of AES instructions offers to aes.c.
#pragma once
#include <string.h>
#include "engine.h"

#pragma GCC visibility push(hidden)

typedef void weflow_expand(struct weflow_aes *aes, const uint8_t *key, size_t size);
typedef void weflow_cbc(
    const struct weflow_aes *aes, const uint8_t *iv, const uint8_t *in, uint8_t *out, size_t blocks);

struct weflow_cipher_engine {
    /// Expands a key of 16 or 32 bytes.
    weflow_expand *expand;
    weflow_cbc *encrypt, *decrypt;
};

extern const struct weflow_cipher_engine weflow_cipher_portable;
#if defined(__x86_64__)
extern const struct weflow_cipher_engine weflow_cipher_aesni, weflow_cipher_vaes;
weflow_expand weflow_aesni_expand;
weflow_cbc weflow_aesni_encrypt;
#elif defined(__aarch64__)
extern const struct weflow_cipher_engine weflow_cipher_arm;
#endif

/// The round keys for encryption, by what puts the S-box over each byte of a word.
INLINE void weflow_aes_schedule(
    struct weflow_aes *aes, const uint8_t *key, size_t size, uint32_t (*substitute)(uint32_t word)) {
    uint32_t w[60] = {0}, words = (uint32_t)size / 4, turn = 1;
    aes->rounds = (int)words + 6;
    memcpy(w, key, size);
    for (uint32_t i = words; i < 4 * ((uint32_t)aes->rounds + 1); i++) {
        uint32_t word = w[i - 1];
        if (i % words == 0) {
            word = substitute(word >> 8 | word << 24) ^ turn;
            // Times x, in the field of 256 elements.
            turn = turn << 1 ^ (turn >> 7) * 0x11b;
        } else if (i % words == 4 && words > 6) {
            word = substitute(word);
        }
        w[i] = w[i - words] ^ word;
    }
    memcpy(aes->encrypt, w, sizeof aes->encrypt);
    weflow_wipe(w, sizeof w);
}

#pragma GCC visibility pop
