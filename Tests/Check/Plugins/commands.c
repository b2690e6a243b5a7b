/*
 * Right in everything, with a journal, a state and a command that acts. What a host must be able to rely on can be
 * left out: -DWITHOUT_SENT does not report the stage SENT, -DWITHOUT_STORED sends the acting frame without
 * COMMLINE_SEND_AFTER_STORED, -DWRONG_ITEM answers a journal with a state.
 */
#include "commline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ITEMS = 16, TIMEOUT_MS = 5000 };

struct item {
    uint32_t number;
    char kind; /* 'a', 'j', 's' or 'c' */
};

struct commline_session {
    const commline_link *link;
    uint32_t item_count;
    uint32_t current;
    int attempts;
    bool has_acted;
    uint32_t filled;
    char line[64];
    struct item items[MOST_ITEMS];
};

static commline_text text(const char *string) {
    commline_text result = {string, (uint32_t)strlen(string), 0};
    return result;
}

static void finish(commline_session *session, commline_code code) {
    session->link->finish(session->link, code, 0, NULL);
}

static void report(commline_session *session, commline_stage stage, commline_code code) {
    commline_outcome outcome;
    memset(&outcome, 0, sizeof outcome);
    outcome.size = sizeof outcome;
    outcome.item = session->items[session->current].number;
    outcome.stage = stage;
    outcome.code = code;
    session->link->outcome(session->link, &outcome);
}

static void put(commline_session *session, const char *words, uint32_t flags) {
    commline_send send;
    memset(&send, 0, sizeof send);
    send.size = sizeof send;
    send.flags = flags;
    send.bytes.data = (const uint8_t *)words;
    send.bytes.size = (uint32_t)strlen(words);
    session->link->send(session->link, &send);
}

/* Asks for the current item, or ends. */
static void ask(commline_session *session) {
    char words[3] = {0, '\n', 0};
    uint32_t flags = 0;
    if (session->current == session->item_count) {
        finish(session, COMMLINE_CODE_OK);
        return;
    }
    words[0] = session->items[session->current].kind;
    if (words[0] == 'c') {
#ifndef WITHOUT_SENT
        report(session, COMMLINE_STAGE_SENT, COMMLINE_CODE_OK);
#endif
#ifndef WITHOUT_STORED
        flags = COMMLINE_SEND_AFTER_STORED;
#endif
        session->has_acted = true;
    }
    session->filled = 0;
    session->attempts += 1;
    put(session, words, flags);
    session->link->deadline(session->link, TIMEOUT_MS);
}

static void emit(commline_session *session, char kind) {
    commline_record record;
    memset(&record, 0, sizeof record);
    record.size = sizeof record;
    record.item = session->items[session->current].number;
    switch (kind) {
    case 'a':
        record.kind = COMMLINE_RECORD_MEASUREMENT;
        record.value_kind = COMMLINE_VALUE_UNSIGNED;
        record.archive = text("CURRENT");
        record.quantity = text("A+");
        record.tag = text("TOTAL");
        record.bits = 42;
        record.status = COMMLINE_STATUS_VALID;
        break;
    case 'j':
        record.kind = COMMLINE_RECORD_EVENT;
        record.flags = COMMLINE_RECORD_HAS_INDEX;
        record.archive = text("SWITCHING");
        record.event_code = 7;
        record.index = 1;
        record.time_ms = 1779950000000;
        record.time_flags = COMMLINE_TIME_KNOWN | COMMLINE_TIME_OFFSET_KNOWN;
        record.text = text("{\"phase\":1}");
        break;
    case 's':
        record.kind = COMMLINE_RECORD_STATE;
        record.value_kind = COMMLINE_VALUE_JSON;
        record.archive = text("RELAY");
        record.quantity = text("POSITION");
        record.text = text("{\"closed\":true}");
        break;
    default: return;
    }
    session->link->emit(session->link, &record);
}

