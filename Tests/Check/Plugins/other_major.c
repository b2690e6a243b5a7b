/* Was built for another ABI. */
#define PLUGIN &other_plugin
#include "commline.h"
static const commline_plugin other_plugin;
#include "line_driver.h"
static const commline_plugin other_plugin = {
    sizeof other_plugin, COMMLINE_ABI_MAJOR + 1, 0, 0, "line", "1.0.0", "Tests", activate, deactivate,
    find_extension_right};
