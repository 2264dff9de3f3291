// What a text holds, where something stands in it, and its JSON escapes, many bytes at a time.
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

/// Bytes that stand side by side in a text. A byte of the text is one of them where it equals it once the bits of its
/// `fold` are set: 0x20 for a letter of ASCII in any case, 0 for what has to be the same.
struct weflow_run {
    const uint8_t *bytes;
    const uint8_t *fold;
    /// How many there are, one or more.
    size_t count;
    /// Two places in it, perhaps the same, that tell most texts from it.
    size_t first, second;
};

/// Looks for a run from a place on.
///
/// @return where the first one begins, SIZE_MAX where there is none.
size_t weflow_text_find(const uint8_t *text, size_t count, size_t from, const struct weflow_run *run);

/// The same in lanes that this CPU must have: not beyond `weflow_best_text_lanes`.
size_t weflow_text_find_in(
    enum weflow_text_lanes in, const uint8_t *text, size_t count, size_t from, const struct weflow_run *run);

/// Finds out of which bytes the text of a zstd frame is made, without decompressing it.
///
/// @param needed a bit for each byte without which the caller is not interested in the rest; those below 128 are not
/// looked at.
/// @param set takes a bit for each byte that is in the text; it may have some already.
/// @return 1 where it holds all of them; 2 where one of `needed` is not in the text, and `set` holds all below it; 0 where
/// it cannot be told, and `set` means nothing.
int weflow_frame_bytes(const uint8_t *frame, size_t count, const uint64_t needed[4], uint64_t set[4]);

/// What `weflow_frame_text` works in: of one thread.
struct weflow_frame_space;

enum {
    /// The longest text that `weflow_frame_text` gives, in bytes.
    WEFLOW_FRAME_TEXT_MOST = 64 << 10,
    /// How much more room than its text a frame needs.
    WEFLOW_FRAME_TEXT_SLACK = 32,
};

/// How many bytes a space takes.
size_t weflow_frame_space_size(void);

/// Makes a space of memory that is aligned as `malloc` does.
void weflow_frame_space_make(struct weflow_frame_space *space);

/// Decompresses a zstd frame of the most frequent form: a known size of at most `WEFLOW_FRAME_TEXT_MOST`, no checksum, no
/// dictionary, one compressed block.
///
/// @param text where the text goes; more of `room` than the text takes may be written.
/// @return how many bytes the text has; SIZE_MAX for a frame of another form, one that is damaged in any way, or too little
///     room, of which libzstd has to be asked.
size_t weflow_frame_text(
    struct weflow_frame_space *space, const uint8_t *frame, size_t count, uint8_t *text, size_t room);
