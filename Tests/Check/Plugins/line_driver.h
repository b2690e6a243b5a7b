/*
 * line_driver.h - a driver and its simulator that are right in everything, for sources that go wrong in one thing.
 *
 *   we send     READ <LF>
 *   it answers  A+ 123456*<two hexadecimal digits><LF>      the digits are the sum of the bytes before '*'
 *
 * A source includes it and may define, before that, what it does otherwise:
 *   MISBEHAVE(session, event)   at the beginning of each event of the driver
 *   ON_OPEN(session)            at the end of open
 *   ON_CLOSE(session)           at the beginning of close
 *   ON_ACTIVATE                 in activate
 *   FINISH_ONCE 0               and the driver does not finish by itself
 */
#include "commline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct commline_session {
    const commline_link *link;
    int attempts;
    uint32_t filled;
    char line[64];
    const uint8_t *kept;
};

static inline commline_text text(const char *string) {
    commline_text result = {string, (uint32_t)strlen(string), 0};
    return result;
}

static inline commline_status say(commline_session *session, const char *words) {
    commline_message message = {sizeof message, 0, text(""), text(""), text(words)};
    return session->link->note(session->link, COMMLINE_LEVEL_INFO, &message);
}

static inline commline_record reading(int64_t value) {
    commline_record record;
    memset(&record, 0, sizeof record);
    record.size = sizeof record;
    record.kind = COMMLINE_RECORD_MEASUREMENT;
    record.value_kind = COMMLINE_VALUE_DECIMAL;
    record.archive = text("CURRENT");
    record.quantity = text("A+");
    record.tag = text("TOTAL");
    record.item = COMMLINE_NO_ITEM;
    record.status = COMMLINE_STATUS_VALID;
    record.mantissa = value;
    return record;
}

static inline void finish(commline_session *session, commline_code code) {
    session->link->finish(session->link, code, 0, NULL);
}

static inline void send_text(commline_session *session, const char *words) {
    commline_send send;
    memset(&send, 0, sizeof send);
    send.size = sizeof send;
    send.bytes.data = (const uint8_t *)words;
    send.bytes.size = (uint32_t)strlen(words);
    session->link->send(session->link, &send);
}

#ifndef MISBEHAVE
#define MISBEHAVE(session, event) ((void)(session), (void)(event))
#endif
#ifndef ON_OPEN
#define ON_OPEN(session) ((void)(session))
#endif
#ifndef ON_CLOSE
#define ON_CLOSE(session) ((void)(session))
#endif
#ifndef ON_ACTIVATE
#define ON_ACTIVATE ((void)0)
#endif
#ifndef TIMEOUT_MS
#define TIMEOUT_MS 5000
#endif

static inline void ask(commline_session *session) {
    session->filled = 0;
    session->attempts += 1;
    send_text(session, "READ\n");
    if (TIMEOUT_MS > 0) session->link->deadline(session->link, TIMEOUT_MS);
}

static inline unsigned checksum(const char *line, const char *end) {
    unsigned sum = 0;
    for (; line < end; line++) sum = (sum * 31 + (uint8_t)*line) & 0xFFFF;
    return sum;
}

static inline void answer(commline_session *session) {
    char expected[8];
    const char *star = strchr(session->line, '*');
    if (star == NULL || strncmp(session->line, "A+ ", 3) != 0) {
        finish(session, COMMLINE_CODE_PROTOCOL);
        return;
    }
    snprintf(expected, sizeof expected, "%04X", checksum(session->line, star));
    if (strcmp(expected, star + 1) != 0) {
        finish(session, COMMLINE_CODE_PROTOCOL);
        return;
    }
    commline_record record = reading(strtoll(session->line + 3, NULL, 10));
    session->link->emit(session->link, &record);
    finish(session, COMMLINE_CODE_OK);
}

