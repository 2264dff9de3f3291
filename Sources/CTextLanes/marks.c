// Which kinds of characters a text holds.
#include "dispatch.h"
#include "lanes.h"
#include "utf8.h"
#include "wide.h"

static unsigned portable_marks(const uint8_t *text, size_t count) {
    unsigned marks = 0;
    for (size_t at = 0; at < count;) {
        const uint8_t first = text[at];
        if (first < 0x80) {
            if (first == '"' || first == '\\' || first == '\t' || first == '\n' || first == '\r') {
                marks |= WEFLOW_TEXT_ESCAPED;
            } else if (first < 0x20 || first == 0x7F) {
                marks |= WEFLOW_TEXT_CONTROL;
            }
            at++;
            continue;
        }
        const size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
        if (first < 0xC2 || first > 0xF4 || count - at < length) {
            return WEFLOW_TEXT_BROKEN;
        }
        for (size_t offset = 1; offset < length; offset++) {
            if ((text[at + offset] & 0xC0) != 0x80) {
                return WEFLOW_TEXT_BROKEN;
            }
        }
        const uint8_t second = text[at + 1];
        if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) || (first == 0xF0 && second < 0x90)
            || (first == 0xF4 && second > 0x8F)) {
            return WEFLOW_TEXT_BROKEN;
        }
        if (first == 0xC2 && second < 0xA0) {
            marks |= WEFLOW_TEXT_CONTROL;
        }
        if (first == 0xE2 && second == 0x80 && (text[at + 2] | 1) == 0xA9) {
            marks |= WEFLOW_TEXT_SEPARATOR;
        }
        at += length;
    }
    return marks;
}

#ifdef WEFLOW_LANES

/// What has been found so far: a byte is not 0 where its lane found something.
struct found {
    lanes broken, control, separator, escaped;
};

/// Looks at the bytes beyond ASCII of a block and at those that continue the block before.
LANES_TARGET static inline void look_wide(struct found *found, lanes block, lanes before) {
    const lanes one = lanes_shift_in(block, before, 1);
    const lanes two = lanes_shift_in(block, before, 2);
    const lanes three = lanes_shift_in(block, before, 3);
    const lanes pair = lanes_and(
        lanes_and(
            lanes_look_up(lanes_table(first_high), lanes_high_half(one)),
            lanes_look_up(lanes_table(first_low), lanes_low_half(one))),
        lanes_look_up(lanes_table(second_high), lanes_high_half(block)));
    // The third byte of three and the third and fourth of four continue another continuation; no other may.
    const lanes due = lanes_and(
        lanes_or(lanes_above(two, lanes_all(0xE0 - 0x80)), lanes_above(three, lanes_all(0xF0 - 0x80))),
        lanes_all(0x80));
    found->broken = lanes_or(found->broken, lanes_xor(due, pair));
    // C2 80 to C2 9F: the control characters beyond ASCII.
    found->control = lanes_or(
        found->control, lanes_and(lanes_equal(one, lanes_all(0xC2)), lanes_at_most(block, lanes_all(0x9F))));
    // E2 80 A8 and E2 80 A9.
    found->separator = lanes_or(
        found->separator,
        lanes_and(
            lanes_and(lanes_equal(two, lanes_all(0xE2)), lanes_equal(one, lanes_all(0x80))),
            lanes_equal(lanes_or(block, lanes_all(1)), lanes_all(0xA9))));
}

/// Looks at a block. `before` is the one in front of it.
LANES_TARGET static inline void look(struct found *found, lanes block, lanes before) {
    const lanes low = lanes_at_most(block, lanes_all(0x1F));
    const lanes blank = lanes_or(
        lanes_equal(block, lanes_all('\t')),
        lanes_or(lanes_equal(block, lanes_all('\n')), lanes_equal(block, lanes_all('\r'))));
    found->control = lanes_or(
        found->control, lanes_or(lanes_and_not(low, blank), lanes_equal(block, lanes_all(0x7F))));
    found->escaped = lanes_or(
        found->escaped,
        lanes_or(blank, lanes_or(lanes_equal(block, lanes_all('"')), lanes_equal(block, lanes_all('\\')))));
    if (lanes_any_high(lanes_or(block, before))) {
        look_wide(found, block, before);
    }
}

LANES_TARGET static unsigned narrow_marks(const uint8_t *text, size_t count) {
    const lanes zero = lanes_all(0);
    struct found found = {zero, zero, zero, zero};
    lanes before = zero;
    size_t at = 0;
    for (; count - at >= WEFLOW_LANES; at += WEFLOW_LANES) {
        const lanes block = lanes_load(text + at);
        look(&found, block, before);
        before = block;
    }
    // Behind a text of whole blocks, a block of blanks shows whether its last character is complete.
    look(&found, lanes_load_rest(text + at, count - at), before);
    if (lanes_any(found.broken)) {
        return WEFLOW_TEXT_BROKEN;
    }
    return (lanes_any(found.control) ? WEFLOW_TEXT_CONTROL : 0u)
        | (lanes_any(found.separator) ? WEFLOW_TEXT_SEPARATOR : 0u)
        | (lanes_any(found.escaped) ? WEFLOW_TEXT_ESCAPED : 0u);
}
#endif

enum weflow_text_lanes weflow_best_text_lanes(void) {
    return best_lanes();
}

unsigned weflow_text_marks_in(enum weflow_text_lanes in, const uint8_t *text, size_t count) {
    switch (in) {
#ifdef WEFLOW_WIDE
    case WEFLOW_TEXT_WIDE:
        return weflow_wide_marks(text, count);
#endif
#ifdef WEFLOW_LANES
    case WEFLOW_TEXT_NARROW:
        return narrow_marks(text, count);
#endif
    default:
        return portable_marks(text, count);
    }
}

unsigned weflow_text_marks(const uint8_t *text, size_t count) {
    return weflow_text_marks_in(best_lanes(), text, count);
}
