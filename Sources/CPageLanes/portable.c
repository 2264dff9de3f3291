// Plain C for any CPU.
#include "block.h"
#include "one.h"

const struct weflow_engine weflow_engine_portable = {.absorb = absorb, .stretch = stretch};
