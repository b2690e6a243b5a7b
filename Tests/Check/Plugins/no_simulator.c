/* Brings no simulator. */
#include <stddef.h>
#define FIND_EXTENSION find_extension_wrong
static const void *find_extension_wrong(const char *id);
#include "line_driver.h"
static const void *find_extension_wrong(const char *id) {
    (void)simulator;
    return strcmp(id, COMMLINE_EXT_DRIVER) == 0 ? &driver : NULL;
}
