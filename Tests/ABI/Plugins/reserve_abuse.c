/* Numbers of nothing, no numbers, and all that there are. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    static char name[COMMLINE_LIMIT_KEY + 1];
    const commline_link *link = session->link;
    commline_text counter = WORDS("frame"), empty = WORDS(""), wide = {name, sizeof name, 0};
    uint64_t first = 7;
    (void)event;
    memset(name, 'k', sizeof name);
    tell(session, "no counter", link->reserve(link, NULL, 1, &first));
    tell(session, "empty counter", link->reserve(link, &empty, 1, &first));
    tell(session, "long counter", link->reserve(link, &wide, 1, &first));
    tell(session, "none", link->reserve(link, &counter, 0, &first));
    tell(session, "nowhere", link->reserve(link, &counter, 1, NULL));
    tell(session, "all", link->reserve(link, &counter, UINT32_MAX, &first));
    must(session, "nothing written", first == 7);
    return false;
}
