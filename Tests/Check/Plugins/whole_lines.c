/* Believes that what was sent at once arrives at once. */
#define MISBEHAVE(session, event) \
    do { if ((event)->kind == COMMLINE_EVENT_RECEIVED) (session)->filled = 0; } while (0)
#include "line_driver.h"
