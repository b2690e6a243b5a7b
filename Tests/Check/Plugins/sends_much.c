/* Sends two megabytes at once. */
static unsigned char bytes[2097152];
#define MISBEHAVE(session, event) \
    do { \
        if ((event)->kind == COMMLINE_EVENT_CONNECTED) { \
            commline_send send = {sizeof send, 0, {bytes, sizeof bytes, 0}, {NULL, 0, 0}, NULL, 0, 0}; \
            (session)->link->send((session)->link, &send); \
        } \
    } while (0)
#include "line_driver.h"
