/* A table that ends before its functions do. */
#define PLUGIN_SIZE 48
#include "plugin.h"

ORDINARY
