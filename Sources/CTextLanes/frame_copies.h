// How zstd writes which literals stand where, and what is copied from where (RFC 8878): lengths and offsets in finite state
// codes.
#pragma once
#include "frame_states.h"

/// A table of cells, and the bits of a state.
struct states {
    unsigned log;
    const struct cell *cells;
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

static const struct kind literal_length_kind = {literal_length_meanings, 36, LENGTHS_LOG};
static const struct kind match_length_kind = {match_length_meanings, 53, LENGTHS_LOG};
static const struct kind offset_kind = {offset_meanings, 32, OFFSETS_LOG};

static const int8_t usual_literal_length_shares[36] = {4, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 2, 2,
                                                       2, 2, 2, 2, 2, 2, 2, 3, 2, 1, 1, 1, 1, 1, -1, -1, -1, -1};
static const int8_t usual_match_length_shares[53] = {1, 4, 3, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                                                     1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                                                     1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1};
static const int8_t usual_offset_shares[29] = {1, 1, 1, 1, 1, 1, 2, 2, 2, 1, 1, 1, 1, 1, 1,
                                               1, 1, 1, 1, 1, 1, 1, 1, 1, -1, -1, -1, -1, -1};

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
