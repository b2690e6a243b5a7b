/* Each session is closed once, after its last event; those with a serial number COUNTED tell. */
#define OPEN open_it
#define CLOSE close_it
#include "plugin.h"

static unsigned opened, closed;

static commline_session *open_it(const commline_request *request, const commline_link *link, commline_error *error) {
    commline_session *session = plain_open(request, link, error);
    session->step = strstr(request->json.data, "\"serialNumber\":\"COUNTED") != NULL;
    opened += session->step;
    return session;
}

static void close_it(commline_session *session) {
    closed += session->step;
    free(session);
}

static bool act(commline_session *session, const commline_event *event) {
    if (at(event, COMMLINE_EVENT_CONNECTED) && session->step == 1) say(session, "opened %u, closed %u", opened, closed);
    return false;
}
