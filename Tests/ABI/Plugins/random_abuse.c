/* Wants too much, and nowhere. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    uint8_t bytes[16] = {0};
    const commline_link *link = session->link;
    (void)event;
    tell(session, "too many", link->random(link, bytes, UINT32_MAX));
    tell(session, "one too many", link->random(link, bytes, 4097));
    tell(session, "nowhere", link->random(link, NULL, 16));
    must(session, "nothing written", bytes[0] == 0 && bytes[15] == 0);
    return false;
}
