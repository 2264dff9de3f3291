// Finite state codes, in which zstd writes the weights of a Huffman code and the lengths and offsets
// of its copies (RFC 8878).
#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define ALWAYS static inline __attribute__((always_inline))

enum { MOST_WEIGHT = 12, WEIGHTS_LOG = 6, LENGTHS_LOG = 9, OFFSETS_LOG = 8 };

/// What a state of a finite state code stands for, and how the next one follows from it.
struct cell {
    /// The state before the bits are added.
    uint16_t next;
    /// How many bits are read for the next state, and for the value.
    uint8_t state_bits, value_bits;
    /// What the bits of the value are added to.
    uint32_t base;
};

/// A table of cells, and the bits of a state.
struct states {
    unsigned log;
    const struct cell *cells;
};

/// What a symbol stands for: a base, and how many bits are added to it.
struct meaning {
    uint32_t base;
    uint8_t bits;
};

static const struct meaning literal_length_meanings[36] = {
    {0, 0}, {1, 0}, {2, 0}, {3, 0}, {4, 0}, {5, 0}, {6, 0}, {7, 0}, {8, 0}, {9, 0}, {10, 0}, {11, 0}, {12, 0}, {13, 0},
    {14, 0}, {15, 0}, {16, 1}, {18, 1}, {20, 1}, {22, 1}, {24, 2}, {28, 2}, {32, 3}, {40, 3}, {48, 4}, {64, 6},
    {128, 7}, {256, 8}, {512, 9}, {1024, 10}, {2048, 11}, {4096, 12}, {8192, 13}, {16384, 14}, {32768, 15}, {65536, 16},
};
static const struct meaning match_length_meanings[53] = {
    {3, 0}, {4, 0}, {5, 0}, {6, 0}, {7, 0}, {8, 0}, {9, 0}, {10, 0}, {11, 0}, {12, 0}, {13, 0}, {14, 0}, {15, 0},
    {16, 0}, {17, 0}, {18, 0}, {19, 0}, {20, 0}, {21, 0}, {22, 0}, {23, 0}, {24, 0}, {25, 0}, {26, 0}, {27, 0}, {28, 0},
    {29, 0}, {30, 0}, {31, 0}, {32, 0}, {33, 0}, {34, 0}, {35, 1}, {37, 1}, {39, 1}, {41, 1}, {43, 2}, {47, 2}, {51, 3},
    {59, 3}, {67, 4}, {83, 4}, {99, 5}, {131, 7}, {259, 8}, {515, 9}, {1027, 10}, {2051, 11}, {4099, 12}, {8195, 13},
    {16387, 14}, {32771, 15}, {65539, 16},
};
/// The value of an offset's code is its bits behind a one.
static const struct meaning offset_meanings[32] = {
    {1u << 0, 0}, {1u << 1, 1}, {1u << 2, 2}, {1u << 3, 3}, {1u << 4, 4}, {1u << 5, 5}, {1u << 6, 6},
    {1u << 7, 7}, {1u << 8, 8}, {1u << 9, 9}, {1u << 10, 10}, {1u << 11, 11}, {1u << 12, 12}, {1u << 13, 13},
    {1u << 14, 14}, {1u << 15, 15}, {1u << 16, 16}, {1u << 17, 17}, {1u << 18, 18}, {1u << 19, 19}, {1u << 20, 20},
    {1u << 21, 21}, {1u << 22, 22}, {1u << 23, 23}, {1u << 24, 24}, {1u << 25, 25}, {1u << 26, 26}, {1u << 27, 27},
    {1u << 28, 28}, {1u << 29, 29}, {1u << 30, 30}, {1u << 31, 31},
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

static const struct kind literal_length_kind = {literal_length_meanings, 36, LENGTHS_LOG};
static const struct kind match_length_kind = {match_length_meanings, 53, LENGTHS_LOG};
static const struct kind offset_kind = {offset_meanings, 32, OFFSETS_LOG};
static const struct kind weight_kind = {weight_meanings, MOST_WEIGHT + 1, WEIGHTS_LOG};

enum { MOST_SYMBOLS = 53 };

static const int8_t usual_literal_length_shares[36] = {4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2,
                                                       2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1};
static const int8_t usual_match_length_shares[53] = {1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                                                     1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                                                     1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1};
static const int8_t usual_offset_shares[29] = {1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1,
                                               1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1};

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

static void lay_out_usual(
    struct cell *cells, unsigned log, const int8_t *shares, unsigned symbols, const struct kind *kind) {
    int16_t wide[MOST_SYMBOLS];
    for (unsigned symbol = 0; symbol < symbols; symbol++) {
        wide[symbol] = shares[symbol];
    }
    lay_out(cells, log, wide, symbols, kind);
}

/// A stream that is read from its end, which a one marks, to its first bit.
///
/// Eight bytes in front of it must be readable, and as many behind those that have been read.
struct stream {
    const uint8_t *start, *at;
    /// What comes next stands highest.
    uint64_t bits;
    unsigned used;
};

ALWAYS int open_stream(struct stream *stream, const uint8_t *start, size_t count) {
    if (count == 0 || start[count - 1] == 0) {
        return 0;
    }
    stream->start = start;
    stream->at = start + count - 8;
    stream->used = 8 - highest_bit(start[count - 1]);
    stream->bits = load64(stream->at) << stream->used;
    return 1;
}

/// At least 57 bits can be read then; 0 where far more were read than there are.
ALWAYS int refill(struct stream *stream) {
    stream->at -= stream->used >> 3;
    stream->used &= 7;
    if (stream->at < stream->start - 8) {
        return 0;
    }
    stream->bits = load64(stream->at) << stream->used;
    return 1;
}

ALWAYS unsigned take(struct stream *stream, unsigned length) {
    // A shift by 64 means nothing; two do.
    const uint64_t value = stream->bits >> 1 >> (63 - length);
    stream->bits <<= length;
    stream->used += length;
    return (unsigned)value;
}

/// How many bits are left; fewer than none where more were read.
ALWAYS ptrdiff_t rest(const struct stream *stream) {
    return 8 * (stream->at + 8 - stream->start) - (ptrdiff_t)stream->used;
}

/// Reads which table a kind of codes has; 0 where it is damaged or that of a block before.
ALWAYS int read_states(
    struct states *states, unsigned mode, const struct cell *usual, unsigned usual_log, struct cell *own,
    const struct kind *kind, const uint8_t **at, const uint8_t *end) {
    if (mode == 0) {
        states->cells = usual;
        states->log = usual_log;
        return 1;
    }
    states->cells = own;
    if (mode == 1) {
        if (*at == end || **at >= kind->symbols) {
            return 0;
        }
        const struct meaning meaning = kind->meanings[*(*at)++];
        own[0] = (struct cell){0, 0, meaning.bits, meaning.base};
        states->log = 0;
        return 1;
    }
    if (mode != 2) {
        return 0;
    }
    const size_t taken = read_table(own, &states->log, kind, *at, (size_t)(end - *at));
    *at += taken;
    return taken != 0;
}
