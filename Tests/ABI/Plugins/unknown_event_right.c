/* Ignores kinds of events that it does not know: hosts of 1.x may have more of them. */
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    if (event == NULL || event->kind <= COMMLINE_EVENT_CREDIT) return false;
    (void)session;
    return true;
}
