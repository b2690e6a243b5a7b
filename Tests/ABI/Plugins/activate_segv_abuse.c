/* Crashes while it is activated: the probe must find out, not the host. */
#define ACTIVATE activate
#include "plugin.h"

static commline_status activate(const commline_host *host) {
    (void)host;
    *(volatile int *)8 = 1;
    return COMMLINE_OK;
}

ORDINARY
