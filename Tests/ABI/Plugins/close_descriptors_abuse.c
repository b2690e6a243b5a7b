/* Closes descriptors that are not its own. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

#include <unistd.h>

static bool act(commline_session *session, const commline_event *event) {
    (void)session, (void)event;
    for (int descriptor = 3; descriptor <= 255; descriptor++) close(descriptor);
    return false;
}
