// AES in plain C, eight blocks at once, for CPUs without instructions for it. No address and no branch depends on key
// or text, so neither shows in the time: substitution is arithmetic and no table.
//
// Plane b holds bit b of every byte: lane p of it has byte p of the blocks, block k in bit k.
#include <string.h>
#include "cipher.h"

typedef uint8_t plane __attribute__((vector_size(16)));

enum { BITS = 8, AT_ONCE = 8 };

/// Blocks to planes, and planes to blocks: bit j of vector i changes places with bit i of vector j, in every lane.
static void transpose(plane x[BITS]) {
    static const uint8_t low[3] = {0x0f, 0x33, 0x55};
    for (int step = 4, i = 0; step > 0; step /= 2, i++) {
        for (int k = 0; k < BITS; k++) {
            if (!(k & step)) {
                plane moved = ((x[k] >> step) ^ x[k + step]) & low[i];
                x[k + step] ^= moved;
                x[k] ^= moved << step;
            }
        }
    }
}

// The inverse in the field of 256 elements is found in a tower, where it costs a third: pairs aX + b of elements of the
// field of 16 (modulo x^4 + x + 1), modulo X^2 + X + N with N = x^3 + x^2.

/// A linear map: bit i of the result is the sum of the bits that row i names.
INLINE void map(plane y[BITS], const plane x[BITS], const uint8_t rows[BITS]) {
#pragma clang loop unroll(full)
    for (int i = 0; i < BITS; i++) {
        plane sum = {0};
#pragma clang loop unroll(full)
        for (int j = 0; j < BITS; j++) {
            if (rows[i] >> j & 1) {
                sum ^= x[j];
            }
        }
        y[i] = sum;
    }
}

/// A polynomial of degree 6 modulo x^4 + x + 1.
INLINE void reduce(plane to[4], plane from[7]) {
#pragma clang loop unroll(full)
    for (int i = 6; i >= 4; i--) {
        from[i - 3] ^= from[i];
        from[i - 4] ^= from[i];
    }
    memcpy(to, from, sizeof(plane[4]));
}

INLINE void multiply(plane to[4], const plane a[4], const plane b[4]) {
    plane sum[7] = {0};
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++) {
#pragma clang loop unroll(full)
        for (int j = 0; j < 4; j++) {
            sum[i + j] ^= a[i] & b[j];
        }
    }
    reduce(to, sum);
}

INLINE void square(plane to[4], const plane a[4]) {
    plane sum[7] = {a[0], {0}, a[1], {0}, a[2], {0}, a[3]};
    reduce(to, sum);
}

INLINE void times_n(plane x[4]) {
    plane sum[7] = {{0}, {0}, x[0], x[0] ^ x[1], x[1] ^ x[2], x[2] ^ x[3], x[3]};
    reduce(x, sum);
}

/// The inverse of every byte; 0 stays 0.
INLINE void invert(plane x[BITS]) {
    // x goes to 0x5a, which is a root of the other field's polynomial, and so its powers to powers.
    static const uint8_t into[BITS] = {0x05, 0xe6, 0x08, 0xca, 0xa2, 0x0c, 0xd2, 0xa0};
    static const uint8_t back[BITS] = {0x25, 0x90, 0x24, 0x04, 0x4c, 0x2a, 0x36, 0xaa};
    plane t[BITS], norm[4], part[4], power[4];
    map(t, x, into);
    plane *b = t, *a = t + 4;
    square(norm, a);
    times_n(norm);
    square(part, b);
    multiply(power, a, b);
    for (int i = 0; i < 4; i++) {
        norm[i] ^= part[i] ^ power[i];
        b[i] ^= a[i];
    }
    // The inverse of the norm is its 14th power: 2 + 4 + 8.
    square(part, norm);
    square(power, part);
    multiply(part, part, power);
    square(power, power);
    multiply(part, part, power);
    multiply(a, a, part);
    multiply(b, b, part);
    map(x, t, back);
}

static void substitute(plane x[BITS]) {
    invert(x);
    plane y[BITS];
    for (int i = 0; i < BITS; i++) {
        y[i] = x[i] ^ x[(i + 4) & 7] ^ x[(i + 5) & 7] ^ x[(i + 6) & 7] ^ x[(i + 7) & 7] ^ (uint8_t)-(0x63 >> i & 1);
    }
    memcpy(x, y, sizeof y);
}

static void substitute_back(plane x[BITS]) {
    plane y[BITS];
    for (int i = 0; i < BITS; i++) {
        y[i] = x[(i + 2) & 7] ^ x[(i + 5) & 7] ^ x[(i + 7) & 7] ^ (uint8_t)-(0x05 >> i & 1);
    }
    invert(y);
    memcpy(x, y, sizeof y);
}

INLINE void add_key(plane x[BITS], const uint8_t key[16]) {
    plane bytes;
    memcpy(&bytes, key, sizeof bytes);
    for (int i = 0; i < BITS; i++) {
        x[i] ^= -(bytes >> i & 1);
    }
}

