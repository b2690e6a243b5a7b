/* Confirms an event to the device only when it is on disk, and a counter likewise. */
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    static const uint8_t seen[] = {1};
    commline_record record = measurement(1);
    commline_text key = WORDS("seen");
    commline_bytes value = {seen, 1, 0};
    commline_send confirmation = sending("SEEN\n", 5);
    if (!at(event, COMMLINE_EVENT_RECEIVED)) return false;
    confirmation.flags = COMMLINE_SEND_AFTER_STORED;
    must(session, "emit", session->link->emit(session->link, &record) == COMMLINE_OK);
    must(session, "remember", session->link->remember(session->link, &key, &value) == COMMLINE_OK);
    must(session, "confirm", session->link->send(session->link, &confirmation) == COMMLINE_OK);
    must(session, "behind it", send_line(session, "NEXT\n") == COMMLINE_OK);
    finish(session, COMMLINE_CODE_OK);
    return true;
}
