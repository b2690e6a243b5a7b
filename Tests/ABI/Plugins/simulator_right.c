/* Both ends in one library: the simulator answers the driver. */
#define EXTENSION find
#include "plugin.h"

static void simulate(commline_session *device, const commline_event *event) {
    if (at(event, COMMLINE_EVENT_RECEIVED) && event->bytes.size == 5 && memcmp(event->bytes.data, "READ\n", 5) == 0)
        send_line(device, "A+ 1234.56 kWh\n");
}

static const commline_simulator simulator = {sizeof simulator, 0, plain_open, simulate, plain_close};

static const void *find(const char *id) {
    if (strcmp(id, COMMLINE_EXT_SIMULATOR) == 0) return &simulator;
    return strcmp(id, COMMLINE_EXT_DRIVER) == 0 ? &driver : NULL;
}

ORDINARY
