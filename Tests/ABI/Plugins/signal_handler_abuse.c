/* Hides its own crash: a handler that swallows SIGSEGV and tries again, for ever. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

#include <signal.h>

static void swallow(int number) { (void)number; }

static bool act(commline_session *session, const commline_event *event) {
    (void)session, (void)event;
    signal(SIGSEGV, swallow);
    *(volatile int *)8 = 1;
    return false;
}
