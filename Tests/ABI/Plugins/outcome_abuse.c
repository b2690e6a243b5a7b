/* Outcomes of nothing, of everything twice, and with the host's own code. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

static void attempt(commline_session *session, const char *what, commline_outcome outcome) {
    tell(session, what, session->link->outcome(session->link, &outcome));
}

static bool act(commline_session *session, const commline_event *event) {
    commline_message torn = {4, 0, WORDS(""), WORDS(""), WORDS("x")};
    commline_outcome outcome = final_outcome(0);
    (void)event;
    tell(session, "null", session->link->outcome(session->link, NULL));
    outcome.size = 0;
    attempt(session, "short", outcome);
    attempt(session, "unknown item", final_outcome(77));
    outcome = final_outcome(0), outcome.stage = 0;
    attempt(session, "stage", outcome);
    outcome = final_outcome(0), outcome.code = COMMLINE_CODE_PLUGIN_CRASHED;
    attempt(session, "the host's code", outcome);
    outcome = final_outcome(0), outcome.message = &torn;
    attempt(session, "torn message", outcome);
    outcome = final_outcome(0), outcome.request_id = 5;
    attempt(session, "unknown command", outcome);
    attempt(session, "final", final_outcome(0));
    attempt(session, "final again", final_outcome(0));
    return false;
}
