/* Reports two devices behind this one, one of them without a serial number. */
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    const commline_link *link = session->link;
    commline_child child = {sizeof child, 1, WORDS("00001"), WORDS("DT_ACME"), WORDS("17"), WORDS("{\"phases\":3}")};
    if (!at(event, COMMLINE_EVENT_CONNECTED)) return false;
    must(session, "first", link->inventory(link, &child) == COMMLINE_OK);
    child = (commline_child){sizeof child, 2, {NULL, 0, 0}, {NULL, 0, 0}, WORDS("18"), {NULL, 0, 0}};
    must(session, "second", link->inventory(link, &child) == COMMLINE_OK);
    return false;
}
