/* Never comes back from being loaded. */
#include "plugin.h"

static __attribute__((constructor)) void begin(void) {
    for (volatile unsigned turns = 0;; turns++) {}
}

ORDINARY
