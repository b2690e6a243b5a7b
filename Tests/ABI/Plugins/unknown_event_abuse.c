/* Takes every kind that it does not know for the end of the world. */
#include "plugin.h"

static bool act(commline_session *session, const commline_event *event) {
    if (event == NULL || event->kind <= COMMLINE_EVENT_CREDIT) return false;
    finish(session, COMMLINE_CODE_INTERNAL);
    return true;
}
