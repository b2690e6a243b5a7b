/* Has a driver without handle. */
#include <stddef.h>
#define FIND_EXTENSION find_extension_wrong
static const void *find_extension_wrong(const char *id);
#include "line_driver.h"
static const commline_driver wrong = {sizeof wrong, 0, driver_open, NULL, driver_close};
static const void *find_extension_wrong(const char *id) {
    (void)driver;
    if (strcmp(id, COMMLINE_EXT_SIMULATOR) == 0) return &simulator;
    return strcmp(id, COMMLINE_EXT_DRIVER) == 0 ? &wrong : NULL;
}
