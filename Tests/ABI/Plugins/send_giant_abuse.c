/* Sends more than may be queued, and claims more than there is. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

static uint8_t block[COMMLINE_LIMIT_SEND_BYTES + 1];

static bool act(commline_session *session, const commline_event *event) {
    commline_send send = sending(block, sizeof block);
    (void)event;
    tell(session, "a byte too many", session->link->send(session->link, &send));
    send.bytes.size = UINT32_MAX; /* the host must not even look at them */
    tell(session, "4 GiB", session->link->send(session->link, &send));
    return false;
}
