/* Has 10,000 records: emits until TOO_MUCH, and goes on at CREDIT where it stopped. */
#include "plugin.h"

static void go_on(commline_session *session) {
    while (session->step < 10000) {
        commline_record record = measurement(session->step);
        commline_status status = session->link->emit(session->link, &record);
        if (status == COMMLINE_TOO_MUCH) return;
        must(session, "emit", status == COMMLINE_OK);
        session->step++;
    }
    finish(session, COMMLINE_CODE_OK);
}

static bool act(commline_session *session, const commline_event *event) {
    if (!at(event, COMMLINE_EVENT_RECEIVED) && !at(event, COMMLINE_EVENT_CREDIT)) return false;
    go_on(session);
    return true;
}
