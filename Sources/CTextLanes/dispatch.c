#include "dispatch.h"
#include "../CPageLanes/processor.h"

enum weflow_text_lanes weflow_best_lanes = WEFLOW_TEXT_PORTABLE;

__attribute__((constructor)) static void choose(void) {
#if defined(__x86_64__)
    CPU_ASK();
    if (CPU_HAS(AVX512BW, "avx512bw") && CPU_HAS(AVX512VL, "avx512vl") && CPU_HAS(AVX512_VBMI, "avx512vbmi")
        && CPU_HAS(AVX512_VBMI2, "avx512vbmi2") && CPU_HAS(BMI2, "bmi2")) {
        weflow_best_lanes = WEFLOW_TEXT_WIDE;
    } else if (CPU_HAS(AVX2, "avx2") && CPU_HAS(BMI1, "bmi")) {
        weflow_best_lanes = WEFLOW_TEXT_NARROW;
    }
#elif defined(__aarch64__)
    weflow_best_lanes = WEFLOW_TEXT_NARROW;
#endif
}
