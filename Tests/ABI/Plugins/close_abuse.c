/* Acts inside close, and keeps the link of a session that is gone. */
#define CLOSE close_it
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

static const commline_link *kept;
static commline_status in_close = 1;

static void close_it(commline_session *session) {
    if (session->is_bad) {
        kept = session->link;
        in_close = session->link->deadline(session->link, 5);
        say(session, "never seen");
    }
    free(session);
}

static bool act(commline_session *session, const commline_event *event) {
    (void)event;
    if (kept == NULL) return false;
    commline_session dead = {kept, true, 0, 0, ""};
    commline_record record = measurement(666);
    tell(session, "inside close", in_close);
    tell(session, "send after close", send_line(&dead, "GHOST\n"));
    tell(session, "emit after close", kept->emit(kept, &record));
    tell(session, "finish after close", kept->finish(kept, COMMLINE_CODE_OK, 0, NULL));
    return false;
}
