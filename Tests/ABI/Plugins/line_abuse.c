/* Parameters that are none, on a channel that has none. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    commline_line line = {4, 9600, 8, 0, 1, {0}};
    (void)event;
    tell(session, "null", session->link->line(session->link, NULL));
    tell(session, "short", session->link->line(session->link, &line));
    return false;
}
