/* Activation happens once, before anything else, with a host that is all there. */
#define ACTIVATE activate
#include "plugin.h"

static const commline_host *host;
static unsigned activations;

static commline_status activate(const commline_host *given) {
    if (given == NULL || given->size < sizeof *given || given->abi_major != COMMLINE_ABI_MAJOR) return COMMLINE_INVALID;
    if (given->log == NULL || given->extension == NULL) return COMMLINE_INVALID;
    if (given->name.size == 0 || given->name.data[given->name.size] != '\0') return COMMLINE_INVALID;
    if (given->version.size == 0 || given->version.data[given->version.size] != '\0') return COMMLINE_INVALID;
    host = given;
    activations++;
    return COMMLINE_OK;
}

static bool act(commline_session *session, const commline_event *event) {
    if (!at(event, COMMLINE_EVENT_CONNECTED)) return false;
    must(session, "one activation", activations == 1);
    must(session, "the host is still there", strncmp(host->name.data, "commline", host->name.size) == 0);
    return false;
}
