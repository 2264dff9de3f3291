// The tables that find bytes which are no well-formed UTF-8.
#pragma once
#include <stdint.h>

// What is wrong about a byte and the one before it, one bit for each kind of error: a pair is wrong where its three
// half bytes have such a bit in common (John Keiser and Daniel Lemire, "Validating UTF-8 in less than one instruction
// per byte", 2021).
enum {
    TOO_SHORT = 1 << 0, // 11______ 0_______, 11______ 11______
    TOO_LONG = 1 << 1, // 0_______ 10______
    OVERLONG_3 = 1 << 2, // 11100000 100_____
    SURROGATE = 1 << 4, // 11101101 101_____
    OVERLONG_2 = 1 << 5, // 1100000_ 10______
    TWO_CONTINUATIONS = 1 << 7, // 10______ 10______
    TOO_LARGE = 1 << 3, // 11110100 1001____, 1111_1__ 10______
    TOO_LARGE_1000 = 1 << 6, // 11110101 1000____ and above
    OVERLONG_4 = 1 << 6, // 11110000 1000____
    CARRY = TOO_SHORT | TOO_LONG | TWO_CONTINUATIONS,
};

static const uint8_t first_high[16] = {
    TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG,
    TWO_CONTINUATIONS, TWO_CONTINUATIONS, TWO_CONTINUATIONS, TWO_CONTINUATIONS,
    TOO_SHORT | OVERLONG_2, TOO_SHORT, TOO_SHORT | OVERLONG_3 | SURROGATE,
    TOO_SHORT | TOO_LARGE | TOO_LARGE_1000 | OVERLONG_4,
};
static const uint8_t first_low[16] = {
    CARRY | OVERLONG_3 | OVERLONG_2 | OVERLONG_4, CARRY | OVERLONG_2, CARRY, CARRY, CARRY | TOO_LARGE,
    CARRY | TOO_LARGE | TOO_LARGE_1000, CARRY | TOO_LARGE | TOO_LARGE_1000, CARRY | TOO_LARGE | TOO_LARGE_1000,
    CARRY | TOO_LARGE | TOO_LARGE_1000, CARRY | TOO_LARGE | TOO_LARGE_1000, CARRY | TOO_LARGE | TOO_LARGE_1000,
    CARRY | TOO_LARGE | TOO_LARGE_1000, CARRY | TOO_LARGE | TOO_LARGE_1000,
    CARRY | TOO_LARGE | TOO_LARGE_1000 | SURROGATE, CARRY | TOO_LARGE | TOO_LARGE_1000,
    CARRY | TOO_LARGE | TOO_LARGE_1000,
};
static const uint8_t second_high[16] = {
    TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
    TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS | OVERLONG_3 | TOO_LARGE_1000 | OVERLONG_4,
    TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS | OVERLONG_3 | TOO_LARGE,
    TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS | SURROGATE | TOO_LARGE,
    TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS | SURROGATE | TOO_LARGE,
    TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
};
