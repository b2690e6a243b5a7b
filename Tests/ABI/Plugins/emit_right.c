/* A record of each kind, each form of a value, each way to tell a time, each status. */
#include "plugin.h"

static void put(commline_session *session, const char *what, const commline_record *record) {
    must(session, what, session->link->emit(session->link, record) == COMMLINE_OK);
}

static void values(commline_session *session) {
    commline_record record = measurement(-1);
    record.item = 0;
    record.exponent = -128;
    put(session, "decimal", &record);
    record.value_kind = COMMLINE_VALUE_ABSENT, record.status = COMMLINE_STATUS_ABSENT;
    put(session, "absent", &record);
    record.value_kind = COMMLINE_VALUE_UNSIGNED, record.bits = UINT64_MAX, record.status = UINT64_MAX;
    put(session, "unsigned", &record);
    record.value_kind = COMMLINE_VALUE_BITS, record.bits = 5, record.status = 1ull << 63;
    put(session, "bits", &record);
    record.value_kind = COMMLINE_VALUE_TEXT, record.text = WORDS("\xD1\x82\xD0\xBE\xD0\xBA"), record.child = WORDS("7");
    put(session, "text", &record);
}

static void times(commline_session *session) {
    commline_record record = measurement(1);
    record.time_ms = 1716757200000, record.offset_minutes = 180;
    put(session, "time of receipt", &record);
    record.time_flags = COMMLINE_TIME_KNOWN | COMMLINE_TIME_OFFSET_KNOWN | COMMLINE_TIME_SUMMER;
    put(session, "known time", &record);
    record.time_flags = COMMLINE_TIME_KNOWN | COMMLINE_TIME_INVALID, record.offset_minutes = -720;
    record.flags = COMMLINE_RECORD_HAS_INTERVAL_END, record.interval_end_ms = 1716759000000;
    put(session, "interval", &record);
}

static bool act(commline_session *session, const commline_event *event) {
    if (!at(event, COMMLINE_EVENT_CONNECTED)) return false;
    values(session);
    times(session);
    commline_record record = measurement(0);
    record.kind = COMMLINE_RECORD_EVENT, record.archive = WORDS("VOLTAGE"), record.quantity = WORDS("");
    record.event_code = 9, record.flags = COMMLINE_RECORD_HAS_INDEX, record.index = 12;
    record.text = WORDS("{\"phase\":2}"), record.item = 1;
    put(session, "event", &record);
    record.kind = COMMLINE_RECORD_STATE, record.archive = WORDS("TIME"), record.quantity = WORDS("CLOCK");
    record.flags = 0, record.value_kind = COMMLINE_VALUE_JSON, record.text = WORDS("{\"drift\":[1,-2]}");
    put(session, "state", &record);
    record.value_kind = COMMLINE_VALUE_TEXT, record.text = WORDS("set");
    put(session, "state as text", &record);
    return false;
}
