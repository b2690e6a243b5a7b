/* Reads what is no business of a driver: the users of the machine. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

#include <errno.h>
#include <fcntl.h>

static bool act(commline_session *session, const commline_event *event) {
    (void)event;
    if (open("/etc/passwd", O_RDONLY) < 0) say(session, "open: errno %d", errno);
    else say(session, "open: done");
    return false;
}
