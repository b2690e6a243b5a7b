/*
 * simulator.c - the other end of driver.c: a meter that answers READ.
 *
 * `commline plugin check` lets the driver meet it, and `commline simulate` serves it on a TCP port. Each
 * simulated meter draws a power of its own, so that its reading only ever grows.
 */
#include "plugin.h"

#include "commline_json.h"

#include <stdio.h>
#include <stdlib.h>

enum { LINE_SIZE = 80 };

struct commline_session {
    const commline_link *link;
    uint64_t watts;
    uint32_t filled;
    char line[LINE_SIZE];
};

/* The energy since 2020 in hundredths of a kilowatt-hour. */
static uint64_t reading(const commline_session *device) {
    uint64_t monotonic_ns = 0;
    int64_t wall_ms = 0;
    device->link->now(device->link, &monotonic_ns, &wall_ms);
    int64_t seconds = wall_ms / 1000 - 1577836800;
    return device->watts * (uint64_t)(seconds > 0 ? seconds : 0) / 36000;
}

static void answer(commline_session *device) {
    char line[LINE_SIZE] = "ERR 1\r\n";
    commline_send send;
    if (strcmp(device->line, "READ") == 0) {
        uint64_t value = reading(device);
        snprintf(line, sizeof line, "A+ %llu.%02u kWh\r\n", (unsigned long long)(value / 100),
                 (unsigned)(value % 100));
    }
    memset(&send, 0, sizeof send);
    send.size = sizeof send;
    send.bytes.data = (const uint8_t *)line;
    send.bytes.size = (uint32_t)strlen(line);
    if (device->link->send(device->link, &send) != COMMLINE_OK)
        device->link->finish(device->link, COMMLINE_CODE_TRANSPORT, 0, NULL);
}

static commline_session *simulator_open(const commline_request *request, const commline_link *link,
                                        commline_error *error) {
    commline_text value;
    int64_t index = 0;
    int64_t seed = 0;
    commline_session *device = calloc(1, sizeof *device);
    if (device == NULL) {
        error->code = COMMLINE_CODE_INTERNAL;
        return NULL;
    }
    device->link = link;
    if (commline_json_find(request->json, "index", &value)) commline_json_integer(value, &index);
    if (commline_json_find(request->json, "seed", &value)) commline_json_integer(value, &seed);
    /* The same device draws the same power at every start. */
    device->watts = 100 + ((uint64_t)seed % 4900 + (uint64_t)index % 4900 * 37) % 4900;
    return device;
}

static void simulator_handle(commline_session *device, const commline_event *event) {
    if (event->kind == COMMLINE_EVENT_CONNECTED) device->filled = 0;
    if (event->kind == COMMLINE_EVENT_CLOSING) device->link->finish(device->link, COMMLINE_CODE_OK, 0, NULL);
    if (event->kind != COMMLINE_EVENT_RECEIVED) return;
    for (uint32_t index = 0; index < event->bytes.size; index++) {
        char byte = (char)event->bytes.data[index];
        if (byte == '\n') {
            device->line[device->filled] = '\0';
            device->filled = 0;
            answer(device);
        } else if (byte != '\r' && device->filled < LINE_SIZE - 1) {
            device->line[device->filled++] = byte;
        }
    }
}

static void simulator_close(commline_session *device) { free(device); }

const commline_simulator simulator = {sizeof simulator, 0, simulator_open, simulator_handle, simulator_close};
