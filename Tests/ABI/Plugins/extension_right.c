/* The host has no extensions in 1.0 and says so; the plugin has one, and always the same table. */
#define ACTIVATE activate
#define EXTENSION find
#include "plugin.h"

static const void *of_host[3];

static commline_status activate(const commline_host *host) {
    of_host[0] = host->extension(host, "commline.driver/1");
    of_host[1] = host->extension(host, "com.example.unheard-of/9");
    of_host[2] = host->extension(host, "");
    return COMMLINE_OK;
}

static const void *find(const char *id) { return strcmp(id, COMMLINE_EXT_DRIVER) == 0 ? &driver : NULL; }

static bool act(commline_session *session, const commline_event *event) {
    if (at(event, COMMLINE_EVENT_CONNECTED))
        must(session, "no extension of the host", !of_host[0] && !of_host[1] && !of_host[2]);
    return false;
}
