/* Completes what nobody asked for, and everything twice. */
#define ABUSE_AT COMMLINE_EVENT_COMMAND
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    const commline_link *link = session->link;
    commline_outcome outcome = final_outcome(9);
    outcome.request_id = event->request_id;
    tell(session, "unknown", link->complete(link, event->request_id + 1, COMMLINE_CODE_OK, NULL));
    tell(session, "none", link->complete(link, 0, COMMLINE_CODE_OK, NULL));
    tell(session, "code", link->complete(link, event->request_id, -7, NULL));
    tell(session, "item of another", link->outcome(link, &outcome));
    tell(session, "once", link->complete(link, event->request_id, COMMLINE_CODE_OK, NULL));
    tell(session, "twice", link->complete(link, event->request_id, COMMLINE_CODE_OK, NULL));
    finish(session, COMMLINE_CODE_OK);
    return true;
}
