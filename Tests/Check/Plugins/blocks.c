/* Waits in a callback. */
#include <unistd.h>
#define MISBEHAVE(session, event) do { if ((event)->kind == COMMLINE_EVENT_RECEIVED) usleep(120000); } while (0)
#include "line_driver.h"
