/* Is not who its manifest says. */
#define PLUGIN &other_plugin
#include "commline.h"
static const commline_plugin other_plugin;
#include "line_driver.h"
static const commline_plugin other_plugin = {
    sizeof other_plugin, COMMLINE_ABI_MAJOR, COMMLINE_ABI_MINOR, 0, "another", "1.0.0", "Tests", activate,
    deactivate, find_extension_right};
