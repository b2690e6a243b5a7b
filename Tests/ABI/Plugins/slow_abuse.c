/* Blocks inside a callback for 150 ms, which is logged and not ended. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

#include <time.h>

static bool act(commline_session *session, const commline_event *event) {
    (void)session, (void)event;
    struct timespec while_blocked = {0, 150000000};
    while (nanosleep(&while_blocked, &while_blocked) != 0) {}
    return false;
}
