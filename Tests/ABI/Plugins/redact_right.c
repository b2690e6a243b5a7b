/* Keeps a part of what was received out of every journal. */
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    if (!at(event, COMMLINE_EVENT_RECEIVED)) return false;
    must(session, "the first byte", session->link->redact(session->link, 0, 1) == COMMLINE_OK);
    must(session, "nothing", session->link->redact(session->link, event->bytes.size, 0) == COMMLINE_OK);
    must(session, "a stretch", session->link->redact(session->link, 3, event->bytes.size - 4) == COMMLINE_OK);
    return false;
}
