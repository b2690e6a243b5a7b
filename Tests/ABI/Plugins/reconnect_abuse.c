/* Never does anything but connect again. */
#define ABUSE_AT COMMLINE_EVENT_CONNECTED
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    (void)event;
    session->link->reconnect(session->link, 0);
    session->link->reconnect(session->link, 0);
    return true;
}
