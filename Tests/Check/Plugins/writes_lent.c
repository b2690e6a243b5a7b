/* Changes the received bytes where they lie. */
#define MISBEHAVE(session, event) \
    do { \
        if ((event)->kind == COMMLINE_EVENT_RECEIVED) ((uint8_t *)(event)->bytes.data)[0] = 0; \
    } while (0)
#include "line_driver.h"
