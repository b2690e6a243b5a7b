/* Takes numbers of a counter; where none is at hand, waits for CREDIT. */
#include "plugin.h"

static bool take(commline_session *session, uint32_t count) {
    commline_text counter = WORDS("frame");
    uint64_t first = 0;
    commline_status status = session->link->reserve(session->link, &counter, count, &first);
    if (status == COMMLINE_OK) say(session, "%u from %llu", count, (unsigned long long)first);
    else must(session, "TOO_MUCH", status == COMMLINE_TOO_MUCH);
    return status == COMMLINE_OK;
}

static bool act(commline_session *session, const commline_event *event) {
    if (at(event, COMMLINE_EVENT_CONNECTED)) {
        must(session, "first", take(session, 1));
        must(session, "second", take(session, 3));
        must(session, "none at hand", !take(session, 2));
        return true;
    }
    if (!at(event, COMMLINE_EVENT_CREDIT)) return false;
    must(session, "after credit", take(session, 2));
    must(session, "send", send_line(session, "READ\n") == COMMLINE_OK);
    return true;
}
