/* Finishes with a code, a detail of its own and a message; what was sent before leaves. */
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    commline_message message = {sizeof message, 0, WORDS("no-answer"), WORDS("{\"seconds\":\"9\"}"), WORDS("bye")};
    if (!at(event, COMMLINE_EVENT_RECEIVED)) return false;
    must(session, "send", send_line(session, "DISC\n") == COMMLINE_OK);
    session->link->finish(session->link, COMMLINE_CODE_ACCESS_DENIED, 17, &message);
    return true;
}
