/* Checkpoints that are too large or not there. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    static uint8_t block[65537];
    commline_bytes large = {block, sizeof block, 0}, null = {NULL, 1, 0};
    (void)event;
    tell(session, "none", session->link->yielded(session->link, NULL));
    tell(session, "null", session->link->yielded(session->link, &null));
    tell(session, "large", session->link->yielded(session->link, &large));
    return false;
}
