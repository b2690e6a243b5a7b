/* A plugin that does not say which it is. */
#define OWN_ENTRY
#include "plugin.h"

static const commline_plugin nameless = {sizeof nameless, 1, 0, 0, NULL, "1.0.0", "Tests", plain_activate,
                                         plain_deactivate, plain_extension};

ORDINARY

const commline_plugin *commline_plugin_entry(void) { return &nameless; }
