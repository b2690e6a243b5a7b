/* A simulated device that does what only drivers do. */
#define EXTENSION find
#include "plugin.h"

static void simulate(commline_session *device, const commline_event *event) {
    const commline_link *link = device->link;
    commline_record record = measurement(666);
    commline_text name = WORDS("frame");
    commline_bytes bytes = {(const uint8_t *)"x", 1, 0};
    uint64_t first = 0;
    if (!at(event, COMMLINE_EVENT_RECEIVED)) return;
    link->emit(link, &record);
    link->progress(link, 0, 1, 2);
    link->remember(link, &name, &bytes);
    link->reserve(link, &name, 1, &first);
    link->reconnect(link, 0);
    link->yielded(link, &bytes);
    send_line(device, "A+ 1234.56 kWh\n");
}

static const commline_simulator simulator = {sizeof simulator, 0, plain_open, simulate, plain_close};

static const void *find(const char *id) {
    if (strcmp(id, COMMLINE_EXT_SIMULATOR) == 0) return &simulator;
    return strcmp(id, COMMLINE_EXT_DRIVER) == 0 ? &driver : NULL;
}

ORDINARY
