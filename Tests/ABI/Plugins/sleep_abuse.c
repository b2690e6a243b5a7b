/* Blocks inside a callback for longer than anybody waits. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

#include <unistd.h>

static bool act(commline_session *session, const commline_event *event) {
    (void)session, (void)event;
    for (;;) pause();
    return false;
}
