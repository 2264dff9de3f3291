// Texts in blocks of 64 bytes, as AVX-512 has them.
#pragma once
#include "text_lanes.h"

#if defined(__x86_64__)
#define WEFLOW_WIDE

unsigned weflow_wide_marks(const uint8_t *text, size_t count);
size_t weflow_wide_escape(const uint8_t *text, size_t count, uint8_t *target);
/// A run that begins from `from` on and before `end`, which leaves room for it.
size_t weflow_wide_find(const uint8_t *text, size_t from, size_t end, const struct weflow_run *run);
#endif
