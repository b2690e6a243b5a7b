/* Takes a gibibyte and writes to every page of it. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    size_t size = (size_t)1 << 30;
    (void)event;
    volatile char *block = malloc(size);
    say(session, block == NULL ? "heap: refused" : "heap: given");
    for (size_t place = 0; block != NULL && place < size; place += 4096) block[place] = 1;
    return false;
}
