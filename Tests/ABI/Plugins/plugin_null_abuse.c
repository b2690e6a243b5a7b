/* An entry that gives nothing. */
#define OWN_ENTRY
#include "plugin.h"

ORDINARY

const commline_plugin *commline_plugin_entry(void) { return NULL; }
