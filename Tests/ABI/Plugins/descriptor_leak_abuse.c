/* Opens descriptors until none is left, and keeps them. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

#include <fcntl.h>
#include <unistd.h>

static bool act(commline_session *session, const commline_event *event) {
    unsigned leaked = 0;
    (void)event;
    while (leaked < 100000 && dup(2) >= 0) leaked++;
    say(session, "leaked %u", leaked);
    return false;
}
