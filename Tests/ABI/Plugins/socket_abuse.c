/* Opens a connection of its own. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

#include <errno.h>
#include <sys/socket.h>

static bool act(commline_session *session, const commline_event *event) {
    (void)event;
    if (socket(AF_INET, SOCK_STREAM, 0) < 0) say(session, "socket: errno %d", errno);
    else say(session, "socket: done");
    return false;
}
