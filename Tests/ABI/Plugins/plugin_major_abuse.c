/* A plugin of another ABI. */
#define MAJOR 2
#define MINOR 3
#include "plugin.h"

ORDINARY
