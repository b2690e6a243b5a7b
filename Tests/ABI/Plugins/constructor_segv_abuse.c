/* Crashes while it is loaded, before its entry is known. */
#include "plugin.h"

static __attribute__((constructor)) void begin(void) {
    *(volatile int *)8 = 1;
}

ORDINARY
