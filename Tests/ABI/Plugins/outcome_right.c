/* An item passes its stages once; another one is closed at once, with a message. */
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    const commline_link *link = session->link;
    if (!at(event, COMMLINE_EVENT_CONNECTED)) return false;
    commline_outcome outcome = final_outcome(0);
    for (commline_stage stage = COMMLINE_STAGE_SENT; stage <= COMMLINE_STAGE_FINAL; stage++) {
        outcome.stage = stage;
        must(session, "stage", link->outcome(link, &outcome) == COMMLINE_OK);
    }
    commline_message message = {sizeof message, 0, WORDS("no-answer"), WORDS("{\"seconds\":5}"), WORDS("twice")};
    outcome = final_outcome(1);
    outcome.code = COMMLINE_CODE_OBJECT_UNDEFINED;
    outcome.detail = -3;
    outcome.message = &message;
    must(session, "message", link->outcome(link, &outcome) == COMMLINE_OK);
    return false;
}
