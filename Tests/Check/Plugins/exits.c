/* Ends the process of its host. */
#include <stdlib.h>
#define MISBEHAVE(session, event) do { if ((event)->kind == COMMLINE_EVENT_RECEIVED) exit(3); } while (0)
#include "line_driver.h"
