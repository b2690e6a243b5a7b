/* Does not hear that it is to stop: neither CANCEL nor CLOSING nor YIELD. */
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    if (!session->is_bad) return false;
    if (at(event, COMMLINE_EVENT_CONNECTED)) say(session, "waiting");
    return true;
}
