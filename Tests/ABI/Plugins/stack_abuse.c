/* Calls itself until the stack is used up. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

#pragma GCC diagnostic ignored "-Winfinite-recursion"

static __attribute__((noinline)) unsigned deeper(volatile char *above) {
    volatile char frame[4096];
    frame[0] = above == NULL ? 0 : (char)(above[0] + 1);
    return deeper(frame) + (unsigned)frame[0];
}

static bool act(commline_session *session, const commline_event *event) {
    (void)session, (void)event;
    return deeper(NULL) == 1;
}
