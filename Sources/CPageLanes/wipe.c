#include <string.h>
#include "engine.h"

void weflow_wipe(void *bytes, size_t size) {
    if (size == 0) {
        return;
    }
    memset(bytes, 0, size);
    // The compiler must believe that somebody reads the zeros.
    __asm__ __volatile__("" : : "r"(bytes) : "memory");
}
