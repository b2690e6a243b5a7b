/* Writes into the bytes that it was lent: the journal and the other sessions must not see that. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    session->filled = event->bytes.size;
    if (session->filled >= sizeof session->line) return false;
    memcpy(session->line, event->bytes.data, session->filled);
    memset((uint8_t *)event->bytes.data, 'Z', event->bytes.size);
    must(session, "answer", session->line[session->filled - 1] == '\n');
    session->line[session->filled - 1] = '\0';
    read_answer(session);
    return true;
}
