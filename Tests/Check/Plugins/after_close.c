/* Calls the link after the session was closed. */
#include <pthread.h>
#include <stddef.h>
#include <unistd.h>
static void *shout(void *argument);
#define ON_CLOSE(session) \
    do { \
        pthread_t thread; \
        if (pthread_create(&thread, NULL, shout, (void *)(session)->link) == 0) pthread_detach(thread); \
    } while (0)
#include "line_driver.h"
static void *shout(void *argument) {
    const commline_link *link = argument;
    usleep(50000);
    link->progress(link, 0, 1, 1);
    return NULL;
}
