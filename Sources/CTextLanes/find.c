// Where a run of bytes stands in a text, without regard to the case of ASCII letters.
#include "dispatch.h"
#include "find.h"
#include "lanes.h"
#include "wide.h"

static size_t portable_find(const uint8_t *text, size_t from, size_t end, const struct weflow_run *run) {
    const uint8_t first = run->bytes[run->first], fold = run->fold[run->first];
    for (size_t at = from; at < end; at++) {
        if ((text[at + run->first] | fold) == first && is_run(text + at, run)) {
            return at;
        }
    }
    return SIZE_MAX;
}

#ifdef WEFLOW_LANES
LANES_TARGET static size_t narrow_find(const uint8_t *text, size_t from, size_t end, const struct weflow_run *run) {
    if (end - from < WEFLOW_LANES) {
        return portable_find(text, from, end, run);
    }
    const lanes first = lanes_all(run->bytes[run->first]), first_fold = lanes_all(run->fold[run->first]);
    const lanes second = lanes_all(run->bytes[run->second]), second_fold = lanes_all(run->fold[run->second]);
    for (size_t at = from;; at += WEFLOW_LANES) {
        // The last block reaches back, over places that were looked at before.
        at = at < end - WEFLOW_LANES ? at : end - WEFLOW_LANES;
        const lanes one = lanes_or(lanes_load(text + at + run->first), first_fold);
        const lanes other = lanes_or(lanes_load(text + at + run->second), second_fold);
        uint64_t found = lanes_marked(lanes_and(lanes_equal(one, first), lanes_equal(other, second)));
        for (; found; found &= found - 1) {
            const size_t place = at + (size_t)__builtin_ctzll(found) / LANE_BITS;
            if (is_run(text + place, run)) {
                return place;
            }
        }
        if (at == end - WEFLOW_LANES) {
            return SIZE_MAX;
        }
    }
}
#endif

size_t weflow_text_find_in(
    enum weflow_text_lanes in, const uint8_t *text, size_t count, size_t from, const struct weflow_run *run) {
    if (count < run->count || from > count - run->count) {
        return SIZE_MAX;
    }
    const size_t end = count - run->count + 1;
    switch (in) {
#ifdef WEFLOW_WIDE
    case WEFLOW_TEXT_WIDE:
        return weflow_wide_find(text, from, end, run);
#endif
#ifdef WEFLOW_LANES
    case WEFLOW_TEXT_NARROW:
        return narrow_find(text, from, end, run);
#endif
    default:
        return portable_find(text, from, end, run);
    }
}

size_t weflow_text_find(const uint8_t *text, size_t count, size_t from, const struct weflow_run *run) {
    return weflow_text_find_in(best_lanes(), text, count, from, run);
}
