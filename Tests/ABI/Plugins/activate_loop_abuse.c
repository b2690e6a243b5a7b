/* Never comes back from its activation. */
#define ACTIVATE activate
#include "plugin.h"

static commline_status activate(const commline_host *host) {
    (void)host;
    for (volatile unsigned turns = 0;; turns++) {}
    return COMMLINE_OK;
}

ORDINARY
