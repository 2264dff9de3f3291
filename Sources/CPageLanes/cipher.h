// What a set of AES instructions offers to aes.c.
#pragma once
#include "engine.h"

typedef void weflow_cbc(
    const struct weflow_aes *aes, const uint8_t *iv, const uint8_t *in, uint8_t *out, size_t blocks);

struct weflow_cipher_engine {
    void (*expand)(struct weflow_aes *aes, const uint8_t *key);
    weflow_cbc *encrypt, *decrypt;
};

#if defined(__x86_64__)
extern const struct weflow_cipher_engine weflow_cipher_aesni, weflow_cipher_vaes;
void weflow_aesni_expand(struct weflow_aes *aes, const uint8_t *key);
weflow_cbc weflow_aesni_encrypt;
#elif defined(__aarch64__)
extern const struct weflow_cipher_engine weflow_cipher_arm;
#endif
