/* Finishes, and finishes again. */
#define MISBEHAVE(session, event) \
    do { \
        if ((event)->kind == COMMLINE_EVENT_RECEIVED) { \
            finish(session, COMMLINE_CODE_OK); \
            finish(session, COMMLINE_CODE_OK); \
            return; \
        } \
    } while (0)
#include "line_driver.h"
