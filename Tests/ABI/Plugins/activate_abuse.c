/* A plugin that does not want to be used here. */
#define ACTIVATE refuse
#include "plugin.h"

static commline_status refuse(const commline_host *host) { return host ? COMMLINE_UNSUPPORTED : COMMLINE_INVALID; }

ORDINARY
