/* Writes a mebibyte past the bytes that it was lent. */
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    volatile uint8_t *bytes = (volatile uint8_t *)event->bytes.data;
    (void)session;
    for (uint32_t place = 0; place < 1u << 20; place++) bytes[event->bytes.size + place] = 0xA5;
    return false;
}
