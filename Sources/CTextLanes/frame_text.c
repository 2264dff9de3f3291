// The text of the zstd frames that most contents are (RFC 8878): of a known size, without a checksum, one block.
//
// Whatever is odd in a frame is left to libzstd, which says what is wrong with it. What is taken here is taken by
// libzstd too, with the same text: each stream has to end with its first bit, and nothing may be missing or left over.
#include "text_lanes.h"
#include "frame_codes.h"
#include "frame_copies.h"

#if defined(__x86_64__)
#define FAST_TARGET __attribute__((target("bmi,bmi2,lzcnt,popcnt")))
#endif

enum {
    MOST_TEXT = WEFLOW_FRAME_TEXT_MOST,
    /// What is copied and stored goes beyond its end by fewer bytes than this.
    SLACK = WEFLOW_FRAME_TEXT_SLACK,
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

#ifdef FAST_TARGET
/// With shifts by any register, which four streams need side by side. A CPU without them leaves frames to libzstd.
FAST_TARGET static size_t fast_frame_text(
    struct weflow_frame_space *space, const uint8_t *frame, size_t count, uint8_t *text, size_t room) {
    return frame_text(space, frame, count, text, room);
}
#endif

size_t weflow_frame_text(
    struct weflow_frame_space *space, const uint8_t *frame, size_t count, uint8_t *text, size_t room) {
#ifdef FAST_TARGET
    const int is_fast = __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2")
        && __builtin_cpu_supports("lzcnt") && __builtin_cpu_supports("popcnt");
    return is_fast ? fast_frame_text(space, frame, count, text, room) : SIZE_MAX;
#else
    return frame_text(space, frame, count, text, room);
#endif
}

size_t weflow_frame_space_size(void) { return sizeof(struct weflow_frame_space); }

void weflow_frame_space_make(struct weflow_frame_space *space) {
    lay_out_usual(space->usual_literal_lengths, 6, usual_literal_length_shares, 36, &literal_length_kind);
    lay_out_usual(space->usual_match_lengths, 6, usual_match_length_shares, 53, &match_length_kind);
    lay_out_usual(space->usual_offsets, 5, usual_offset_shares, 29, &offset_kind);
}
