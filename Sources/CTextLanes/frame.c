// Which bytes the text of a zstd frame is made of, told without decompressing it (RFC 8878).
//
// All that a frame's text holds comes from the literals of its blocks, be it once or copied many times. Most blocks write
// theirs in a Huffman code, whose description stands in front and says which bytes have one.
#include "text_lanes.h"
#include <string.h>

static void add(uint64_t set[4], uint8_t byte) { set[byte >> 6] |= 1ull << (byte & 63); }

static int add_all(uint64_t set[4], const uint8_t *bytes, size_t count) {
    for (size_t at = 0; at < count; at++) {
        add(set, bytes[at]);
    }
    return 1;
}

static unsigned highest_bit(unsigned value) { return 31u - (unsigned)__builtin_clz(value); }

enum { MOST_LOG = 6, MOST_WEIGHT = 12, MOST_SYMBOLS = 255 };

/// Up to 16 bits of a little-endian stream from `bit` on, behind which four bytes can be read.
static unsigned read_bits(const uint8_t *stream, size_t bit, unsigned length) {
    uint32_t word;
    memcpy(&word, stream + (bit >> 3), 4);
    return word >> (bit & 7) & ((1u << length) - 1);
}

struct table {
    unsigned log;
    struct state {
        uint8_t symbol, bits, base, unused;
    } state[1 << MOST_LOG];
};

/// The coded weights, zeros in front of them and behind, so that all that a stream can ask for may be read.
struct stream {
    uint8_t bytes[8 + 128 + 8];
};

/// The weight of each byte, 0 for those that have none.
struct weights {
    uint8_t of[MOST_SYMBOLS + 1];
};

/// Reads the table in which weights are coded; how many bytes it takes, 0 where it is damaged.
static size_t read_table(struct table *table, const uint8_t *bytes, size_t count) {
    int16_t norm[MOST_WEIGHT + 1] = {0};
    table->log = (bytes[0] & 15) + 5;
    if (table->log > MOST_LOG) {
        return 0;
    }
    const int size = 1 << table->log;
    int remaining = size;
    unsigned symbols = 0;
    size_t bit = 4;
    while (remaining > 0 && symbols <= MOST_WEIGHT) {
        const unsigned length = highest_bit((unsigned)remaining + 1) + 1;
        int value = (int)read_bits(bytes, bit, length);
        bit += length;
        const int low = (1 << (length - 1)) - 1, threshold = (1 << length) - 1 - (remaining + 1);
        if ((value & low) < threshold) {
            bit--;
            value &= low;
        } else if (value > low) {
            value -= threshold;
        }
        const int share = value - 1;
        remaining -= share < 0 ? -share : share;
        norm[symbols++] = (int16_t)share;
        if (share == 0) {
            unsigned repeat;
            do {
                repeat = read_bits(bytes, bit, 2);
                bit += 2;
                for (unsigned skipped = 0; skipped < repeat; skipped++) {
                    if (symbols > MOST_WEIGHT) {
                        return 0;
                    }
                    norm[symbols++] = 0;
                }
            } while (repeat == 3);
        }
    }
    const size_t taken = (bit + 7) / 8;
    if (remaining != 0 || taken > count) {
        return 0;
    }
    unsigned next[MOST_WEIGHT + 1] = {0};
    int high = size;
    for (unsigned symbol = 0; symbol < symbols; symbol++) {
        if (norm[symbol] == -1) {
            table->state[--high].symbol = (uint8_t)symbol;
            next[symbol] = 1;
        }
    }
    const int step = (size >> 1) + (size >> 3) + 3, mask = size - 1;
    int place = 0;
    for (unsigned symbol = 0; symbol < symbols; symbol++) {
        if (norm[symbol] <= 0) {
            continue;
        }
        next[symbol] = (unsigned)norm[symbol];
        for (int share = 0; share < norm[symbol]; share++) {
            table->state[place].symbol = (uint8_t)symbol;
            do {
                place = (place + step) & mask;
            } while (place >= high);
        }
    }
    if (place != 0) {
        return 0;
    }
    for (int state = 0; state < size; state++) {
        const unsigned from = next[table->state[state].symbol]++;
        const unsigned length = table->log - highest_bit(from);
        table->state[state].bits = (uint8_t)length;
        table->state[state].base = (uint8_t)((from << length) - (unsigned)size);
    }
    return taken;
}

