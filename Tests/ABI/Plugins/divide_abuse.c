/* Divides by what the device answered, which is nothing. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    (void)session, (void)event;
    volatile int divisor = 0;
    volatile int quotient = 1000 / divisor;
    return quotient != 0;
}
