/* A driver's table that ends before its functions do. */
#define DRIVER_SIZE 16
#include "plugin.h"

ORDINARY
