// x86-64 with AVX2: four lanes.
#include "engine.h"
#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#pragma clang attribute push(__attribute__((target("avx2,bmi,bmi2"))), apply_to = function)
#define LANES 4
#include "lanes.h"
#include "block.h"
#include "one.h"

static const struct weflow_lanes four = {LANES, lanes_mac, lanes_stretch};

const struct weflow_engine weflow_engine_avx2 = {
    .absorb = absorb,
    .stretch = stretch,
    .narrow = &four,
};
#pragma clang attribute pop
#endif
