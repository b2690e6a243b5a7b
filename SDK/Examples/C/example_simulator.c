/*
 * example_simulator.c - the other end of example_driver.c: a meter that answers READ.
 *
 * Each simulated meter draws a power of its own, so that its reading only ever grows.
 */
#include "commline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_SIZE = 80 };

struct commline_session {
    const commline_link *link;
    uint64_t watts;
    uint32_t filled;
    char line[LINE_SIZE];
};

/* The same device draws the same power at every start: FNV-1a over its request. */
static uint64_t watts_of(const commline_text *request) {
    uint64_t hash = 14695981039346656037u;
    for (uint32_t index = 0; index < request->size; index++)
        hash = (hash ^ (uint8_t)request->data[index]) * 1099511628211u;
    return 100 + hash % 4900;
}

/* The energy since 2020 in hundredths of a kilowatt-hour. */
static uint64_t reading(const commline_session *device) {
    uint64_t monotonic_ns = 0;
    int64_t wall_ms = 0;
    device->link->now(device->link, &monotonic_ns, &wall_ms);
    int64_t seconds = wall_ms / 1000 - 1577836800;
    return device->watts * (uint64_t)(seconds > 0 ? seconds : 0) / 36000;
}

static void answer(commline_session *device) {
    char line[LINE_SIZE];
    uint64_t value = reading(device);
    commline_send send;
    memset(&send, 0, sizeof send);
    send.size = sizeof send;
    if (strcmp(device->line, "READ") == 0)
        snprintf(line, sizeof line, "A+ %llu.%02u kWh\r\n", (unsigned long long)(value / 100),
                 (unsigned)(value % 100));
    else
        snprintf(line, sizeof line, "ERR 1\r\n");
    send.bytes.data = (const uint8_t *)line;
    send.bytes.size = (uint32_t)strlen(line);
    if (device->link->send(device->link, &send) != COMMLINE_OK)
        device->link->finish(device->link, COMMLINE_CODE_TRANSPORT, 0, NULL);
}

static commline_session *simulator_open(const commline_request *request, const commline_link *link,
                                        commline_error *error) {
    commline_session *device = calloc(1, sizeof *device);
    if (device == NULL) {
        error->code = COMMLINE_CODE_INTERNAL;
        return NULL;
    }
    device->link = link;
    device->watts = watts_of(&request->json);
    return device;
}

static void simulator_handle(commline_session *device, const commline_event *event) {
    if (event->kind == COMMLINE_EVENT_CONNECTED) device->filled = 0;
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

extern const commline_simulator example_simulator;
const commline_simulator example_simulator = {
    sizeof example_simulator, 0, simulator_open, simulator_handle, simulator_close};
