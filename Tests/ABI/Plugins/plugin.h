/*
 * plugin.h - what the tiny plugins of this folder share: an ordinary driver of a line protocol.
 *
 *   it sends    READ <LF>           and awaits    A+ 1234.56 kWh <LF>
 *
 * then emits that record and finishes. Each plugin adds one thing, in `act`, which is called before an event
 * is served as usual, and with NULL inside open. Where `act` answers true, the event is dealt with.
 *
 * A plugin that defines ABUSE_AT acts only at events of that kind, and only for devices whose serial number
 * begins with BAD: one library serves good and bad devices in one host.
 */
#ifndef PLUGIN_H
#define PLUGIN_H

#include "commline.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HELPER static __attribute__((unused))
#define WORDS(string) ((commline_text){string, sizeof(string) - 1, 0})

struct commline_session {
    const commline_link *link;
    bool is_bad;
    unsigned step; /* the plugin's own */
    uint32_t filled;
    char line[80];
};

static bool act(commline_session *session, const commline_event *event);

/* For plugins whose sessions are ordinary. */
#define ORDINARY                                                             \
    static bool act(commline_session *session, const commline_event *event) { \
        (void)session, (void)event;                                          \
        return false;                                                        \
    }

HELPER bool at(const commline_event *event, commline_event_kind kind) {
    return event != NULL && event->kind == kind;
}

HELPER commline_text text(const char *string) { return (commline_text){string, (uint32_t)strlen(string), 0}; }

/* Writes a line of the task's journal. */
HELPER void say(commline_session *session, const char *format, ...) {
    char line[256];
    va_list values;
    va_start(values, format);
    vsnprintf(line, sizeof line, format, values);
    va_end(values);
    commline_message message = {sizeof message, 0, {NULL, 0, 0}, {NULL, 0, 0}, text(line)};
    session->link->note(session->link, COMMLINE_LEVEL_INFO, &message);
}

/* Notes what a call answered. */
HELPER void tell(commline_session *session, const char *what, commline_status status) {
    static const char *const names[] = {"OK", "INVALID", "TOO_MUCH", "UNSUPPORTED"};
    say(session, "%s: %s", what, status <= 0 && status > -4 ? names[-status] : "?");
}

/* Says nothing about what went as it must. */
HELPER void must(commline_session *session, const char *what, bool is_so) {
    if (!is_so) say(session, "unexpected: %s", what);
}

HELPER commline_send sending(const void *bytes, uint32_t size) {
    commline_send send = {sizeof send, 0, {bytes, size, 0}, {NULL, 0, 0}, NULL, 0, 0};
    return send;
}

HELPER commline_status send_line(commline_session *session, const char *line) {
    commline_send send = sending(line, (uint32_t)strlen(line));
    return session->link->send(session->link, &send);
}

HELPER commline_record measurement(int64_t mantissa) {
    commline_record record;
    memset(&record, 0, sizeof record);
    record.size = sizeof record;
    record.kind = COMMLINE_RECORD_MEASUREMENT;
    record.value_kind = COMMLINE_VALUE_DECIMAL;
    record.archive = WORDS("CURRENT");
    record.quantity = WORDS("A+");
    record.tag = WORDS("TOTAL");
    record.mantissa = mantissa;
    record.exponent = -2;
    record.item = COMMLINE_NO_ITEM;
    record.status = COMMLINE_STATUS_VALID;
    return record;
}

HELPER commline_outcome final_outcome(uint32_t item) {
    commline_outcome outcome = {sizeof outcome, item, 0, COMMLINE_STAGE_FINAL, COMMLINE_CODE_OK, 0, 0, NULL};
    return outcome;
}

HELPER void finish(commline_session *session, commline_code code) {
    session->link->finish(session->link, code, 0, NULL);
}

/* What came as the answer: one line. */
HELPER void read_answer(commline_session *session) {
    long long whole = 0, hundredths = 0;
    commline_record record;
    if (sscanf(session->line, "A+ %lld.%2lld kWh", &whole, &hundredths) != 2) {
        finish(session, COMMLINE_CODE_DECODE);
        return;
    }
    record = measurement(whole * 100 + hundredths);
    must(session, "emit", session->link->emit(session->link, &record) == COMMLINE_OK);
    finish(session, COMMLINE_CODE_OK);
}

