/* Hears neither CANCEL nor CLOSING. */
#define MISBEHAVE(session, event) \
    do { \
        if ((event)->kind == COMMLINE_EVENT_CANCEL || (event)->kind == COMMLINE_EVENT_CLOSING) { \
            (session)->link->deadline((session)->link, 3600000); \
            return; \
        } \
    } while (0)
#include "line_driver.h"
