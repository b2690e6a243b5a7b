/* Emits whatever the host answers. */
#define MISBEHAVE(session, event) \
    do { \
        if ((event)->kind == COMMLINE_EVENT_RECEIVED) { \
            commline_record record = reading(123456); \
            for (int index = 0; index < 100000; index++) (session)->link->emit((session)->link, &record); \
        } \
    } while (0)
#include "line_driver.h"
