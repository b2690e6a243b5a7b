/* Writes garbage to every descriptor that is open, the host's socket among them. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

#include <unistd.h>

static bool act(commline_session *session, const commline_event *event) {
    static uint8_t garbage[4096];
    unsigned written = 0;
    (void)event;
    memset(garbage, 0xA5, sizeof garbage);
    for (int descriptor = 3; descriptor <= 255; descriptor++)
        for (size_t size = 1; size <= sizeof garbage; size *= 8)
            written += write(descriptor, garbage, size) > 0;
    say(session, "scribbled %u", written);
    return false;
}