/// Which of eight bytes have a weight, a bit for each: which ones do follows no pattern that a branch could learn.
static uint64_t there(const uint8_t *weights) {
    uint64_t eight;
    memcpy(&eight, weights, 8);
    // A weight has four bits at most: the sum carries into the fifth, and never beyond its byte.
    const uint64_t bits = (eight + 0x0F0F0F0F0F0F0F0F) >> 4 & 0x0101010101010101;
    return bits * 0x0102040810204080 >> 56;
}

/// So many weights are read before anything is looked at.
enum { AT_ONCE = 8 };

/// Whether one of the last `AT_ONCE` bytes whose weights were written is needed and has none.
static int lacks(const uint64_t needed[4], const struct weights *weights, size_t written) {
    enum { FIRST_NEEDED = 128 };
    const size_t group = written - AT_ONCE;
    return group >= FIRST_NEEDED && (needed[group >> 6] >> (group & 63) & 0xFF & ~there(weights->of + group)) != 0;
}

/// The weights of a Huffman code, coded themselves; how many there are, 0 where they are damaged.
///
/// Two states take turns, and each tells how many bits the next one of its own is made of: a chain in which every look
/// into memory is waited for. So as long as eight weights cannot reach the end, they are read out of one word, without a
/// look at where it is: of a frame of 600 bytes, 850 ns became 430, the set of bytes made at once (`there`) included, and
/// 320 where most frames end at a byte of `needed` that has no weight.
static size_t read_weights(
    struct weights *weights, const uint8_t *coded, size_t count, const uint64_t needed[4], int *is_over_early) {
    struct stream stream = {{0}};
    struct table table;
    const uint8_t *bytes = stream.bytes + 8;
    memcpy(stream.bytes + 8, coded, count);
    const size_t head = read_table(&table, bytes, count);
    if (head == 0 || head >= count || bytes[count - 1] == 0) {
        return 0;
    }
    // It is read from its end, which a one marks, to where the table ended.
    const size_t first = 64 + 8 * head;
    size_t bit = 64 + 8 * count - (8 - highest_bit(bytes[count - 1]));
    if (bit < first + 2 * table.log) {
        return 0;
    }
    // What would be read of the table counts as zeros.
    memset(stream.bytes, 0, 8 + head);
    unsigned own = read_bits(stream.bytes, bit -= table.log, table.log);
    unsigned other = read_bits(stream.bytes, bit -= table.log, table.log);
    size_t written = 0;
    while (bit >= first + AT_ONCE * MOST_LOG && written < MOST_SYMBOLS - AT_ONCE) {
        // The bits in front of `bit` stand at the top; those behind them are 57 at least.
        uint64_t word;
        memcpy(&word, stream.bytes + (bit >> 3) - 7, 8);
        word <<= 7 - (bit & 7);
        // The top bit belongs to what was read before.
        word <<= 1;
        for (unsigned turn = 0; turn < AT_ONCE; turn += 2) {
            const struct state one = table.state[own], two = table.state[other];
            weights->of[written++] = one.symbol;
            weights->of[written++] = two.symbol;
            own = one.base + (unsigned)(word >> 1 >> (63 - one.bits));
            word <<= one.bits;
            other = two.base + (unsigned)(word >> 1 >> (63 - two.bits));
            word <<= two.bits;
            bit -= one.bits + two.bits;
        }
        if (lacks(needed, weights, written)) {
            *is_over_early = 1;
            return written;
        }
    }
    while (written < MOST_SYMBOLS - 1) {
        weights->of[written++] = table.state[own].symbol;
        const unsigned length = table.state[own].bits;
        const int is_over = bit < first + length;
        const unsigned next = table.state[own].base + read_bits(stream.bytes, bit -= length, length);
        own = other;
        other = next;
        if (is_over) {
            // What is left is that of the other state.
            weights->of[written++] = table.state[own].symbol;
            return written;
        }
        if (written % AT_ONCE == 0 && lacks(needed, weights, written)) {
            *is_over_early = 1;
            return written;
        }
    }
    return 0;
}

