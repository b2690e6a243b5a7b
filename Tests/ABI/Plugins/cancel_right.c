/* Says goodbye when it is cancelled or closed. */
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    if (at(event, COMMLINE_EVENT_CONNECTED)) {
        say(session, "waiting");
        return true;
    }
    if (!at(event, COMMLINE_EVENT_CANCEL) && !at(event, COMMLINE_EVENT_CLOSING)) return false;
    must(session, "the session", event->request_id == 0);
    must(session, "send", send_line(session, event->kind == COMMLINE_EVENT_CANCEL ? "ABORT\n" : "BYE\n") == COMMLINE_OK);
    say(session, "grace %u", event->grace_ms);
    finish(session, COMMLINE_CODE_CANCELLED);
    return true;
}
