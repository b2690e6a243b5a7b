/* Calls the link from a thread of its own. */
#include <pthread.h>
#include <stddef.h>
static void *shout(void *argument);
#define MISBEHAVE(session, event) \
    do { \
        pthread_t thread; \
        if ((event)->kind == COMMLINE_EVENT_RECEIVED && pthread_create(&thread, NULL, shout, session) == 0) \
            pthread_join(thread, NULL); \
    } while (0)
#include "line_driver.h"
static void *shout(void *argument) {
    say(argument, "hello");
    return NULL;
}
