/* Records that are none; ScriptedSource has the rest. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

static void attempt(commline_session *session, const char *what, commline_record record) {
    tell(session, what, session->link->emit(session->link, &record));
}

static bool act(commline_session *session, const commline_event *event) {
    commline_record record = measurement(666);
    (void)event;
    record.archive = WORDS("");
    attempt(session, "no archive", record);
    record = measurement(666), record.quantity = WORDS("");
    attempt(session, "no quantity", record);
    record = measurement(666), record.value_kind = COMMLINE_VALUE_JSON, record.text = WORDS("1");
    attempt(session, "JSON measurement", record);
    record = measurement(666), record.kind = COMMLINE_RECORD_EVENT, record.text = WORDS("[1]");
    attempt(session, "parameters no object", record);
    record = measurement(666), record.kind = COMMLINE_RECORD_STATE, record.value_kind = COMMLINE_VALUE_JSON;
    record.text = WORDS("{\"a\":");
    attempt(session, "torn JSON", record);
    record = measurement(666), record.time_flags = 1u << 30;
    attempt(session, "time flags", record);
    record = measurement(666), record.offset_minutes = 100000;
    attempt(session, "offset", record);
    record = measurement(666), record.request_id = 99, record.item = 0;
    attempt(session, "unknown command", record);
    return false;
}
