/* Does not want to be activated. */
#define ON_ACTIVATE return COMMLINE_UNSUPPORTED
#include "line_driver.h"
