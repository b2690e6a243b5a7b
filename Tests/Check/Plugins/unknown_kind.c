/* Emits a record of a kind that does not exist. */
#define MISBEHAVE(session, event) \
    do { \
        if ((event)->kind == COMMLINE_EVENT_RECEIVED) { \
            commline_record record = reading(123456); \
            record.kind = 99; \
            (session)->link->emit((session)->link, &record); \
        } \
    } while (0)
#include "line_driver.h"
