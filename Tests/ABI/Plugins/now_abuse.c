/* Calls with links that are none. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    commline_link empty = *session->link;
    uint64_t monotonic_ns = 7;
    (void)event;
    empty.host = NULL;
    tell(session, "null link", session->link->now(NULL, &monotonic_ns, NULL));
    tell(session, "link of nobody", session->link->now(&empty, &monotonic_ns, NULL));
    must(session, "nothing written", monotonic_ns == 7);
    return false;
}
