// zlib, and the macro that Swift cannot call.
#pragma once
#include <zlib.h>

static inline int weflow_deflate_init_gzip(z_stream *stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}
