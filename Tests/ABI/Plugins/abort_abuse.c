/* Gives up, as a failed assertion does. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    (void)session, (void)event;
    abort();
}
