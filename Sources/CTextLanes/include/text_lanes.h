// What a text holds, and its JSON escapes, many bytes at a time.
//
// No function allocates, keeps a pointer or touches global state. Nothing is read outside of `text`.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// What `weflow_text_marks` finds in a text.
enum {
    /// It is no well-formed UTF-8. Then the other marks mean nothing.
    WEFLOW_TEXT_BROKEN = 1,
    /// A control character other than tab, line feed and carriage return: U+0000-001F, U+007F-009F.
    WEFLOW_TEXT_CONTROL = 2,
    /// U+2028 or U+2029, at which line readers split.
    WEFLOW_TEXT_SEPARATOR = 4,
    /// A quote, a backslash, a tab, a line feed or a carriage return.
    WEFLOW_TEXT_ESCAPED = 8,
};

/// How many bytes are looked at together.
enum weflow_text_lanes {
    /// One character after another, as any CPU can.
    WEFLOW_TEXT_PORTABLE = 0,
    /// 32 with AVX2, 16 with NEON.
    WEFLOW_TEXT_NARROW = 1,
    /// 64 with AVX-512.
    WEFLOW_TEXT_WIDE = 2,
};

/// The most that this CPU can look at together.
enum weflow_text_lanes weflow_best_text_lanes(void);

/// Looks through a text.
///
/// @return the `WEFLOW_TEXT_…` marks of what is in it; 0 for an empty text.
unsigned weflow_text_marks(const uint8_t *text, size_t count);

/// The same in lanes that this CPU must have: not beyond `weflow_best_text_lanes`.
unsigned weflow_text_marks_in(enum weflow_text_lanes in, const uint8_t *text, size_t count);

/// Writes a text with a backslash and a letter for each quote, backslash, tab, line feed and carriage return.
///
/// @param text what has no mark but `WEFLOW_TEXT_ESCAPED`.
/// @param target where it goes; there must be room for `2 * count + 64` bytes.
/// @return how many bytes were written.
size_t weflow_text_escape(const uint8_t *text, size_t count, uint8_t *target);

/// The same in lanes that this CPU must have: not beyond `weflow_best_text_lanes`.
size_t weflow_text_escape_in(enum weflow_text_lanes in, const uint8_t *text, size_t count, uint8_t *target);
