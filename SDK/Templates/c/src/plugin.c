/* The library's one symbol, and the tables behind it. */
#include "plugin.h"

#include <string.h>

static commline_status activate(const commline_host *host) { return host == NULL ? COMMLINE_INVALID : COMMLINE_OK; }

static void deactivate(void) {}

static const void *find_extension(const char *id) {
    if (strcmp(id, COMMLINE_EXT_DRIVER) == 0) return &driver;
    if (strcmp(id, COMMLINE_EXT_SIMULATOR) == 0) return &simulator;
    return NULL;
}

/* Id and version are those of the manifest. */
static const commline_plugin plugin = {
    sizeof plugin, COMMLINE_ABI_MAJOR, COMMLINE_ABI_MINOR, 0, "__ID__", "0.1.0", "__ID__", activate, deactivate,
    find_extension};

COMMLINE_EXPORT const commline_plugin *commline_plugin_entry(void) { return &plugin; }
