/*
 * frozen_line.c - a driver of a line protocol with the simulator that answers it.
 *
 *   driver      READ <LF>
 *   simulator   A+ 1234.56 kWh <LF>
 */
#include "freestanding.h"

static commline_session *driver_open(const commline_request *request, const commline_link *link,
                                     commline_error *error) {
    if (request->size < sizeof *request || request->json.size == 0 || link->size < sizeof *link) {
        error->code = COMMLINE_CODE_CONFIGURATION;
        return NULL;
    }
    return new_session(link, error);
}

static void driver_handle(commline_session *session, const commline_event *event) {
    const commline_link *link = session->link;
    switch (event->kind) {
    case COMMLINE_EVENT_CONNECTED:
        send_words(session, WORDS("READ\n"));
        link->deadline(link, 600000);
        break;
    case COMMLINE_EVENT_RECEIVED:
        if (gather(session, &event->bytes)) {
            commline_record record = reading(digits(session->line));
            link->emit(link, &record);
            link->finish(link, COMMLINE_CODE_OK, 0, NULL);
        }
        break;
    case COMMLINE_EVENT_DEADLINE: link->finish(link, COMMLINE_CODE_TIMEOUT, 0, NULL); break;
    case COMMLINE_EVENT_DISCONNECTED: link->finish(link, COMMLINE_CODE_TRANSPORT, 0, NULL); break;
    case COMMLINE_EVENT_CANCEL:
    case COMMLINE_EVENT_CLOSING: link->finish(link, COMMLINE_CODE_CANCELLED, 0, NULL); break;
    default: break;
    }
}

static commline_session *simulator_open(const commline_request *request, const commline_link *link,
                                        commline_error *error) {
    return request->json.size == 0 ? NULL : new_session(link, error);
}

static void simulator_handle(commline_session *device, const commline_event *event) {
    if (event->kind == COMMLINE_EVENT_CONNECTED) device->filled = 0;
    if (event->kind != COMMLINE_EVENT_RECEIVED || !gather(device, &event->bytes)) return;
    if (same(device->line, "READ")) send_words(device, WORDS("A+ 1234.56 kWh\n"));
    else send_words(device, WORDS("ERR 1\n"));
}

static const commline_driver driver = {sizeof driver, 0, driver_open, driver_handle, session_close};
static const commline_simulator simulator = {sizeof simulator, 0, simulator_open, simulator_handle, session_close};

static const void *extension(const char *id) {
    if (same(id, COMMLINE_EXT_DRIVER)) return &driver;
    return same(id, COMMLINE_EXT_SIMULATOR) ? &simulator : NULL;
}

static commline_status activate(const commline_host *host) {
    return host->size < sizeof *host || host->abi_major != 1 ? COMMLINE_UNSUPPORTED : COMMLINE_OK;
}

static void deactivate(void) {}

static const commline_plugin plugin = {sizeof plugin, COMMLINE_ABI_MAJOR, COMMLINE_ABI_MINOR, 0, "frozen-line",
                                       "1.0.0", "Commline", activate, deactivate, extension};

const commline_plugin *commline_plugin_entry(void) { return &plugin; }
