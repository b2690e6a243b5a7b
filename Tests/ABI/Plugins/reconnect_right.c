/* Connects again, once; nothing of the old connection is delivered afterwards. */
#include "plugin.h"

static unsigned connections(const commline_session *session) { return session->step; }

static bool act(commline_session *session, const commline_event *event) {
    if (at(event, COMMLINE_EVENT_CONNECTED) && ++session->step == 1) {
        must(session, "not reused", (event->flags & COMMLINE_CONNECTED_REUSED) == 0 && event->peer.size > 0);
        must(session, "send", send_line(session, "LOST\n") == COMMLINE_OK);
        must(session, "reconnect", session->link->reconnect(session->link, 1) == COMMLINE_OK);
        must(session, "not connected", send_line(session, "LOST\n") == COMMLINE_INVALID);
        return true;
    }
    if (at(event, COMMLINE_EVENT_RECEIVED)) must(session, "second connection", connections(session) == 2);
    return false;
}
