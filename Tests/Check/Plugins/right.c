/* Right in everything. */
#include "line_driver.h"
