// MD5 (RFC 1321) in plain C.
#include <string.h>
#include "digest.h"

/// The first 32 fractional bits of the sines of 1 to 64 radians, without their signs.
static const uint32_t sines[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
};

static const int turns[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};

/// One step: which word it takes and how it mixes depends on the sixteen that it is of. What `b` has to do with, which
/// is known last, is added last: 1.4 times as fast.
INLINE void step(uint32_t s[4], const uint32_t w[16], int i) {
    static const int first[4] = {0, 1, 5, 0}, stride[4] = {1, 5, 3, 7};
    uint32_t *a = &s[(64 - i) & 3], b = s[(65 - i) & 3], c = s[(66 - i) & 3], d = s[(67 - i) & 3];
    uint32_t sum = so_far(*a + sines[i] + w[(first[i / 16] + stride[i / 16] * i) & 15]);
    switch (i / 16) {
    case 0:
        sum += d ^ (b & (c ^ d));
        break;
    case 1:
        // The halves have no bit in common.
        sum = so_far(sum + (~d & c)) + (d & b);
        break;
    case 2:
        sum += b ^ so_far(c ^ d);
        break;
    default:
        sum += c ^ (b | ~d);
    }
    int n = turns[i / 16][i & 3];
    *a = b + (sum << n | sum >> (32 - n));
}

void weflow_md5_absorb(uint32_t *state, const uint8_t *blocks, size_t count) {
    for (; count > 0; count--, blocks += 64) {
        uint32_t w[16], s[4];
        memcpy(w, blocks, sizeof w);
        memcpy(s, state, sizeof s);
#pragma clang loop unroll(full)
        for (int i = 0; i < 64; i++) {
            step(s, w, i);
        }
        for (int i = 0; i < 4; i++) {
            state[i] += s[i];
        }
    }
}
