/* Divides by what the device answered, which is nothing. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    (void)session, (void)event;
    volatile int dividend = 7, divisor = 0;
    volatile int quotient = dividend / divisor;
    return quotient != 0;
}
