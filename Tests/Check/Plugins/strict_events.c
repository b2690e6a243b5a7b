/* Takes an event that it does not know for an end. */
#define MISBEHAVE(session, event) \
    do { if ((event)->kind > COMMLINE_EVENT_CREDIT) finish(session, COMMLINE_CODE_INTERNAL); } while (0)
#include "line_driver.h"
