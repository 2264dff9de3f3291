// Which bytes the text of a zstd frame is made of, told without decompressing it (RFC 8878).
//
// All that a frame's text holds comes from the literals of its blocks, be it once or copied many times. Most blocks write
// theirs in a Huffman code, whose description stands in front and says which bytes have one.
#include "text_lanes.h"
#include "frame_weights.h"

static void add(uint64_t set[4], uint8_t byte) { set[byte >> 6] |= 1ull << (byte & 63); }

static int add_all(uint64_t set[4], const uint8_t *bytes, size_t count) {
    for (size_t at = 0; at < count; at++) {
        add(set, bytes[at]);
    }
    return 1;
}

/// The bytes that a Huffman code has; 0 where its description is damaged, 2 where one of `needed` has none and the rest
/// was left alone.
static int add_code(uint64_t set[4], const uint8_t *bytes, size_t count, const uint64_t needed[4]) {
    struct weights weights = {{0}};
    unsigned known;
    int is_over_early = 0;
    if (read_weights(&weights, &known, bytes, count, needed, &is_over_early) == 0) {
        return 0;
    }
    for (unsigned at = 0; at < sizeof weights.of; at += 8) {
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
