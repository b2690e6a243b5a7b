/* One timer: the last call counts, UINT32_MAX clears it, 0 is at once. */
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    const commline_link *link = session->link;
    if (at(event, COMMLINE_EVENT_CONNECTED)) {
        must(session, "set", link->deadline(link, 0) == COMMLINE_OK);
        must(session, "later", link->deadline(link, 3600000) == COMMLINE_OK);
        must(session, "clear", link->deadline(link, UINT32_MAX) == COMMLINE_OK);
        must(session, "at once", link->deadline(link, 0) == COMMLINE_OK);
        return true;
    }
    if (!at(event, COMMLINE_EVENT_DEADLINE)) return false;
    say(session, "deadline %u", ++session->step);
    if (session->step < 3) link->deadline(link, 1);
    else must(session, "send", send_line(session, "READ\n") == COMMLINE_OK);
    return true;
}
