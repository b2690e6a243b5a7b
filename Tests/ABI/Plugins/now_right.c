/* The time is that of the event, however often it is asked; either half may be left out. */
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    const commline_link *link = session->link;
    uint64_t monotonic_ns = 0;
    int64_t wall_ms = 0;
    if (event == NULL) return false;
    must(session, "both", link->now(link, &monotonic_ns, &wall_ms) == COMMLINE_OK);
    must(session, "the event's", monotonic_ns == event->monotonic_ns && wall_ms == event->wall_ms);
    must(session, "one", link->now(link, NULL, &wall_ms) == COMMLINE_OK);
    must(session, "the other", link->now(link, &monotonic_ns, NULL) == COMMLINE_OK);
    must(session, "the same", monotonic_ns == event->monotonic_ns && wall_ms == event->wall_ms);
    return false;
}
