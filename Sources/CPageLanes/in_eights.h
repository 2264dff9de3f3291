// CBC decryption of eight blocks side by side, as a body to include under a target: takes `cipher_block`, `load` and
// `decrypt_some`, defines `decrypt`.
#include "cipher.h"

INLINE void decrypt_in(
    const struct weflow_aes *aes, const int rounds, const uint8_t *iv, const uint8_t *in, uint8_t *out,
    size_t blocks) {
    cipher_block chain = load(iv);
    for (; blocks >= 8; blocks -= 8, in += 128, out += 128) {
        chain = decrypt_some(aes, rounds, chain, in, out, 8);
    }
    for (; blocks > 0; blocks--, in += 16, out += 16) {
        chain = decrypt_some(aes, rounds, chain, in, out, 1);
    }
}

#include "by_rounds.h"