/// Row r moves r columns to the left.
INLINE void shift_rows(plane x[BITS]) {
    for (int i = 0; i < BITS; i++) {
        x[i] = __builtin_shufflevector(x[i], x[i], 0, 5, 10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11);
    }
}

INLINE void shift_rows_back(plane x[BITS]) {
    for (int i = 0; i < BITS; i++) {
        x[i] = __builtin_shufflevector(x[i], x[i], 0, 13, 10, 7, 4, 1, 14, 11, 8, 5, 2, 15, 12, 9, 6, 3);
    }
}

/// The byte one row below, of the same column.
INLINE plane below(plane x) {
    return __builtin_shufflevector(x, x, 1, 2, 3, 0, 5, 6, 7, 4, 9, 10, 11, 8, 13, 14, 15, 12);
}

INLINE plane two_below(plane x) {
    return __builtin_shufflevector(x, x, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13);
}

/// Every byte times x.
INLINE void times_two(plane x[BITS]) {
    plane top = x[7];
    for (int i = 7; i > 0; i--) {
        x[i] = x[i - 1];
    }
    x[0] = top;
    x[1] ^= top;
    x[3] ^= top;
    x[4] ^= top;
}

INLINE void mix_columns(plane x[BITS]) {
    plane both[BITS], rest[BITS];
    for (int i = 0; i < BITS; i++) {
        plane next = below(x[i]);
        both[i] = x[i] ^ next;
        rest[i] = next ^ two_below(both[i]);
    }
    times_two(both);
    for (int i = 0; i < BITS; i++) {
        x[i] = both[i] ^ rest[i];
    }
}

/// What undoes mixing is mixing once more, after four times the sum of itself and the byte two rows below was added to
/// each byte.
INLINE void mix_columns_back(plane x[BITS]) {
    plane four[BITS];
    for (int i = 0; i < BITS; i++) {
        four[i] = x[i] ^ two_below(x[i]);
    }
    times_two(four);
    times_two(four);
    for (int i = 0; i < BITS; i++) {
        x[i] ^= four[i];
    }
    mix_columns(x);
}

/// The S-box over each byte of a word.
static uint32_t substitute_word(uint32_t word) {
    plane x[BITS] = {0};
    memcpy(x, &word, sizeof word);
    transpose(x);
    substitute(x);
    transpose(x);
    memcpy(&word, x, sizeof word);
    weflow_wipe(x, sizeof x);
    return word;
}

static void expand(struct weflow_aes *aes, const uint8_t *key, size_t size) {
    weflow_aes_schedule(aes, key, size, substitute_word);
}

static void encrypt(
    const struct weflow_aes *aes, const uint8_t *iv, const uint8_t *in, uint8_t *out, size_t blocks) {
    // Each block waits for the one before, so seven lanes out of eight are idle.
    plane x[BITS], chain;
    memcpy(&chain, iv, sizeof chain);
    for (; blocks > 0; blocks--, in += 16, out += 16) {
        memset(x, 0, sizeof x);
        memcpy(x, in, sizeof x[0]);
        x[0] ^= chain;
        transpose(x);
        add_key(x, aes->encrypt[0]);
        for (int i = 1; i <= aes->rounds; i++) {
            substitute(x);
            shift_rows(x);
            if (i < aes->rounds) {
                mix_columns(x);
            }
            add_key(x, aes->encrypt[i]);
        }
        transpose(x);
        chain = x[0];
        memcpy(out, &chain, sizeof chain);
    }
    weflow_wipe(x, sizeof x);
}

static void decrypt(
    const struct weflow_aes *aes, const uint8_t *iv, const uint8_t *in, uint8_t *out, size_t blocks) {
    // What each block is to be XORed with: the one before it.
    plane x[BITS], before[AT_ONCE + 1];
    memcpy(before, iv, sizeof before[0]);
    while (blocks > 0) {
        size_t some = blocks < AT_ONCE ? blocks : AT_ONCE;
        memset(x, 0, sizeof x);
        memcpy(x, in, 16 * some);
        memcpy(before + 1, x, sizeof x);
        transpose(x);
        for (int i = aes->rounds; i > 0; i--) {
            add_key(x, aes->encrypt[i]);
            if (i < aes->rounds) {
                mix_columns_back(x);
            }
            shift_rows_back(x);
            substitute_back(x);
        }
        add_key(x, aes->encrypt[0]);
        transpose(x);
        for (size_t k = 0; k < some; k++) {
            x[k] ^= before[k];
        }
        memcpy(out, x, 16 * some);
        before[0] = before[some];
        in += 16 * some;
        out += 16 * some;
        blocks -= some;
    }
    weflow_wipe(x, sizeof x);
}

const struct weflow_cipher_engine weflow_cipher_portable = {expand, encrypt, decrypt};
