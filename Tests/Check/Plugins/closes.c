/* Closes descriptors that belong to its host. */
#include <unistd.h>
static void close_all(void) {
    for (int descriptor = 3; descriptor < 64; descriptor++) close(descriptor);
}
#define MISBEHAVE(session, event) do { if ((event)->kind == COMMLINE_EVENT_RECEIVED) close_all(); } while (0)
#include "line_driver.h"
