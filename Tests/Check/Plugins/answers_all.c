/* Answers ids that it does not know. */
#include <stddef.h>
#define FIND_EXTENSION find_extension_wrong
static const void *find_extension_wrong(const char *id);
#include "line_driver.h"
static const void *find_extension_wrong(const char *id) {
    return strcmp(id, COMMLINE_EXT_SIMULATOR) == 0 ? (const void *)&simulator : &driver;
}
