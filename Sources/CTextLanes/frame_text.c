// The text of the zstd frames that most contents are (RFC 8878): of a known size, without a checksum, one block.
//
// Whatever is odd in a frame is left to libzstd, which says what is wrong with it. What is taken here is taken by libzstd
// too, with the same text: each stream has to end with its first bit, and nothing may be missing or left over.
#include "text_lanes.h"
#include <string.h>

#if defined(__x86_64__)
#include <emmintrin.h>
#define FAST_TARGET __attribute__((target("bmi,bmi2,lzcnt,popcnt")))
#endif
#define ALWAYS static inline __attribute__((always_inline))

enum {
    MOST_TEXT = WEFLOW_FRAME_TEXT_MOST,
    /// What is copied and stored goes beyond its end by fewer bytes than this.
    SLACK = WEFLOW_FRAME_TEXT_SLACK,
    MOST_CODE_BITS = 11,
    MOST_WEIGHT = 12,
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

/// A table of cells, and the bits of a state.
struct states {
    unsigned log;
    const struct cell *cells;
};

struct weflow_frame_space {
    uint8_t literals[MOST_TEXT + SLACK];
    /// The length of each code with whatever bits behind it, and its byte above.
    uint16_t codes[(1 << MOST_CODE_BITS) + SLACK];
    /// What a frame brings along.
    struct cell literal_lengths[1 << LENGTHS_LOG], match_lengths[1 << LENGTHS_LOG], offsets[1 << OFFSETS_LOG];
    /// What all frames know.
    struct cell usual_literal_lengths[64], usual_match_lengths[64], usual_offsets[32];
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
    {1u << 0, 0}, {1u << 1, 1}, {1u << 2, 2}, {1u << 3, 3}, {1u << 4, 4}, {1u << 5, 5}, {1u << 6, 6}, {1u << 7, 7},
    {1u << 8, 8}, {1u << 9, 9}, {1u << 10, 10}, {1u << 11, 11}, {1u << 12, 12}, {1u << 13, 13}, {1u << 14, 14}, {1u << 15, 15},
    {1u << 16, 16}, {1u << 17, 17}, {1u << 18, 18}, {1u << 19, 19}, {1u << 20, 20}, {1u << 21, 21}, {1u << 22, 22}, {1u << 23, 23},
    {1u << 24, 24}, {1u << 25, 25}, {1u << 26, 26}, {1u << 27, 27}, {1u << 28, 28}, {1u << 29, 29}, {1u << 30, 30}, {1u << 31, 31},
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

/// The weights of the bytes, coded themselves; how many there are, 0 where they are damaged. Zeros follow.
ALWAYS unsigned read_weights(uint8_t weights[256], const uint8_t *coded, size_t count) {
    struct cell cells[1 << WEIGHTS_LOG];
    unsigned log;
    struct stream stream;
    const size_t head = read_table(cells, &log, &weight_kind, coded, count);
    if (head == 0 || !open_stream(&stream, coded + head, count - head) || rest(&stream) < (ptrdiff_t)(2 * log)) {
        return 0;
    }
    unsigned own = take(&stream, log), other = take(&stream, log);
    unsigned written = 0;
    // While a refill lasts for four states of six bits at most, and the stream for all of them.
    for (; rest(&stream) >= 4 * WEIGHTS_LOG && written < 251; written += 4) {
        if (!refill(&stream)) {
            return 0;
        }
        for (unsigned pair = 0; pair < 4; pair += 2) {
            const struct cell one = cells[own], two = cells[other];
            weights[written + pair] = (uint8_t)one.base;
            weights[written + pair + 1] = (uint8_t)two.base;
            own = one.next + take(&stream, one.state_bits);
            other = two.next + take(&stream, two.state_bits);
        }
    }
    while (written < 254) {
        const struct cell cell = cells[own];
        weights[written++] = (uint8_t)cell.base;
        if (rest(&stream) < cell.state_bits) {
            // What is left is that of the other state.
            weights[written++] = (uint8_t)cells[other].base;
            return written;
        }
        if (!refill(&stream)) {
            return 0;
        }
        const unsigned next = cell.next + take(&stream, cell.state_bits);
        own = other;
        other = next;
    }
    return 0;
}

/// For each weight the bytes that have it, a bit for each.
ALWAYS void sort_weights(uint64_t bytes_of[MOST_WEIGHT + 1][4], const uint8_t weights[256]) {
#if defined(__x86_64__)
    __m128i all[16];
    for (unsigned part = 0; part < 16; part++) {
        all[part] = _mm_loadu_si128((const __m128i *)(const void *)(weights + 16 * part));
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
        bytes_of[weights[byte]][byte >> 6] |= 1ull << (byte & 63);
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
    uint8_t weights[256] = {0};
    unsigned known;
    size_t taken;
    if (count == 0) {
        return 0;
    }
    if (bytes[0] >= 128) {
        known = bytes[0] - 127u;
        taken = (known + 1) / 2 + 1;
        if (taken > count) {
            return 0;
        }
        for (unsigned byte = 0; byte < known; byte++) {
            const uint8_t pair = bytes[1 + byte / 2];
            weights[byte] = byte & 1 ? pair & 15 : pair >> 4;
            if (weights[byte] > MOST_WEIGHT) {
                return 0;
            }
        }
    } else {
        taken = bytes[0] + 1u;
        if (taken > count || (known = read_weights(weights, bytes + 1, bytes[0])) == 0) {
            return 0;
        }
    }
    uint64_t bytes_of[MOST_WEIGHT + 1][4];
    sort_weights(bytes_of, weights);
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

/// A stream of codes. It has no count of its bits: the lowest one of those that were loaded is set instead, and how far it
/// has come tells how many were read.
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

/// The literals of a block.
struct literals {
    const uint8_t *bytes;
    size_t size;
    /// What they take of the block.
    size_t taken;
};

/// Reads the literals of a block into the space; 0 where they are damaged, of a block before or too many.
ALWAYS int read_literals(
    struct literals *literals, struct weflow_frame_space *space, const uint8_t *block, size_t count, size_t most) {
    if (count < 5) {
        return 0;
    }
    const unsigned type = block[0] & 3, format = block[0] >> 2 & 3;
    literals->bytes = space->literals;
    if (type < 2) {
        const size_t head = format == 1 ? 2 : format == 3 ? 3 : 1;
        const unsigned word = block[0] | (unsigned)block[1] << 8 | (unsigned)block[2] << 16;
        const size_t size = head == 1 ? block[0] >> 3 : head == 2 ? (word & 0xFFFF) >> 4 : word >> 4;
        const size_t stored = type == 1 ? 1 : size;
        if (size > most || stored > count - head || (type == 1 && size == 0)) {
            return 0;
        }
        if (type == 1) {
            memset(space->literals, block[head], size);
        } else {
            memcpy(space->literals, block + head, size);
        }
        literals->size = size;
        literals->taken = head + stored;
        return 1;
    }
    if (type == 3) {
        return 0;
    }
    const size_t head = format < 2 ? 3 : format + 2;
    const unsigned length = format < 2 ? 10 : format == 2 ? 14 : 18;
    const uint64_t word = block[0] | (uint64_t)block[1] << 8 | (uint64_t)block[2] << 16 | (uint64_t)block[3] << 24
        | (uint64_t)block[4] << 32;
    const size_t size = word >> 4 & ((1u << length) - 1), stored = word >> (4 + length) & ((1u << length) - 1);
    if (size == 0 || size > most || stored > count - head) {
        return 0;
    }
    unsigned log;
    const uint8_t *coded = block + head;
    const size_t code = read_code(space->codes, &log, coded, stored);
    if (code == 0) {
        return 0;
    }
    const unsigned streams = format == 0 ? 1 : 4;
    literals->size = size;
    literals->taken = head + stored;
    uint8_t *target = space->literals;
    const size_t left = stored - code;
    coded += code;
    return log <= 8 ? decode_literals(target, size, streams, coded, left, space->codes, log, 7)
        : log == 9  ? decode_literals(target, size, streams, coded, left, space->codes, log, 6)
                    : decode_literals(target, size, streams, coded, left, space->codes, log, 5);
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

/// Copies up to `count` bytes, and up to 15 more.
ALWAYS void copy_beyond(uint8_t *target, const uint8_t *source, size_t count) {
    size_t done = 0;
    do {
        memcpy(target + done, source + done, 16);
        done += 16;
    } while (done < count);
}

/// Copies what stands `offset` bytes before, which may be part of what is copied.
ALWAYS void copy_match(uint8_t *target, size_t offset, size_t count) {
    const uint8_t *source = target - offset;
    if (offset >= 16) {
        copy_beyond(target, source, count);
    } else if (offset >= 8) {
        for (size_t done = 0; done < count; done += 8) {
            memcpy(target + done, source + done, 8);
        }
    } else {
        for (size_t done = 0; done < count; done++) {
            target[done] = source[done];
        }
    }
}

/// Puts the text together of literals and of what stands before; 0 where it does not come to `size` bytes.
ALWAYS int write_text(
    uint8_t *text, size_t size, const struct literals *literals, struct weflow_frame_space *space, const uint8_t *at,
    const uint8_t *end) {
    if (at == end) {
        return 0;
    }
    const uint8_t *literal = literals->bytes;
    size_t literals_left = literals->size, done = 0;
    size_t count = *at++;
    if (count == 0) {
        if (at != end || literals_left != size) {
            return 0;
        }
        memcpy(text, literal, size);
        return 1;
    }
    if (count >= 128) {
        const size_t more = count == 255 ? 2 : 1;
        if ((size_t)(end - at) < more) {
            return 0;
        }
        count = more == 1 ? ((count - 128) << 8) + at[0] : at[0] + ((size_t)at[1] << 8) + 0x7F00;
        at += more;
        if (count == 0) {
            return 0;
        }
    }
    if (at == end || (*at & 3) != 0) {
        return 0;
    }
    const unsigned modes = *at++;
    struct states literal_lengths, match_lengths, offsets;
    if (!read_states(
            &literal_lengths, modes >> 6, space->usual_literal_lengths, 6, space->literal_lengths,
            &literal_length_kind, &at, end)
        || !read_states(&offsets, modes >> 4 & 3, space->usual_offsets, 5, space->offsets, &offset_kind, &at, end)
        || !read_states(
            &match_lengths, modes >> 2 & 3, space->usual_match_lengths, 6, space->match_lengths, &match_length_kind,
            &at, end)) {
        return 0;
    }
    struct stream stream;
    if (!open_stream(&stream, at, (size_t)(end - at)) || !refill(&stream)) {
        return 0;
    }
    unsigned literal_state = take(&stream, literal_lengths.log);
    unsigned offset_state = take(&stream, offsets.log);
    unsigned match_state = take(&stream, match_lengths.log);
    size_t before[3] = {1, 4, 8};
    while (1) {
        const struct cell literal_cell = literal_lengths.cells[literal_state];
        const struct cell match_cell = match_lengths.cells[match_state];
        const struct cell offset_cell = offsets.cells[offset_state];
        if (!refill(&stream)) {
            return 0;
        }
        const size_t value = offset_cell.base + take(&stream, offset_cell.value_bits);
        const size_t match = match_cell.base + take(&stream, match_cell.value_bits);
        const size_t run = literal_cell.base + take(&stream, literal_cell.value_bits);
        size_t offset;
        if (value > 3) {
            offset = value - 3;
            before[2] = before[1];
            before[1] = before[0];
            before[0] = offset;
        } else {
            const size_t which = value - 1 + (run == 0);
            if (which == 0) {
                offset = before[0];
            } else {
                offset = which == 3 ? before[0] - 1 : before[which];
                if (which != 1) {
                    before[2] = before[1];
                }
                before[1] = before[0];
                before[0] = offset;
            }
        }
        if (run > literals_left || run + match > size - done || offset == 0 || offset > done + run) {
            return 0;
        }
        copy_beyond(text + done, literal, run);
        literal += run;
        literals_left -= run;
        done += run;
        copy_match(text + done, offset, match);
        done += match;
        if (--count == 0) {
            break;
        }
        if (!refill(&stream)) {
            return 0;
        }
        literal_state = literal_cell.next + take(&stream, literal_cell.state_bits);
        match_state = match_cell.next + take(&stream, match_cell.state_bits);
        offset_state = offset_cell.next + take(&stream, offset_cell.state_bits);
    }
    if (rest(&stream) != 0 || literals_left != size - done) {
        return 0;
    }
    memcpy(text + done, literal, literals_left);
    return 1;
}

ALWAYS size_t frame_text(
    struct weflow_frame_space *space, const uint8_t *frame, size_t count, uint8_t *text, size_t room) {
    // A magic number, a size behind a head that says that there is nothing else, and a block that is the last one.
    if (count < 16 || memcmp(frame, "\x28\xB5\x2F\xFD", 4) != 0 || (frame[4] & 0x3F) != 0x20) {
        return SIZE_MAX;
    }
    const unsigned size_form = frame[4] >> 6;
    size_t at = size_form == 0 ? 6 : size_form == 1 ? 7 : 9;
    if (size_form == 3) {
        return SIZE_MAX;
    }
    const size_t size = size_form == 0 ? frame[5]
        : size_form == 1               ? (frame[5] | (size_t)frame[6] << 8) + 256
                                       : frame[5] | (size_t)frame[6] << 8 | (size_t)frame[7] << 16
            | (size_t)frame[8] << 24;
    const unsigned block = frame[at] | (unsigned)frame[at + 1] << 8 | (unsigned)frame[at + 2] << 16;
    at += 3;
    // A compressed block is smaller than its text.
    if (size == 0 || size > MOST_TEXT || size + SLACK > room || (block & 7) != 5 || block >> 3 != count - at
        || count - at > size) {
        return SIZE_MAX;
    }
    struct literals literals;
    const uint8_t *end = frame + count;
    if (!read_literals(&literals, space, frame + at, count - at, size)
        || !write_text(text, size, &literals, space, frame + at + literals.taken, end)) {
        return SIZE_MAX;
    }
    return size;
}

static size_t portable_frame_text(
    struct weflow_frame_space *space, const uint8_t *frame, size_t count, uint8_t *text, size_t room) {
    return frame_text(space, frame, count, text, room);
}

#ifdef FAST_TARGET
/// With shifts by any register, which four streams need side by side.
FAST_TARGET static size_t fast_frame_text(
    struct weflow_frame_space *space, const uint8_t *frame, size_t count, uint8_t *text, size_t room) {
    return frame_text(space, frame, count, text, room);
}
#endif

size_t weflow_frame_text(
    struct weflow_frame_space *space, const uint8_t *frame, size_t count, uint8_t *text, size_t room) {
#ifdef FAST_TARGET
    if (__builtin_cpu_supports("bmi2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("lzcnt")
        && __builtin_cpu_supports("popcnt")) {
        return fast_frame_text(space, frame, count, text, room);
    }
#endif
    return portable_frame_text(space, frame, count, text, room);
}

static void lay_out_usual(
    struct cell *cells, unsigned log, const int8_t *shares, unsigned symbols, const struct kind *kind) {
    int16_t wide[MOST_SYMBOLS];
    for (unsigned symbol = 0; symbol < symbols; symbol++) {
        wide[symbol] = shares[symbol];
    }
    lay_out(cells, log, wide, symbols, kind);
}

size_t weflow_frame_space_size(void) { return sizeof(struct weflow_frame_space); }

void weflow_frame_space_make(struct weflow_frame_space *space) {
    lay_out_usual(space->usual_literal_lengths, 6, usual_literal_length_shares, 36, &literal_length_kind);
    lay_out_usual(space->usual_match_lengths, 6, usual_match_length_shares, 53, &match_length_kind);
    lay_out_usual(space->usual_offsets, 5, usual_offset_shares, 29, &offset_kind);
}
