/* Makes a second process out of the one it lives in. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

#include <errno.h>
#include <unistd.h>

static bool act(commline_session *session, const commline_event *event) {
    (void)event;
    pid_t child = fork();
    if (child == 0) _exit(0);
    if (child < 0) say(session, "fork: errno %d", errno);
    else say(session, "fork: done");
    return false;
}
