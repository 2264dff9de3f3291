// CBC decryption for either length of key, as a body to include under a target: takes `decrypt_in`, defines `decrypt`.
#include "cipher.h"

/// `rounds` is a constant in each of the calls, so that the steps of a block stand one behind the other.
static void decrypt(
    const struct weflow_aes *aes, const uint8_t *iv, const uint8_t *in, uint8_t *out, size_t blocks) {
    if (aes->rounds == 10) {
        decrypt_in(aes, 10, iv, in, out, blocks);
    } else {
        decrypt_in(aes, 14, iv, in, out, blocks);
    }
}
