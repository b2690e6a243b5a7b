/* Leaves a file open with every session. */
#include <fcntl.h>
static volatile int last;
#define ON_OPEN(session) do { last = open("/dev/null", O_RDONLY); } while (0)
#include "line_driver.h"
