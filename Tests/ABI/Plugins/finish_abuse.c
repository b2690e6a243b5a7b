/* Finishes with codes that are none, then twice, then goes on as if nothing had happened. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    const commline_link *link = session->link;
    commline_record record = measurement(666);
    commline_bytes nothing = {NULL, 0, 0};
    (void)event;
    tell(session, "code", link->finish(link, 99, 0, NULL));
    tell(session, "the host's code", link->finish(link, COMMLINE_CODE_PLUGIN_CRASHED, 0, NULL));
    if (link->finish(link, COMMLINE_CODE_BUSY, 0, NULL) != COMMLINE_OK) return false;
    link->finish(link, COMMLINE_CODE_OK, 0, NULL);
    link->yielded(link, &nothing);
    send_line(session, "EVIL\n");
    link->emit(link, &record);
    link->reconnect(link, 0);
    link->deadline(link, 0);
    return true;
}
