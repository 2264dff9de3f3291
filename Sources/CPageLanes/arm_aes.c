// AES by the arm64 instructions.
#include "cipher.h"
#if defined(__aarch64__)
#include <arm_neon.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("aes"))), apply_to = function)

typedef uint8x16_t cipher_block;

INLINE uint8x16_t load(const uint8_t *bytes) { return vld1q_u8(bytes); }

/// The S-box over each byte of a word. The instruction also shifts the rows of its block, which changes nothing where
/// all columns are equal.
static uint32_t substitute(uint32_t word) {
    uint8x16_t block = vreinterpretq_u8_u32(vdupq_n_u32(word));
    return vgetq_lane_u32(vreinterpretq_u32_u8(vaeseq_u8(block, vdupq_n_u8(0))), 0);
}

static void expand(struct weflow_aes *aes, const uint8_t *key, size_t size) {
    weflow_aes_schedule(aes, key, size, substitute);
    for (int i = 0; i <= aes->rounds; i++) {
        uint8x16_t round = load(aes->encrypt[aes->rounds - i]);
        vst1q_u8(aes->decrypt[i], i == 0 || i == aes->rounds ? round : vaesimcq_u8(round));
    }
}

static void encrypt(
    const struct weflow_aes *aes, const uint8_t *iv, const uint8_t *in, uint8_t *out, size_t blocks) {
    uint8x16_t chain = load(iv);
    for (; blocks > 0; blocks--, in += 16, out += 16) {
        chain = veorq_u8(chain, load(in));
        for (int i = 0; i < aes->rounds - 1; i++) {
            chain = vaesmcq_u8(vaeseq_u8(chain, load(aes->encrypt[i])));
        }
        chain = veorq_u8(
            vaeseq_u8(chain, load(aes->encrypt[aes->rounds - 1])), load(aes->encrypt[aes->rounds]));
        vst1q_u8(out, chain);
    }
}

/// `count` blocks, whose forerunner is `chain`; returns the last of them. `out` may be `in`: all is read before any of
/// it is written.
INLINE uint8x16_t decrypt_some(
    const struct weflow_aes *aes, const int rounds, uint8x16_t chain, const uint8_t *in, uint8_t *out,
    const int count) {
    uint8x16_t sealed[8], state[8];
    for (int k = 0; k < count; k++) {
        state[k] = sealed[k] = load(in + 16 * k);
    }
    for (int i = 0; i < rounds - 1; i++) {
        uint8x16_t round = load(aes->decrypt[i]);
        for (int k = 0; k < count; k++) {
            state[k] = vaesimcq_u8(vaesdq_u8(state[k], round));
        }
    }
    uint8x16_t round = load(aes->decrypt[rounds - 1]), last = load(aes->decrypt[rounds]);
    for (int k = 0; k < count; k++) {
        uint8x16_t before = k == 0 ? chain : sealed[k - 1];
        vst1q_u8(out + 16 * k, veorq_u8(vaesdq_u8(state[k], round), veorq_u8(last, before)));
    }
    return sealed[count - 1];
}

#include "in_eights.h"

const struct weflow_cipher_engine weflow_cipher_arm = {expand, encrypt, decrypt};
#pragma clang attribute pop
#endif
