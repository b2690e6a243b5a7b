/* Random bytes differ, fill exactly what was asked for, and no byte more. */
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    static const uint8_t zeros[16];
    uint8_t first[4097] = {0}, second[16] = {0};
    const commline_link *link = session->link;
    if (!at(event, COMMLINE_EVENT_CONNECTED)) return false;
    must(session, "4096 bytes", link->random(link, first, 4096) == COMMLINE_OK);
    must(session, "16 bytes", link->random(link, second, 16) == COMMLINE_OK);
    must(session, "no bytes", link->random(link, NULL, 0) == COMMLINE_OK);
    must(session, "filled", memcmp(first + 4080, zeros, 16) != 0 && memcmp(second, zeros, 16) != 0);
    must(session, "differ", memcmp(first, second, 16) != 0);
    must(session, "no byte more", first[4096] == 0);
    return false;
}
