// Which instructions this CPU has: a word that is filled in before main, for it is asked for with every text.
#pragma once
#include "text_lanes.h"

extern enum weflow_text_lanes weflow_best_lanes;

static inline enum weflow_text_lanes best_lanes(void) { return weflow_best_lanes; }
