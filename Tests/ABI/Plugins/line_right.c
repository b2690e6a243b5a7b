/* A channel that is no serial line says so, and the session goes on. */
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    commline_line line = {sizeof line, 9600, 8, 0, 1, {0}};
    if (at(event, COMMLINE_EVENT_CONNECTED))
        must(session, "UNSUPPORTED", session->link->line(session->link, &line) == COMMLINE_UNSUPPORTED);
    return false;
}
