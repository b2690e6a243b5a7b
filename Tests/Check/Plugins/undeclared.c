/* Emits what its manifest does not declare. */
#define MISBEHAVE(session, event) \
    do { \
        if ((event)->kind == COMMLINE_EVENT_RECEIVED) { \
            commline_record record = reading(1); \
            record.quantity = text("R+"); \
            (session)->link->emit((session)->link, &record); \
        } \
    } while (0)
#include "line_driver.h"