/* The answer to 'x' is "x ok". */
static void answer(commline_session *session) {
    char kind = session->items[session->current].kind;
    char expected[5] = {kind, ' ', 'o', 'k', 0};
    if (strcmp(session->line, expected) != 0) {
        finish(session, session->has_acted ? COMMLINE_CODE_INDETERMINATE : COMMLINE_CODE_PROTOCOL);
        return;
    }
#ifdef WRONG_ITEM
    emit(session, kind == 'j' ? 's' : kind);
#else
    emit(session, kind);
#endif
    report(session, COMMLINE_STAGE_FINAL, COMMLINE_CODE_OK);
    session->current += 1;
    session->attempts = 0;
    session->has_acted = false;
    ask(session);
}

static void receive(commline_session *session, const commline_bytes *bytes) {
    for (uint32_t index = 0; index < bytes->size; index++) {
        char byte = (char)bytes->data[index];
        if (byte == '\n') {
            session->line[session->filled] = '\0';
            answer(session);
            return; /* what follows an answer answers nothing */
        }
        if (session->filled == sizeof session->line - 1) {
            finish(session, COMMLINE_CODE_PROTOCOL);
            return;
        }
        session->line[session->filled++] = byte;
    }
}

/* Finds "number":N before each "kind":"K in the text that the host writes. */
static void read_items(commline_session *session, const char *json) {
    const char *place = strstr(json, "\"items\":");
    while (place != NULL && session->item_count < MOST_ITEMS && (place = strstr(place, "\"number\":")) != NULL) {
        const char *kind = strstr(place, "\"kind\":\"");
        if (kind == NULL) return;
        session->items[session->item_count].number = (uint32_t)strtoul(place + 9, NULL, 10);
        session->items[session->item_count].kind = kind[8];
        session->item_count += 1;
        place = kind;
    }
}

static commline_session *driver_open(const commline_request *request, const commline_link *link,
                                     commline_error *error) {
    commline_session *session = calloc(1, sizeof *session);
    if (session == NULL) {
        error->code = COMMLINE_CODE_INTERNAL;
        return NULL;
    }
    session->link = link;
    read_items(session, request->json.data);
    return session;
}

static void driver_handle(commline_session *session, const commline_event *event) {
    commline_code lost = session->has_acted ? COMMLINE_CODE_INDETERMINATE : COMMLINE_CODE_TRANSPORT;
    switch (event->kind) {
    case COMMLINE_EVENT_CONNECTED: ask(session); break;
    case COMMLINE_EVENT_RECEIVED: receive(session, &event->bytes); break;
    case COMMLINE_EVENT_DEADLINE: finish(session, session->has_acted ? lost : COMMLINE_CODE_TIMEOUT); break;
    case COMMLINE_EVENT_DISCONNECTED: finish(session, lost); break;
    case COMMLINE_EVENT_CANCEL:
    case COMMLINE_EVENT_CLOSING: finish(session, session->has_acted ? lost : COMMLINE_CODE_CANCELLED); break;
    case COMMLINE_EVENT_YIELD:
        if (!session->has_acted) {
            commline_bytes nothing = {(const uint8_t *)"-", 1, 0};
            session->link->yielded(session->link, &nothing);
        }
        break;
    default: break;
    }
}

static void driver_close(commline_session *session) { free(session); }

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
        if (byte == '\n' && device->filled > 0) {
            char words[] = "x ok\n";
            words[0] = device->line[0];
            put(device, words, 0);
            device->filled = 0;
        } else if (device->filled < sizeof device->line - 1) {
            device->line[device->filled++] = byte;
        }
    }
}

static void simulator_close(commline_session *device) { free(device); }

static const commline_simulator simulator = {sizeof simulator, 0, simulator_open, simulator_handle, simulator_close};

static const void *find_extension(const char *id) {
    if (strcmp(id, COMMLINE_EXT_SIMULATOR) == 0) return &simulator;
    return strcmp(id, COMMLINE_EXT_DRIVER) == 0 ? &driver : NULL;
}

static commline_status activate(const commline_host *host) { return host == NULL ? COMMLINE_INVALID : COMMLINE_OK; }
static void deactivate(void) {}

static const commline_plugin plugin = {
    sizeof plugin, COMMLINE_ABI_MAJOR, COMMLINE_ABI_MINOR, 0, "commands", "1.0.0", "Tests", activate, deactivate,
    find_extension};

const commline_plugin *commline_plugin_entry(void) { return &plugin; }
