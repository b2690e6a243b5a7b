/* Sets a key, changes it, deletes another; what the device remembered comes in the request. */
#define OPEN open_it
#include "plugin.h"

static commline_session *open_it(const commline_request *request, const commline_link *link, commline_error *error) {
    commline_session *session = plain_open(request, link, error);
    must(session, "memory", strstr(request->json.data, "\"frame\":\"AQI=\"") != NULL);
    return session;
}

static bool act(commline_session *session, const commline_event *event) {
    static const uint8_t bytes[] = {1, 2, 3};
    const commline_link *link = session->link;
    commline_text key = WORDS("frame"), old = WORDS("old");
    commline_bytes value = {bytes, 2, 0}, longer = {bytes, 3, 0}, nothing = {NULL, 0, 0};
    if (!at(event, COMMLINE_EVENT_CONNECTED)) return false;
    must(session, "set", link->remember(link, &key, &value) == COMMLINE_OK);
    must(session, "change", link->remember(link, &key, &longer) == COMMLINE_OK);
    must(session, "delete", link->remember(link, &old, &nothing) == COMMLINE_OK);
    return false;
}
