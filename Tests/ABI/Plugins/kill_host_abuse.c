/* Sends signals to the host: SIGTERM, then SIGKILL. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

static bool act(commline_session *session, const commline_event *event) {
    (void)event;
    if (kill(getppid(), SIGTERM) != 0) say(session, "kill: errno %d", errno);
    else say(session, "kill: done");
    kill(getppid(), SIGKILL);
    return false;
}
