/* Never returns. */
#define MISBEHAVE(session, event) do { while ((event)->kind == COMMLINE_EVENT_RECEIVED) { } } while (0)
#include "line_driver.h"
