/* JSON that is as deep as a text may be long, and a key a million times. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    static char deep[COMMLINE_LIMIT_TEXT];
    commline_record record = measurement(666);
    (void)event;
    memset(deep, '[', sizeof deep);
    record.kind = COMMLINE_RECORD_STATE;
    record.value_kind = COMMLINE_VALUE_JSON;
    record.text = (commline_text){deep, sizeof deep, 0};
    tell(session, "brackets", session->link->emit(session->link, &record));
    for (size_t place = 0; place + 5 <= sizeof deep; place += 5) memcpy(deep + place, "{\"a\":", 5);
    tell(session, "objects", session->link->emit(session->link, &record));
    return false;
}
