/* Each session is closed once, after its last event. */
#define CLOSE close_it
#include "plugin.h"

static unsigned opened, closed;

static void close_it(commline_session *session) {
    closed++;
    free(session);
}

static bool act(commline_session *session, const commline_event *event) {
    if (event == NULL) opened++;
    if (at(event, COMMLINE_EVENT_CONNECTED)) say(session, "opened %u, closed %u", opened, closed);
    return false;
}
