/* Sends with each flag and with a secret; every byte leaves, in the order of the calls. */
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    static const commline_range secrets[] = {{5, 4}, {10, 2}};
    commline_send login = sending("AUTH 1234 56\n", 13);
    commline_send bulk = sending("BULK 0123456789\n", 16);
    commline_send both = sending("BOTH\n", 5);
    if (!at(event, COMMLINE_EVENT_CONNECTED)) return false;
    login.secrets = secrets;
    login.secret_count = 2;
    bulk.flags = COMMLINE_SEND_BULK;
    both.flags = COMMLINE_SEND_BULK | COMMLINE_SEND_AFTER_STORED;
    must(session, "secrets", session->link->send(session->link, &login) == COMMLINE_OK);
    must(session, "bulk", session->link->send(session->link, &bulk) == COMMLINE_OK);
    must(session, "both", session->link->send(session->link, &both) == COMMLINE_OK);
    return false;
}
