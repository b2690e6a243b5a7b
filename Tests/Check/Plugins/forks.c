/* Copies the process of its host. */
#include <unistd.h>
#include <sys/types.h>
#define MISBEHAVE(session, event) do { if ((event)->kind == COMMLINE_EVENT_RECEIVED && fork() == 0) _exit(0); } while (0)
#include "line_driver.h"
