/* Overflows its stack. */
#include <stddef.h>
#pragma GCC diagnostic ignored "-Winfinite-recursion"
static volatile char sink;
__attribute__((noinline)) static void descend(volatile char *above) {
    volatile char room[4096];
    room[0] = above == NULL ? 1 : above[0];
    descend(room);
    sink = room[0];
}
#define MISBEHAVE(session, event) do { if ((event)->kind == COMMLINE_EVENT_RECEIVED) descend(NULL); } while (0)
#include "line_driver.h"