static inline void receive(commline_session *session, const commline_bytes *bytes) {
    for (uint32_t index = 0; index < bytes->size; index++) {
        char byte = (char)bytes->data[index];
        if (byte == '\n') {
            session->line[session->filled] = '\0';
            answer(session);
            return;
        }
        if (session->filled == sizeof session->line - 1) {
            finish(session, COMMLINE_CODE_PROTOCOL);
            return;
        }
        session->line[session->filled++] = byte;
    }
}

#ifndef HANDLE
static void HANDLE_right(commline_session *session, const commline_event *event) {
    switch (event->kind) {
    case COMMLINE_EVENT_CONNECTED: ask(session); break;
    case COMMLINE_EVENT_RECEIVED: receive(session, &event->bytes); break;
    case COMMLINE_EVENT_DEADLINE:
        if (session->attempts < 3) ask(session);
        else finish(session, COMMLINE_CODE_TIMEOUT);
        break;
    case COMMLINE_EVENT_DISCONNECTED: finish(session, COMMLINE_CODE_TRANSPORT); break;
    case COMMLINE_EVENT_CANCEL:
    case COMMLINE_EVENT_CLOSING: finish(session, COMMLINE_CODE_CANCELLED); break;
    default: break;
    }
}
#define HANDLE HANDLE_right
#endif

static commline_session *driver_open(const commline_request *request, const commline_link *link,
                                     commline_error *error) {
    (void)request;
    commline_session *session = calloc(1, sizeof *session);
    if (session == NULL) {
        error->code = COMMLINE_CODE_INTERNAL;
        return NULL;
    }
    session->link = link;
    ON_OPEN(session);
    return session;
}

static void driver_handle(commline_session *session, const commline_event *event) {
    MISBEHAVE(session, event);
    HANDLE(session, event);
}

static void driver_close(commline_session *session) {
    ON_CLOSE(session);
    free(session);
}

static const commline_driver driver = {sizeof driver, 0, driver_open, driver_handle, driver_close};

static commline_session *simulator_open(const commline_request *request, const commline_link *link,
                                        commline_error *error) {
    (void)request;
    (void)error;
    commline_session *device = calloc(1, sizeof *device);
    if (device != NULL) device->link = link;
    return device;
}

static void simulator_handle(commline_session *device, const commline_event *event) {
    if (event->kind == COMMLINE_EVENT_CONNECTED) device->filled = 0;
    if (event->kind != COMMLINE_EVENT_RECEIVED) return;
    for (uint32_t index = 0; index < event->bytes.size; index++) {
        char byte = (char)event->bytes.data[index];
        if (byte != '\n') {
            if (device->filled < sizeof device->line - 1) device->line[device->filled++] = byte;
            continue;
        }
        device->line[device->filled] = '\0';
        device->filled = 0;
        if (strcmp(device->line, "READ") == 0) {
            char words[40] = "A+ 123456";
            snprintf(words + 9, sizeof words - 9, "*%04X\n", checksum(words, words + 9));
            send_text(device, words);
        }
    }
}

static void simulator_close(commline_session *device) { free(device); }

static const commline_simulator simulator = {sizeof simulator, 0, simulator_open, simulator_handle, simulator_close};

#ifndef FIND_EXTENSION
static const void *find_extension_right(const char *id) {
    if (strcmp(id, COMMLINE_EXT_SIMULATOR) == 0) return &simulator;
    return strcmp(id, COMMLINE_EXT_DRIVER) == 0 ? &driver : NULL;
}
#define FIND_EXTENSION find_extension_right
#endif

static commline_status activate(const commline_host *host) {
    ON_ACTIVATE;
    return host == NULL ? COMMLINE_INVALID : COMMLINE_OK;
}
static void deactivate(void) {}

#ifndef PLUGIN
static const commline_plugin plugin = {
    sizeof plugin, COMMLINE_ABI_MAJOR, COMMLINE_ABI_MINOR, 0, "line", "1.0.0", "Tests", activate, deactivate,
    FIND_EXTENSION};
#define PLUGIN &plugin
#endif

#ifndef WITHOUT_ENTRY
const commline_plugin *commline_plugin_entry(void) { return PLUGIN; }
#endif
