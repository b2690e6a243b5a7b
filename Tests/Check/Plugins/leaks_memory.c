/* Forgets a few kilobytes with every session. */
#include <stdlib.h>
#include <string.h>
static void *volatile last;
static void forget(void) {
    last = malloc(4096);
    if (last != NULL) memset(last, 1, 4096);
}
#define ON_OPEN(session) forget()
#include "line_driver.h"
