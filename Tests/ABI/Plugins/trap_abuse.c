/* Traps, as Swift does at an index that is out of bounds. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    (void)session, (void)event;
    __builtin_trap();
}
