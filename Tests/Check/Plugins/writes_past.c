/* Terminates the received bytes where they lie, one byte behind their end. */
#define MISBEHAVE(session, event) \
    do { \
        if ((event)->kind == COMMLINE_EVENT_RECEIVED) ((uint8_t *)(event)->bytes.data)[(event)->bytes.size] = 0; \
    } while (0)
#include "line_driver.h"
