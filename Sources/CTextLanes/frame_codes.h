// The Huffman codes in which zstd writes literals (RFC 8878).
#pragma once
#include "frame_weights.h"

#if defined(__x86_64__)
#include <emmintrin.h>
#endif

enum { MOST_CODE_BITS = 11 };

/// For each weight the bytes that have it, a bit for each.
ALWAYS void sort_weights(uint64_t bytes_of[MOST_WEIGHT + 1][4], const struct weights *weights) {
#if defined(__x86_64__)
    __m128i all[16];
    for (unsigned part = 0; part < 16; part++) {
        all[part] = _mm_loadu_si128((const __m128i *)(const void *)(weights->of + 16 * part));
    }
    for (unsigned weight = 1; weight <= MOST_WEIGHT; weight++) {
        const __m128i wanted = _mm_set1_epi8((char)weight);
        for (unsigned word = 0; word < 4; word++) {
            uint64_t bits = 0;
            for (unsigned part = 0; part < 4; part++) {
                const int marks = _mm_movemask_epi8(_mm_cmpeq_epi8(all[4 * word + part], wanted));
                bits |= (uint64_t)(unsigned)marks << (16 * part);
            }
            bytes_of[weight][word] = bits;
        }
    }
#else
    memset(bytes_of, 0, (MOST_WEIGHT + 1) * sizeof bytes_of[0]);
    for (unsigned byte = 0; byte < 256; byte++) {
        bytes_of[weights->of[byte]][byte >> 6] |= 1ull << (byte & 63);
    }
#endif
}

ALWAYS unsigned count_bits(const uint64_t words[4]) {
    unsigned count = 0;
    for (unsigned word = 0; word < 4; word++) {
        count += (unsigned)__builtin_popcountll(words[word]);
    }
    return count;
}

/// Reads a Huffman code and lays out its table; how many bytes it takes, 0 where it is damaged.
ALWAYS size_t read_code(uint16_t *codes, unsigned *log, const uint8_t *bytes, size_t count) {
    struct weights weights = {{0}};
    unsigned known;
    int is_over_early = 0;
    const size_t taken = read_weights(&weights, &known, bytes, count, NULL, &is_over_early);
    if (taken == 0) {
        return 0;
    }
    uint64_t bytes_of[MOST_WEIGHT + 1][4];
    sort_weights(bytes_of, &weights);
    unsigned sum = 0;
    for (unsigned weight = 1; weight <= MOST_WEIGHT; weight++) {
        sum += count_bits(bytes_of[weight]) << weight >> 1;
    }
    if (sum == 0 || sum >= 1u << MOST_CODE_BITS) {
        return 0;
    }
    *log = highest_bit(sum) + 1;
    const unsigned gap = (1u << *log) - sum;
    if ((gap & (gap - 1)) != 0) {
        return 0;
    }
    // The weight of the last byte follows from the others.
    bytes_of[highest_bit(gap) + 1][known >> 6] |= 1ull << (known & 63);
    const unsigned longest = count_bits(bytes_of[1]);
    if (longest < 2 || (longest & 1) != 0) {
        return 0;
    }
    uint16_t *place = codes;
    for (unsigned weight = 1; weight <= *log; weight++) {
        const unsigned length = *log + 1 - weight, width = 1u << weight >> 1;
        for (unsigned word = 0; word < 4; word++) {
            for (uint64_t left = bytes_of[weight][word]; left != 0; left &= left - 1) {
                const unsigned byte = 64 * word + (unsigned)__builtin_ctzll(left);
                const uint64_t four = (byte << 8 | length) * 0x0001000100010001ull;
                // Shorter ones are stored over.
                for (unsigned done = 0; done < width; done += 4) {
                    memcpy(place + done, &four, 8);
                }
                place += width;
            }
        }
    }
    return taken;
}

