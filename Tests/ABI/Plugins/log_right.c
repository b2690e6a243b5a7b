/* The service log is for what belongs to no session: from any thread, two at once. */
#define ACTIVATE activate
#include "plugin.h"

#include <pthread.h>

static const commline_host *the_host;

static commline_status activate(const commline_host *host) {
    commline_text line = WORDS("ready");
    the_host = host;
    host->log(host, COMMLINE_LEVEL_DEBUG, &line);
    return COMMLINE_OK;
}

static void *write_lines(void *unused) {
    commline_text line = WORDS("from a thread");
    for (int count = 0; count < 50; count++) the_host->log(the_host, COMMLINE_LEVEL_TRACE, &line);
    return unused;
}

static bool act(commline_session *session, const commline_event *event) {
    pthread_t threads[2];
    if (!at(event, COMMLINE_EVENT_CONNECTED)) return false;
    for (int index = 0; index < 2; index++)
        must(session, "thread", pthread_create(&threads[index], NULL, write_lines, NULL) == 0);
    write_lines(NULL);
    for (int index = 0; index < 2; index++) pthread_join(threads[index], NULL);
    return false;
}
