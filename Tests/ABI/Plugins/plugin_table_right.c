/* A table of a later, larger ABI 1.x: the host reads what it knows and ignores the rest. */
#define OWN_ENTRY
#include "plugin.h"

static const struct {
    commline_plugin plugin;
    uint64_t later[4];
} larger = {{sizeof larger, COMMLINE_ABI_MAJOR, COMMLINE_ABI_MINOR + 7, 0, PLUGIN_ID, "1.0.0", "Tests",
             plain_activate, plain_deactivate, plain_extension},
            {1, 2, 3, 4}};

ORDINARY

const commline_plugin *commline_plugin_entry(void) { return &larger.plugin; }
