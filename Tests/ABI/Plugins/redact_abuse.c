/* Redacts what is not there. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    const commline_link *link = session->link;
    tell(session, "behind the end", link->redact(link, event->bytes.size, 1));
    tell(session, "too long", link->redact(link, 0, event->bytes.size + 1));
    tell(session, "overflow", link->redact(link, UINT32_MAX, UINT32_MAX));
    return false;
}
