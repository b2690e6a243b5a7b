/* Devices that nobody could find again. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    const commline_link *link = session->link;
    commline_child child = {sizeof child, 1, WORDS(""), WORDS("DT_ACME"), WORDS(""), WORDS("")};
    (void)event;
    tell(session, "null", link->inventory(link, NULL));
    tell(session, "nameless", link->inventory(link, &child));
    child.serial = WORDS("1"), child.json = WORDS("7");
    tell(session, "facts", link->inventory(link, &child));
    child.json = WORDS(""), child.serial = (commline_text){NULL, 4, 0};
    tell(session, "null serial", link->inventory(link, &child));
    child.serial = WORDS("1"), child.size = 8;
    tell(session, "short", link->inventory(link, &child));
    return false;
}
