/* Yields when it is asked to, and goes on where it was in the next session. */
#define OPEN open_it
#include "plugin.h"

static bool continues;

static commline_session *open_it(const commline_request *request, const commline_link *link, commline_error *error) {
    continues = strstr(request->json.data, "\"checkpoint\":\"BwgJ\"") != NULL;
    return plain_open(request, link, error);
}

static bool act(commline_session *session, const commline_event *event) {
    static const uint8_t place[] = {7, 8, 9};
    commline_bytes checkpoint = {place, sizeof place, 0};
    if (at(event, COMMLINE_EVENT_CONNECTED) && !continues) {
        say(session, "waiting");
        return true;
    }
    if (!at(event, COMMLINE_EVENT_YIELD)) return false;
    must(session, "grace", event->grace_ms == 1500);
    must(session, "yielded", session->link->yielded(session->link, &checkpoint) == COMMLINE_OK);
    return true;
}
