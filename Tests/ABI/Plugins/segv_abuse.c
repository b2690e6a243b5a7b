/* Writes to where nothing is. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    (void)session, (void)event;
    *(volatile int *)8 = 1;
    return false;
}
