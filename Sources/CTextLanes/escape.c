// JSON escapes of two characters.
#include "dispatch.h"
#include "lanes.h"
#include "wide.h"

/// The letter behind the backslash, 0 where the byte stands for itself.
static const uint8_t letter[256] = {
    ['"'] = '"', ['\\'] = '\\', ['\t'] = 't', ['\n'] = 'n', ['\r'] = 'r',
};

static inline uint8_t *escape_each(const uint8_t *text, size_t count, uint8_t *target) {
    for (size_t at = 0; at < count; at++) {
        const uint8_t escaped = letter[text[at]];
        if (escaped) {
            *target++ = '\\';
            *target++ = escaped;
        } else {
            *target++ = text[at];
        }
    }
    return target;
}

#ifdef WEFLOW_LANES
/// Writes whole blocks; almost another block behind them is read as well.
LANES_TARGET static inline uint8_t *escape_blocks(const uint8_t *text, size_t blocks, uint8_t *target) {
    for (; blocks > 0; blocks--, text += WEFLOW_LANES) {
        // A block is copied whole, and behind each escape in it once more from there.
        const lanes block = lanes_load(text);
        lanes_store(target, block);
        uint64_t marked = lanes_marked(lanes_or(
            lanes_at_most(block, lanes_all(0x1F)),
            lanes_or(lanes_equal(block, lanes_all('"')), lanes_equal(block, lanes_all('\\')))));
        size_t done = 0;
        while (marked) {
            const size_t place = (size_t)__builtin_ctzll(marked) / LANE_BITS;
            target += place - done;
            target[0] = '\\';
            target[1] = letter[text[place]];
            target += 2;
            done = place + 1;
            lanes_store(target, lanes_load(text + done));
            marked &= marked - 1;
        }
        target += WEFLOW_LANES - done;
    }
    return target;
}

LANES_TARGET static size_t narrow_escape(const uint8_t *text, size_t count, uint8_t *target) {
    uint8_t *const start = target;
    const size_t whole = count >= 2 * WEFLOW_LANES ? count / WEFLOW_LANES - 1 : 0;
    target = escape_blocks(text, whole, target);
    // The last ones are read from where there is something behind them.
    uint8_t rest[3 * WEFLOW_LANES];
    const size_t left = count - WEFLOW_LANES * whole;
    const size_t blocks = (left + WEFLOW_LANES - 1) / WEFLOW_LANES;
    memset(rest, ' ', sizeof rest);
    memcpy(rest, text + WEFLOW_LANES * whole, left);
    return (size_t)(escape_blocks(rest, blocks, target) - start) - (WEFLOW_LANES * blocks - left);
}
#endif

size_t weflow_text_escape_in(enum weflow_text_lanes in, const uint8_t *text, size_t count, uint8_t *target) {
    switch (in) {
#ifdef WEFLOW_WIDE
    case WEFLOW_TEXT_WIDE:
        return weflow_wide_escape(text, count, target);
#endif
#ifdef WEFLOW_LANES
    case WEFLOW_TEXT_NARROW:
        return narrow_escape(text, count, target);
#endif
    default:
        return (size_t)(escape_each(text, count, target) - target);
    }
}

size_t weflow_text_escape(const uint8_t *text, size_t count, uint8_t *target) {
    return weflow_text_escape_in(best_lanes(), text, count, target);
}
