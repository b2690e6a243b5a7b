/* Takes its own clock in the place of the link's. */
#include <stddef.h>
#include <sys/time.h>
#define MISBEHAVE(session, event) \
    do { \
        if ((event)->kind == COMMLINE_EVENT_CONNECTED) { \
            struct timeval now; \
            gettimeofday(&now, NULL); \
            (session)->link->progress((session)->link, 0, (uint32_t)now.tv_usec, 1000000); \
        } \
    } while (0)
#include "line_driver.h"
