/* Never returns. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    (void)session, (void)event;
    for (volatile unsigned turns = 0;; turns++) {}
    return false;
}
