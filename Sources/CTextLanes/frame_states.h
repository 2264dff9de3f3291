// Finite state codes, in which zstd writes the weights of a Huffman code, and lengths and offsets (RFC 8878).
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define ALWAYS static inline __attribute__((always_inline))

enum {
    MOST_WEIGHT = 12,
    /// The bits of the largest tables.
    WEIGHTS_LOG = 6,
    LENGTHS_LOG = 9,
    OFFSETS_LOG = 8,
};

/// What a state of a finite state code stands for, and how the next one follows from it.
struct cell {
    /// The state before the bits are added.
    uint16_t next;
    /// How many bits are read for the next state, and for the value.
    uint8_t state_bits, value_bits;
    /// What the bits of the value are added to.
    uint32_t base;
};

/// What a symbol stands for: a base, and how many bits are added to it.
struct meaning {
    uint32_t base;
    uint8_t bits;
};

static const struct meaning weight_meanings[MOST_WEIGHT + 1] = {
    {0, 0}, {1, 0}, {2, 0}, {3, 0}, {4, 0}, {5, 0}, {6, 0}, {7, 0}, {8, 0}, {9, 0}, {10, 0}, {11, 0}, {12, 0},
};

/// A kind of finite state code.
struct kind {
    const struct meaning *meanings;
    /// One more than the highest symbol; the bits of the largest table.
    unsigned symbols, most_log;
};

static const struct kind weight_kind = {weight_meanings, MOST_WEIGHT + 1, WEIGHTS_LOG};

/// So many symbols has the kind with the most.
enum { MOST_SYMBOLS = 53 };

ALWAYS unsigned highest_bit(unsigned value) { return 31u - (unsigned)__builtin_clz(value); }

ALWAYS uint64_t load64(const uint8_t *bytes) {
    uint64_t word;
    memcpy(&word, bytes, 8);
    return word;
}

/// Lays a table out by the shares of its symbols, which add up to its size; 0 where they do not fill it.
ALWAYS int lay_out(struct cell *cells, unsigned log, const int16_t *shares, unsigned symbols, const struct kind *kind) {
    const unsigned size = 1u << log, mask = size - 1, step = (size >> 1) + (size >> 3) + 3;
    uint16_t next[MOST_SYMBOLS];
    uint8_t symbol_of[1 << LENGTHS_LOG];
    unsigned high = size;
    for (unsigned symbol = 0; symbol < symbols; symbol++) {
        next[symbol] = (uint16_t)(shares[symbol] < 0 ? 1 : shares[symbol]);
        if (shares[symbol] < 0) {
            symbol_of[--high] = (uint8_t)symbol;
        }
    }
    unsigned place = 0;
    for (unsigned symbol = 0; symbol < symbols; symbol++) {
        for (int share = 0; share < shares[symbol]; share++) {
            symbol_of[place] = (uint8_t)symbol;
            do {
                place = (place + step) & mask;
            } while (place >= high);
        }
    }
    if (place != 0) {
        return 0;
    }
    for (unsigned state = 0; state < size; state++) {
        const unsigned symbol = symbol_of[state], from = next[symbol]++, length = log - highest_bit(from);
        cells[state].next = (uint16_t)((from << length) - size);
        cells[state].state_bits = (uint8_t)length;
        cells[state].value_bits = kind->meanings[symbol].bits;
        cells[state].base = kind->meanings[symbol].base;
    }
    return 1;
}

/// Up to 16 bits of a description from `bit` on; what lies behind its end counts as zeros.
ALWAYS unsigned description_bits(const uint8_t *bytes, size_t count, size_t bit, unsigned length) {
    const size_t at = bit >> 3;
    uint32_t word = 0;
    if (at + 4 <= count) {
        memcpy(&word, bytes + at, 4);
    } else if (at < count) {
        memcpy(&word, bytes + at, count - at);
    }
    return word >> (bit & 7) & ((1u << length) - 1);
}

/// Reads the description of a table and lays it out; how many bytes it takes, 0 where it is damaged.
ALWAYS size_t read_table(
    struct cell *cells, unsigned *log, const struct kind *kind, const uint8_t *bytes, size_t count) {
    int16_t shares[MOST_SYMBOLS];
    if (count == 0 || (*log = (bytes[0] & 15) + 5) > kind->most_log) {
        return 0;
    }
    int remaining = 1 << *log;
    unsigned symbols = 0;
    size_t bit = 4;
    while (remaining > 0) {
        if (symbols == kind->symbols) {
            return 0;
        }
        const unsigned length = highest_bit((unsigned)remaining + 1) + 1;
        int value = (int)description_bits(bytes, count, bit, length);
        const int low = (1 << (length - 1)) - 1, threshold = (1 << length) - 1 - (remaining + 1);
        bit += length;
        if ((value & low) < threshold) {
            bit--;
            value &= low;
        } else if (value > low) {
            value -= threshold;
        }
        const int share = value - 1;
        remaining -= share < 0 ? 1 : share;
        shares[symbols++] = (int16_t)share;
        if (share == 0) {
            unsigned repeat;
            do {
                repeat = description_bits(bytes, count, bit, 2);
                bit += 2;
                if (symbols + repeat > kind->symbols) {
                    return 0;
                }
                for (unsigned skipped = 0; skipped < repeat; skipped++) {
                    shares[symbols++] = 0;
                }
            } while (repeat == 3);
        }
    }
    const size_t taken = (bit + 7) / 8;
    return remaining == 0 && taken <= count && lay_out(cells, *log, shares, symbols, kind) ? taken : 0;
}
