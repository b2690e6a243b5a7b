/* Notes that say nothing, or not in UTF-8. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

static void attempt(commline_session *session, const char *what, commline_level level, const commline_message *note) {
    tell(session, what, session->link->note(session->link, level, note));
}

static bool act(commline_session *session, const commline_event *event) {
    commline_message note = {sizeof note, 0, WORDS(""), WORDS(""), WORDS("")};
    (void)event;
    attempt(session, "null", COMMLINE_LEVEL_INFO, NULL);
    attempt(session, "empty", COMMLINE_LEVEL_INFO, &note);
    note.detail = WORDS("evil"), note.size = 12;
    attempt(session, "short", COMMLINE_LEVEL_INFO, &note);
    note.size = sizeof note;
    attempt(session, "level", 5, &note);
    note.parameters = WORDS("[]");
    attempt(session, "parameters", COMMLINE_LEVEL_INFO, &note);
    note.parameters = WORDS(""), note.detail = WORDS("\xC3\x28");
    attempt(session, "UTF-8", COMMLINE_LEVEL_INFO, &note);
    note.detail = (commline_text){note.detail.data, UINT32_MAX, 0}; /* the host must not even look at it */
    attempt(session, "4 GiB", COMMLINE_LEVEL_INFO, &note);
    return false;
}
