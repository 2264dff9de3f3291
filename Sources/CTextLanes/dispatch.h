// Which instructions this CPU has. Nothing is remembered here: the answer lies in a word that is filled in before main.
#pragma once
#include "text_lanes.h"

static inline enum weflow_text_lanes best_lanes(void) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi")
        && __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("bmi2")) {
        return WEFLOW_TEXT_WIDE;
    }
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") ? WEFLOW_TEXT_NARROW : WEFLOW_TEXT_PORTABLE;
#elif defined(__aarch64__)
    return WEFLOW_TEXT_NARROW;
#else
    return WEFLOW_TEXT_PORTABLE;
#endif
}
