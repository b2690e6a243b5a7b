/* A table without one of its functions. */
#define OWN_ENTRY
#include "plugin.h"

static const commline_plugin incomplete = {sizeof incomplete, 1, 0, 0, PLUGIN_ID, "1.0.0", "Tests", plain_activate,
                                           NULL, plain_extension};

ORDINARY

const commline_plugin *commline_plugin_entry(void) { return &incomplete; }
