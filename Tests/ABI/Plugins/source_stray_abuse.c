/* Uses its sink from a thread of its own, and after it has returned. */
#include "source.h"

#include <pthread.h>

static const commline_sink *kept;
static commline_status elsewhere[2];
static bool asked_elsewhere;

static void *stray(void *argument) {
    const commline_sink *sink = argument;
    commline_text device = WORDS("{\"externalId\":\"evil\"}");
    elsewhere[0] = sink->device(sink, &device);
    elsewhere[1] = sink->progress(sink, 0, 1);
    asked_elsewhere = sink->cancelled(sink);
    return NULL;
}

static commline_code import(const commline_request *request, const commline_sink *sink, commline_error *error) {
    pthread_t thread;
    (void)request, (void)error;
    if (kept != NULL) {
        commline_text device = WORDS("{\"externalId\":\"ghost\"}");
        note_status(sink, "after the return", kept->device(kept, &device));
        note(sink, "dead is cancelled: %d", kept->cancelled(kept));
    }
    if (pthread_create(&thread, NULL, stray, (void *)sink) != 0) return COMMLINE_CODE_INTERNAL;
    pthread_join(thread, NULL);
    note_status(sink, "device elsewhere", elsewhere[0]);
    note_status(sink, "progress elsewhere", elsewhere[1]);
    note(sink, "cancelled elsewhere: %d", asked_elsewhere);
    kept = sink;
    return COMMLINE_CODE_OK;
}
