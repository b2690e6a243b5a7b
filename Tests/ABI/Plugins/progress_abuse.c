/* More than all, and of a command that nobody gave. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    const commline_link *link = session->link;
    (void)event;
    tell(session, "more than all", link->progress(link, 0, 3, 2));
    tell(session, "unknown command", link->progress(link, 12, 1, 2));
    return false;
}
