/* Says that its table is shorter than it may be. */
#define PLUGIN &short_plugin
#include "commline.h"
static const commline_plugin short_plugin;
#include "line_driver.h"
static const commline_plugin short_plugin = {
    24, COMMLINE_ABI_MAJOR, COMMLINE_ABI_MINOR, 0, "line", "1.0.0", "Tests", activate, deactivate,
    find_extension_right};
