/* The cheapest driver there is: what comes goes back. For the cost of the way there and back. */
#include "commline.h"

#include <stdlib.h>
#include <string.h>

struct commline_session {
    const commline_link *link;
};

static commline_session *open_session(const commline_request *request, const commline_link *link,
                                      commline_error *error) {
    commline_session *session = malloc(sizeof *session);
    (void)request;
    if (session == NULL) {
        error->code = COMMLINE_CODE_INTERNAL;
        return NULL;
    }
    session->link = link;
    return session;
}

static void handle(commline_session *session, const commline_event *event) {
    if (event->kind != COMMLINE_EVENT_RECEIVED) return;
    commline_send send;
    memset(&send, 0, sizeof send);
    send.size = sizeof send;
    send.bytes = event->bytes;
    session->link->send(session->link, &send);
}

static void close_session(commline_session *session) { free(session); }

static const commline_driver driver = {sizeof driver, 0, open_session, handle, close_session};

static commline_status activate(const commline_host *host) {
    (void)host;
    return COMMLINE_OK;
}

static void deactivate(void) {}

static const void *find(const char *id) { return strcmp(id, COMMLINE_EXT_DRIVER) == 0 ? &driver : NULL; }

static const commline_plugin plugin = {
    sizeof plugin, COMMLINE_ABI_MAJOR, COMMLINE_ABI_MINOR, 0, "echo", "1.0.0", "Commline", activate, deactivate, find,
};

COMMLINE_EXPORT const commline_plugin *commline_plugin_entry(void) { return &plugin; }
