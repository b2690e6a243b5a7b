/* Sends that are none: nothing of them may leave. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

static void attempt(commline_session *session, const char *what, const commline_send *send) {
    tell(session, what, session->link->send(session->link, send));
}

static bool act(commline_session *session, const commline_event *event) {
    static const commline_range outside = {3, UINT32_MAX};
    commline_send send = sending("EVIL\n", 5);
    (void)event;
    attempt(session, "null", NULL);
    send.size = 8;
    attempt(session, "short", &send);
    send = sending("EVIL\n", 5), send.flags = 1u << 31;
    attempt(session, "flags", &send);
    send = sending("EVIL\n", 5), send.bytes.data = NULL;
    attempt(session, "no bytes", &send);
    send = sending("", 0);
    attempt(session, "empty", &send);
    send = sending("EVIL\n", 5), send.secrets = &outside, send.secret_count = 1;
    attempt(session, "secret outside", &send);
    send = sending("EVIL\n", 5), send.secret_count = UINT32_MAX;
    attempt(session, "no secrets", &send);
    send = sending("EVIL\n", 5), send.peer = WORDS("192.0.2.7:4059");
    attempt(session, "peer of a stream", &send);
    return false;
}
