/* A note at each level, as a template with parameters and as a free text. */
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    commline_message template = {sizeof template, 0, WORDS("no-answer"), WORDS("{\"seconds\":\"5\"}"), WORDS("late")};
    commline_message free_text = {sizeof free_text, 0, {NULL, 0, 0}, {NULL, 0, 0}, WORDS("\xD0\xB4\xD0\xB0")};
    if (!at(event, COMMLINE_EVENT_CONNECTED)) return false;
    for (commline_level level = COMMLINE_LEVEL_TRACE; level <= COMMLINE_LEVEL_ERROR; level++)
        must(session, "level", session->link->note(session->link, level, &template) == COMMLINE_OK);
    must(session, "text", session->link->note(session->link, COMMLINE_LEVEL_INFO, &free_text) == COMMLINE_OK);
    return false;
}
