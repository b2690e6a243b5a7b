/* Starts threads until the system has none to give. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

#include <pthread.h>
#include <unistd.h>

static void *sleep_on(void *unused) {
    for (;;) pause();
    return unused;
}

static bool act(commline_session *session, const commline_event *event) {
    unsigned started = 0;
    pthread_t thread;
    (void)event;
    while (started < 100000 && pthread_create(&thread, NULL, sleep_on, NULL) == 0) started++;
    say(session, "threads %u", started);
    return false;
}
