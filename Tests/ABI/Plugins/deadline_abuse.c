/* Wants a deadline from a thread of its own and after its end. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

#include <pthread.h>

static commline_status answers[2];

static void *elsewhere(void *argument) {
    const commline_link *link = argument;
    uint64_t monotonic_ns = 0;
    answers[0] = link->deadline(link, 1);
    answers[1] = link->now(link, &monotonic_ns, NULL);
    return NULL;
}

static bool act(commline_session *session, const commline_event *event) {
    pthread_t thread;
    (void)event;
    if (pthread_create(&thread, NULL, elsewhere, (void *)session->link) != 0) return false;
    pthread_join(thread, NULL);
    tell(session, "deadline elsewhere", answers[0]);
    tell(session, "now elsewhere", answers[1]);
    return false;
}
