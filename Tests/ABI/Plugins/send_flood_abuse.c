/* Ignores every TOO_MUCH and goes on sending. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

static uint8_t block[65536];

static bool act(commline_session *session, const commline_event *event) {
    unsigned taken = 0, refused = 0;
    (void)event;
    for (unsigned attempt = 0; attempt < 20000; attempt++) {
        commline_send send = sending(block, sizeof block);
        commline_status status = session->link->send(session->link, &send);
        taken += status == COMMLINE_OK;
        refused += status == COMMLINE_TOO_MUCH;
    }
    say(session, "taken %u, refused %u", taken, refused);
    return false;
}
