/* Keys and values beyond every limit. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    static uint8_t block[COMMLINE_LIMIT_MEMORY];
    static char name[COMMLINE_LIMIT_KEY + 1];
    const commline_link *link = session->link;
    commline_text empty = WORDS(""), key = WORDS("k"), wide = {name, sizeof name, 0}, torn = WORDS("\xFF");
    commline_bytes one = {block, 1, 0}, all = {block, sizeof block, 0}, null = {NULL, 9, 0};
    (void)event;
    memset(name, 'k', sizeof name);
    tell(session, "no key", link->remember(link, NULL, &one));
    tell(session, "empty key", link->remember(link, &empty, &one));
    tell(session, "no bytes", link->remember(link, &key, NULL));
    tell(session, "null bytes", link->remember(link, &key, &null));
    tell(session, "key no UTF-8", link->remember(link, &torn, &one));
    tell(session, "long key", link->remember(link, &wide, &one));
    tell(session, "all and the key", link->remember(link, &key, &all));
    return false;
}
