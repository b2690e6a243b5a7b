/* Has no table. */
#define PLUGIN ((const commline_plugin *)0)
#include "line_driver.h"
