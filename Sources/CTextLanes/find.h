// What all ways to look for a run have in common.
#pragma once
#include "text_lanes.h"

/// Whether a run stands at `text`, where as many bytes are.
static inline int is_run(const uint8_t *text, const struct weflow_run *run) {
    for (size_t at = 0; at < run->count; at++) {
        if ((text[at] | run->fold[at]) != run->bytes[at]) {
            return 0;
        }
    }
    return 1;
}
