/* Progress in the driver's own unit, to the end. */
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    const commline_link *link = session->link;
    if (!at(event, COMMLINE_EVENT_CONNECTED)) return false;
    must(session, "begin", link->progress(link, 0, 0, 2) == COMMLINE_OK);
    must(session, "middle", link->progress(link, 0, 1, 2) == COMMLINE_OK);
    must(session, "end", link->progress(link, 0, UINT32_MAX, UINT32_MAX) == COMMLINE_OK);
    must(session, "nothing to do", link->progress(link, 0, 0, 0) == COMMLINE_OK);
    return false;
}