/// A stream of codes. It has no count of its bits: the lowest one of those that were loaded is set instead, and how far
/// it has come tells how many were read.
struct lane {
    const uint8_t *start, *at;
    uint64_t bits;
    uint8_t *target;
};

ALWAYS int open_lane(struct lane *lane, const uint8_t *start, size_t count, uint8_t *target) {
    if (count == 0 || start[count - 1] == 0) {
        return 0;
    }
    lane->start = start;
    lane->at = start + count - 8;
    lane->target = target;
    lane->bits = (load64(lane->at) | 1) << (8 - highest_bit(start[count - 1]));
    return 1;
}

/// At least 56 bits can be read then; 0 where far more were read than there are.
ALWAYS int refill_lane(struct lane *lane) {
    const unsigned used = (unsigned)__builtin_ctzll(lane->bits);
    lane->at -= used >> 3;
    if (lane->at < lane->start - 8) {
        return 0;
    }
    lane->bits = (load64(lane->at) | 1) << (used & 7);
    return 1;
}

ALWAYS int is_at_end(const struct lane *lane) {
    return 8 * (lane->at + 8 - lane->start) == __builtin_ctzll(lane->bits);
}

/// Decodes one byte.
ALWAYS void decode(struct lane *lane, size_t done, const uint16_t *codes, unsigned shift) {
    const unsigned code = codes[lane->bits >> shift];
    lane->target[done] = (uint8_t)(code >> 8);
    lane->bits <<= code & 63;
}

/// Decodes `count` bytes of each lane, `per_refill` between two refills.
ALWAYS int decode_lanes(
    struct lane *lanes, unsigned width, size_t count, unsigned per_refill, const uint16_t *codes, unsigned shift) {
    size_t done = 0;
    for (; count - done >= per_refill; done += per_refill) {
        for (unsigned number = 0; number < width; number++) {
            if (!refill_lane(&lanes[number])) {
                return 0;
            }
        }
        for (unsigned step = 0; step < per_refill; step++) {
            for (unsigned number = 0; number < width; number++) {
                decode(&lanes[number], done + step, codes, shift);
            }
        }
    }
    for (unsigned number = 0; number < width; number++) {
        if (!refill_lane(&lanes[number])) {
            return 0;
        }
    }
    for (; done < count; done++) {
        for (unsigned number = 0; number < width; number++) {
            decode(&lanes[number], done, codes, shift);
        }
    }
    return 1;
}

/// Decodes literals of one stream or four; 0 where they are damaged.
ALWAYS int decode_literals(
    uint8_t *target, size_t size, unsigned width, const uint8_t *bytes, size_t count, const uint16_t *codes,
    unsigned log, unsigned per_refill) {
    const unsigned shift = 64 - log;
    if (width == 1) {
        struct lane lane;
        return open_lane(&lane, bytes, count, target) && decode_lanes(&lane, 1, size, per_refill, codes, shift)
            && is_at_end(&lane);
    }
    if (count < 10 || size < 16) {
        return 0;
    }
    const size_t part = (size + 3) / 4, last = size - 3 * part;
    struct lane lanes[4];
    size_t at = 6;
    for (unsigned number = 0; number < 4; number++) {
        const size_t length = number < 3 ? bytes[2 * number] | (size_t)bytes[2 * number + 1] << 8 : count - at;
        if (length > count - at || !open_lane(&lanes[number], bytes + at, length, target + number * part)) {
            return 0;
        }
        at += length;
    }
    if (!decode_lanes(lanes, 4, last, per_refill, codes, shift)) {
        return 0;
    }
    // The first three have up to three bytes more.
    for (unsigned number = 0; number < 3; number++) {
        if (!refill_lane(&lanes[number])) {
            return 0;
        }
        for (size_t done = last; done < part; done++) {
            decode(&lanes[number], done, codes, shift);
        }
    }
    return is_at_end(&lanes[0]) && is_at_end(&lanes[1]) && is_at_end(&lanes[2]) && is_at_end(&lanes[3]);
}
