/* A monitor: serves a command with two items, and stays until it is told to close. */
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    const commline_link *link = session->link;
    if (at(event, COMMLINE_EVENT_CONNECTED)) say(session, "ready");
    if (at(event, COMMLINE_EVENT_CANCEL) && event->request_id != 0) {
        must(session, "cancelled", link->complete(link, event->request_id, COMMLINE_CODE_CANCELLED, NULL) == COMMLINE_OK);
        return true;
    }
    if (!at(event, COMMLINE_EVENT_COMMAND)) return event == NULL || event->kind != COMMLINE_EVENT_CLOSING;
    must(session, "text ends with NUL", event->text.data[event->text.size] == '\0');
    if (strstr(event->text.data, "\"wait\":true") != NULL) return true; /* until it is cancelled */
    commline_record record = measurement(5);
    record.request_id = event->request_id, record.item = 3;
    must(session, "emit", link->emit(link, &record) == COMMLINE_OK);
    commline_outcome outcome = final_outcome(3);
    outcome.request_id = event->request_id;
    must(session, "outcome", link->outcome(link, &outcome) == COMMLINE_OK);
    must(session, "progress", link->progress(link, event->request_id, 1, 2) == COMMLINE_OK);
    commline_message message = {sizeof message, 0, WORDS(""), WORDS(""), WORDS("one of two")};
    must(session, "complete", link->complete(link, event->request_id, COMMLINE_CODE_BUSY, &message) == COMMLINE_OK);
    return true;
}
