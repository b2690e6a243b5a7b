/* Aborts. */
#include <stdlib.h>
#define MISBEHAVE(session, event) do { if ((event)->kind == COMMLINE_EVENT_RECEIVED) abort(); } while (0)
#include "line_driver.h"