HELPER void serve(commline_session *session, const commline_event *event) {
    switch (event->kind) {
    case COMMLINE_EVENT_CONNECTED:
        session->filled = 0;
        must(session, "send", send_line(session, "READ\n") == COMMLINE_OK);
        must(session, "deadline", session->link->deadline(session->link, 600000) == COMMLINE_OK);
        break;
    case COMMLINE_EVENT_RECEIVED:
        for (uint32_t index = 0; index < event->bytes.size; index++) {
            char byte = (char)event->bytes.data[index];
            session->line[session->filled] = byte == '\n' ? '\0' : byte;
            if (byte == '\n') {
                read_answer(session);
                return;
            }
            if (session->filled < sizeof session->line - 1) session->filled++;
        }
        break;
    case COMMLINE_EVENT_DEADLINE: finish(session, COMMLINE_CODE_TIMEOUT); break;
    case COMMLINE_EVENT_DISCONNECTED: finish(session, COMMLINE_CODE_TRANSPORT); break;
    case COMMLINE_EVENT_CANCEL:
    case COMMLINE_EVENT_CLOSING: finish(session, COMMLINE_CODE_CANCELLED); break;
    default: break;
    }
}

HELPER bool serves_bad(const commline_request *request) {
    return strstr(request->json.data, "\"serialNumber\":\"BAD") != NULL;
}

HELPER commline_session *plain_open(const commline_request *request, const commline_link *link,
                                    commline_error *error) {
    commline_session *session = calloc(1, sizeof *session);
    (void)error;
    if (session == NULL) return NULL;
    session->link = link;
    session->is_bad = serves_bad(request);
#ifndef ABUSE_AT
    act(session, NULL);
#endif
    return session;
}

HELPER void plain_handle(commline_session *session, const commline_event *event) {
#ifdef ABUSE_AT
    bool acts = session->is_bad && event->kind == ABUSE_AT;
#else
    bool acts = true;
#endif
    if (!acts || !act(session, event)) serve(session, event);
}

HELPER void plain_close(commline_session *session) { free(session); }
HELPER commline_status plain_activate(const commline_host *host) { return host ? COMMLINE_OK : COMMLINE_INVALID; }
HELPER void plain_deactivate(void) {}

/* A plugin that has one of these of its own defines the macro before it includes this file. */
#ifndef OPEN
#define OPEN plain_open
#else
static commline_session *OPEN(const commline_request *, const commline_link *, commline_error *);
#endif
#ifndef HANDLE
#define HANDLE plain_handle
#endif
#ifndef CLOSE
#define CLOSE plain_close
#else
static void CLOSE(commline_session *);
#endif
#ifndef ACTIVATE
#define ACTIVATE plain_activate
#else
static commline_status ACTIVATE(const commline_host *);
#endif
#ifndef EXTENSION
#define EXTENSION plain_extension
#else
static const void *EXTENSION(const char *);
#endif
#ifndef PLUGIN_VERSION
#define PLUGIN_VERSION "1.0.0"
#endif
#ifndef DRIVER_SIZE
#define DRIVER_SIZE sizeof(commline_driver)
#endif
#ifndef PLUGIN_SIZE
#define PLUGIN_SIZE sizeof(commline_plugin)
#endif
#ifndef MAJOR
#define MAJOR COMMLINE_ABI_MAJOR
#endif
#ifndef MINOR
#define MINOR COMMLINE_ABI_MINOR
#endif

HELPER const commline_driver driver = {DRIVER_SIZE, 0, OPEN, HANDLE, CLOSE};

HELPER const void *plain_extension(const char *id) {
    return strcmp(id, COMMLINE_EXT_DRIVER) == 0 ? &driver : NULL;
}

HELPER const commline_plugin plugin = {PLUGIN_SIZE, MAJOR, MINOR, 0, PLUGIN_ID, PLUGIN_VERSION, "Tests",
                                       ACTIVATE, plain_deactivate, EXTENSION};

#ifndef OWN_ENTRY
const commline_plugin *commline_plugin_entry(void) { return &plugin; }
#endif
#endif