/// The bytes that a Huffman code has; 0 where its description is damaged, 2 where one of `needed` has none and the rest
/// was left alone.
static int add_code(uint64_t set[4], const uint8_t *bytes, size_t count, const uint64_t needed[4]) {
    struct weights weights = {{0}};
    size_t known = 0;
    int is_over_early = 0;
    if (count == 0) {
        return 0;
    }
    if (bytes[0] >= 128) {
        known = bytes[0] - 127u;
        if ((known + 1) / 2 + 1 > count) {
            return 0;
        }
        for (size_t symbol = 0; symbol < known; symbol++) {
            const uint8_t pair = bytes[1 + symbol / 2];
            weights.of[symbol] = symbol & 1 ? pair & 15 : pair >> 4;
        }
    } else if (
        bytes[0] == 0 || bytes[0] + 1u > count
        || (known = read_weights(&weights, bytes + 1, bytes[0], needed, &is_over_early)) == 0) {
        return 0;
    }
    for (unsigned at = 0; at <= MOST_SYMBOLS; at += 8) {
        set[at >> 6] |= there(weights.of + at) << (at & 63);
    }
    if (is_over_early) {
        return 2;
    }
    // The weight of the last byte follows from the others.
    add(set, (uint8_t)known);
    return 1;
}

/// The literals of a compressed block, as `add_code` says it; `has_code` says whether a block before had a Huffman code.
static int add_literals(
    uint64_t set[4], const uint8_t *block, size_t count, int *has_code, const uint64_t needed[4]) {
    if (count == 0) {
        return 0;
    }
    const unsigned type = block[0] & 3, format = block[0] >> 2 & 3;
    if (type < 2) {
        const size_t head = format == 1 ? 2 : format == 3 ? 3 : 1;
        if (count < head + 1) {
            return count >= head && (block[0] >> 3) == 0;
        }
        const size_t size = head == 1 ? block[0] >> 3u
            : head == 2               ? (block[0] >> 4u) + ((size_t)block[1] << 4)
                                      : (block[0] >> 4u) + ((size_t)block[1] << 4) + ((size_t)block[2] << 12);
        if (type == 1) {
            return add_all(set, block + head, 1);
        }
        return size <= count - head && add_all(set, block + head, size);
    }
    const size_t head = format < 2 ? 3 : format + 2;
    if (count < head) {
        return 0;
    }
    if (type == 3) {
        return *has_code;
    }
    uint64_t word = 0;
    for (size_t at = 0; at < head; at++) {
        word |= (uint64_t)block[at] << (8 * at);
    }
    const unsigned length = format < 2 ? 10 : format == 2 ? 14 : 18;
    const size_t size = (size_t)(word >> (4 + length)) & ((1u << length) - 1);
    *has_code = 1;
    return size <= count - head ? add_code(set, block + head, size, needed) : 0;
}

int weflow_frame_bytes(const uint8_t *frame, size_t count, const uint64_t needed[4], uint64_t set[4]) {
    static const uint8_t id_sizes[4] = {0, 1, 2, 4}, content_sizes[4] = {0, 2, 4, 8};
    if (count < 6) {
        return 0;
    }
    const uint8_t head = frame[4];
    const int is_single = head >> 5 & 1;
    if ((head & 3) != 0 || (head & 8) != 0) {
        return 0;
    }
    // Behind the last block only a checksum.
    const size_t rest = head & 4 ? 4 : 0;
    size_t at = 5 + (is_single ? 0 : 1) + id_sizes[head & 3] + content_sizes[head >> 6];
    at += (head >> 6) == 0 && is_single ? 1 : 0;
    int has_code = 0;
    for (;;) {
        if (count < at + 3) {
            return 0;
        }
        const unsigned block = frame[at] | (unsigned)frame[at + 1] << 8 | (unsigned)frame[at + 2] << 16;
        const unsigned type = block >> 1 & 3;
        const int is_last = block & 1;
        const size_t size = type == 1 ? 1 : block >> 3;
        at += 3;
        if (type == 3 || size > count - at || (is_last && at + size + rest != count)) {
            return 0;
        }
        // What is missing in a block may be in the next one.
        uint64_t missing[4] = {0};
        for (unsigned word = 0; is_last && word < 4; word++) {
            missing[word] = needed[word] & ~set[word];
        }
        const int told = type == 2 ? add_literals(set, frame + at, size, &has_code, missing)
                                   : add_all(set, frame + at, size);
        if (told == 0 || is_last) {
            return told;
        }
        at += size;
    }
}
