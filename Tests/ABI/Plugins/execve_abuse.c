/* Becomes another program. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

#include <errno.h>
#include <unistd.h>

static bool act(commline_session *session, const commline_event *event) {
    char *const arguments[] = {"true", NULL};
    (void)event;
    execve("/bin/true", arguments, NULL);
    say(session, "execve: errno %d", errno);
    return false;
}
