// AES-256 by the arm64 instructions.
#include "cipher.h"
#if defined(__aarch64__)
#include <arm_neon.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("aes"))), apply_to = function)

/// The S-box over each byte of a word. The instruction also shifts the rows of its block, which changes nothing where
/// all columns are equal.
INLINE uint32_t substitute(uint32_t word) {
    uint8x16_t block = vreinterpretq_u8_u32(vdupq_n_u32(word));
    return vgetq_lane_u32(vreinterpretq_u32_u8(vaeseq_u8(block, vdupq_n_u8(0))), 0);
}

static void expand(struct weflow_aes *aes, const uint8_t *key) {
    uint32_t w[60];
    memcpy(w, key, WEFLOW_KEY_SIZE);
    for (uint32_t i = 8; i < 60; i++) {
        uint32_t word = w[i - 1];
        if (i % 8 == 0) {
            word = substitute(word >> 8 | word << 24) ^ 1u << (i / 8 - 1);
        } else if (i % 8 == 4) {
            word = substitute(word);
        }
        w[i] = w[i - 8] ^ word;
    }
    memcpy(aes->encrypt, w, sizeof aes->encrypt);
    weflow_wipe(w, sizeof w);
    for (int i = 0; i <= 14; i++) {
        uint8x16_t round = vld1q_u8(aes->encrypt[14 - i]);
        vst1q_u8(aes->decrypt[i], i == 0 || i == 14 ? round : vaesimcq_u8(round));
    }
}

static void encrypt(
    const struct weflow_aes *aes, const uint8_t *iv, const uint8_t *in, uint8_t *out, size_t blocks) {
    uint8x16_t chain = vld1q_u8(iv);
    for (; blocks > 0; blocks--, in += 16, out += 16) {
        chain = veorq_u8(chain, vld1q_u8(in));
        for (int i = 0; i < 13; i++) {
            chain = vaesmcq_u8(vaeseq_u8(chain, vld1q_u8(aes->encrypt[i])));
        }
        chain = veorq_u8(vaeseq_u8(chain, vld1q_u8(aes->encrypt[13])), vld1q_u8(aes->encrypt[14]));
        vst1q_u8(out, chain);
    }
}

/// `count` blocks, whose forerunner is `chain`; returns the last of them. `out` may be `in`: all is read before any of
/// it is written.
INLINE uint8x16_t decrypt_some(
    const struct weflow_aes *aes, uint8x16_t chain, const uint8_t *in, uint8_t *out, const int count) {
    uint8x16_t sealed[8], state[8];
    for (int k = 0; k < count; k++) {
        state[k] = sealed[k] = vld1q_u8(in + 16 * k);
    }
    for (int i = 0; i < 13; i++) {
        uint8x16_t round = vld1q_u8(aes->decrypt[i]);
        for (int k = 0; k < count; k++) {
            state[k] = vaesimcq_u8(vaesdq_u8(state[k], round));
        }
    }
    uint8x16_t round = vld1q_u8(aes->decrypt[13]), last = vld1q_u8(aes->decrypt[14]);
    for (int k = 0; k < count; k++) {
        uint8x16_t before = k == 0 ? chain : sealed[k - 1];
        vst1q_u8(out + 16 * k, veorq_u8(vaesdq_u8(state[k], round), veorq_u8(last, before)));
    }
    return sealed[count - 1];
}

static void decrypt(
    const struct weflow_aes *aes, const uint8_t *iv, const uint8_t *in, uint8_t *out, size_t blocks) {
    uint8x16_t chain = vld1q_u8(iv);
    for (; blocks >= 8; blocks -= 8, in += 128, out += 128) {
        chain = decrypt_some(aes, chain, in, out, 8);
    }
    for (; blocks > 0; blocks--, in += 16, out += 16) {
        chain = decrypt_some(aes, chain, in, out, 1);
    }
}

const struct weflow_cipher_engine weflow_cipher_arm = {expand, encrypt, decrypt};
#pragma clang attribute pop
#endif
