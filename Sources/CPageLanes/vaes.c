// AES-CBC decryption by VAES: four blocks to a register, eight registers in flight. What is not a multiple of
// thirty-two blocks goes through the same code under masks, which neither read nor write beyond the end.
#include "cipher.h"
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx512f,vaes"))), apply_to = function)

enum { REGISTERS = 8, AT_ONCE = 4 * REGISTERS };

INLINE __m512i round_key(const uint8_t *bytes) {
    return _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)bytes));
}

INLINE void decrypt_in(
    const struct weflow_aes *aes, const int rounds, const uint8_t *iv, const uint8_t *in, uint8_t *out,
    size_t blocks) {
    // Only the highest block of `chain` counts: the one before the next in order.
    __m512i chain = round_key(iv);
    while (blocks > 0) {
        size_t some = blocks < AT_ONCE ? blocks : AT_ONCE;
        __m512i sealed[REGISTERS], state[REGISTERS], key = round_key(aes->decrypt[0]);
        __mmask8 mask[REGISTERS];
        for (size_t k = 0; k < REGISTERS; k++) {
            size_t here = some < 4 * k ? 0 : some - 4 * k;
            mask[k] = here >= 4 ? 0xff : (__mmask8)((1u << 2 * here) - 1);
            sealed[k] = _mm512_maskz_loadu_epi64(mask[k], in + 64 * k);
            state[k] = _mm512_xor_si512(sealed[k], key);
        }
        for (int i = 1; i < rounds; i++) {
            key = round_key(aes->decrypt[i]);
            for (int k = 0; k < REGISTERS; k++) {
                state[k] = _mm512_aesdec_epi128(state[k], key);
            }
        }
        key = round_key(aes->decrypt[rounds]);
        for (int k = 0; k < REGISTERS; k++) {
            // The last step XORs with its key, so the forerunners can join the key.
            __m512i before = _mm512_alignr_epi64(sealed[k], k == 0 ? chain : sealed[k - 1], 6);
            state[k] = _mm512_aesdeclast_epi128(state[k], _mm512_xor_si512(key, before));
            _mm512_mask_storeu_epi64(out + 64 * k, mask[k], state[k]);
        }
        chain = sealed[REGISTERS - 1];
        in += 16 * some;
        out += 16 * some;
        blocks -= some;
    }
}

#include "by_rounds.h"

const struct weflow_cipher_engine weflow_cipher_vaes = {weflow_aesni_expand, weflow_aesni_encrypt, decrypt};
#pragma clang attribute pop
#endif
