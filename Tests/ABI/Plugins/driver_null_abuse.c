/* A driver that cannot close. */
#define CLOSE no_close
#define EXTENSION find
#include "plugin.h"

static const commline_driver incomplete = {sizeof incomplete, 0, plain_open, plain_handle, NULL};

static void no_close(commline_session *session) { free(session); }

static const void *find(const char *id) { return strcmp(id, COMMLINE_EXT_DRIVER) == 0 ? &incomplete : &driver; }

ORDINARY
