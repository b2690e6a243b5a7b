/* Keeps a borrowed pointer, and reads through it in a later call. */
#define MISBEHAVE(session, event) \
    do { \
        if ((session)->kept != NULL && (session)->kept[0] == 0) (session)->attempts = 0; \
        if ((event)->kind == COMMLINE_EVENT_CONNECTED) (session)->kept = (const uint8_t *)(event)->peer.data; \
    } while (0)
#include "line_driver.h"
