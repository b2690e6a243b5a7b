/* Ignores every TOO_MUCH and goes on emitting. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    unsigned taken = 0, refused = 0;
    (void)event;
    for (unsigned attempt = 0; attempt < 20000; attempt++) {
        commline_record record = measurement(attempt);
        commline_status status = session->link->emit(session->link, &record);
        taken += status == COMMLINE_OK;
        refused += status == COMMLINE_TOO_MUCH;
    }
    say(session, "taken %u, refused %u", taken, refused);
    finish(session, COMMLINE_CODE_OK);
    return true;
}
