// The weights of bytes, by which zstd says what Huffman code its literals are written in (RFC 8878).
#pragma once
#include "frame_states.h"

/// The weight of each byte, 0 for those that have none.
struct weights {
    uint8_t of[256];
};

/// The coded weights, zeros in front of them and behind, so that all that they can ask for may be read.
struct coded_weights {
    uint8_t bytes[8 + 128 + 8];
};

/// Up to 16 bits from `bit` on.
ALWAYS unsigned coded_bits(const struct coded_weights *coded, size_t bit, unsigned length) {
    uint32_t word;
    memcpy(&word, coded->bytes + (bit >> 3), 4);
    return word >> (bit & 7) & ((1u << length) - 1);
}

/// Which of eight bytes have a weight, a bit for each: which ones do follows no pattern that a branch could learn.
ALWAYS uint64_t there(const uint8_t *weights) {
    uint64_t eight;
    memcpy(&eight, weights, 8);
    // A weight has four bits at most: the sum carries into the fifth, and never beyond its byte.
    const uint64_t bits = (eight + 0x0F0F0F0F0F0F0F0F) >> 4 & 0x0101010101010101;
    return bits * 0x0102040810204080 >> 56;
}

enum {
    /// So many weights are read before anything is looked at.
    AT_ONCE = 8,
    /// No more are coded: that of the last byte follows from the others.
    MOST_CODED = 255,
};

/// Whether one of the last `AT_ONCE` bytes whose weights were written is needed and has none; never where nothing is
/// needed, which is a constant then.
ALWAYS int lacks(const uint64_t needed[4], const struct weights *weights, size_t written) {
    enum { FIRST_NEEDED = 128 };
    const size_t group = written - AT_ONCE;
    return needed != NULL && group >= FIRST_NEEDED
        && (needed[group >> 6] >> (group & 63) & 0xFF & ~there(weights->of + group)) != 0;
}

/// The weights of a Huffman code, coded themselves; how many there are, 0 where they are damaged.
///
/// Two states take turns, and each tells how many bits the next one of its own is made of: a chain in which every look
/// into memory is waited for. So as long as eight weights cannot reach the end, they are read out of one word, without a
/// look at where it is: of a frame of 600 bytes, 850 ns became 430, the set of bytes made at once (`there`) included, and
/// 320 where most frames end at a byte of `needed` that has no weight.
ALWAYS unsigned read_coded_weights(
    struct weights *weights, const uint8_t *bytes, size_t count, const uint64_t *needed, int *is_over_early) {
    struct coded_weights coded = {{0}};
    struct cell cells[1 << WEIGHTS_LOG];
    unsigned log, written = 0;
    memcpy(coded.bytes + 8, bytes, count);
    const size_t head = read_table(cells, &log, &weight_kind, bytes, count);
    if (head == 0 || head >= count || bytes[count - 1] == 0) {
        return 0;
    }
    // It is read from its end, which a one marks, to where the table ended.
    const size_t first = 64 + 8 * head;
    size_t bit = 64 + 8 * count - (8 - highest_bit(bytes[count - 1]));
    if (bit < first + 2 * log) {
        return 0;
    }
    // What would be read of the table counts as zeros.
    memset(coded.bytes, 0, 8 + head);
    unsigned own = coded_bits(&coded, bit -= log, log);
    unsigned other = coded_bits(&coded, bit -= log, log);
    while (bit >= first + AT_ONCE * WEIGHTS_LOG && written < MOST_CODED - AT_ONCE) {
        // The bits in front of `bit` stand at the top; those behind them are 57 at least.
        uint64_t word;
        memcpy(&word, coded.bytes + (bit >> 3) - 7, 8);
        word <<= 7 - (bit & 7);
        // The top bit belongs to what was read before.
        word <<= 1;
        for (unsigned turn = 0; turn < AT_ONCE; turn += 2) {
            const struct cell one = cells[own], two = cells[other];
            weights->of[written++] = (uint8_t)one.base;
            weights->of[written++] = (uint8_t)two.base;
            own = one.next + (unsigned)(word >> 1 >> (63 - one.state_bits));
            word <<= one.state_bits;
            other = two.next + (unsigned)(word >> 1 >> (63 - two.state_bits));
            word <<= two.state_bits;
            bit -= one.state_bits + two.state_bits;
        }
        if (lacks(needed, weights, written)) {
            *is_over_early = 1;
            return written;
        }
    }
    while (written < MOST_CODED - 1) {
        weights->of[written++] = (uint8_t)cells[own].base;
        const unsigned length = cells[own].state_bits;
        const int is_over = bit < first + length;
        const unsigned next = cells[own].next + coded_bits(&coded, bit -= length, length);
        own = other;
        other = next;
        if (is_over) {
            // What is left is that of the other state.
            weights->of[written++] = (uint8_t)cells[own].base;
            return written;
        }
        if (written % AT_ONCE == 0 && lacks(needed, weights, written)) {
            *is_over_early = 1;
            return written;
        }
    }
    return 0;
}

/// Reads the weights of a Huffman code.
///
/// @param needed a bit for each byte without which the caller is not interested in the rest; NULL for none.
/// @param is_over_early becomes 1 where one of them has no weight and the rest was left alone.
/// @param known takes how many weights were read; the one behind them follows from those.
/// @return how many bytes the description takes; 0 where it is damaged.
ALWAYS size_t read_weights(
    struct weights *weights, unsigned *known, const uint8_t *bytes, size_t count, const uint64_t *needed,
    int *is_over_early) {
    if (count == 0) {
        return 0;
    }
    if (bytes[0] < 128) {
        const size_t taken = bytes[0] + 1u;
        if (taken > count) {
            return 0;
        }
        *known = read_coded_weights(weights, bytes + 1, bytes[0], needed, is_over_early);
        return *known == 0 ? 0 : taken;
    }
    *known = bytes[0] - 127u;
    const size_t taken = (*known + 1) / 2 + 1;
    if (taken > count) {
        return 0;
    }
    for (unsigned byte = 0; byte < *known; byte++) {
        const uint8_t pair = bytes[1 + byte / 2];
        weights->of[byte] = byte & 1 ? pair & 15 : pair >> 4;
        if (weights->of[byte] > MOST_WEIGHT) {
            return 0;
        }
    }
    return taken;
}
