/* Takes what has come for all that comes: half an answer is a value. */
#define MISBEHAVE(session, event) \
    do { \
        if ((event)->kind == COMMLINE_EVENT_DEADLINE && (session)->filled > 3) { \
            commline_record record; \
            (session)->line[(session)->filled] = 0; \
            record = reading(strtoll((session)->line + 3, NULL, 10)); \
            (session)->link->emit((session)->link, &record); \
            finish(session, COMMLINE_CODE_OK); \
            return; \
        } \
    } while (0)
#include "line_driver.h"
