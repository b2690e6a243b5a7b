/*
 * example_driver.c - the smallest useful driver: one question, one line of an answer.
 *
 *   we send     READ <CR><LF>
 *   it answers  A+ 1234.56 kWh <CR><LF>      or      ERR 7 <CR><LF>
 *
 * It uses nothing but commline.h and the C library, and keeps all it knows in the session.
 */
#include "commline.h"

#include <stdlib.h>
#include <string.h>

enum { TIMEOUT_MS = 5000, ATTEMPTS = 3, LINE_SIZE = 80 };

struct commline_session {
    const commline_link *link;
    int attempts;
    uint32_t filled;
    char line[LINE_SIZE]; /* what has come of the answer, without its end */
};

static commline_text text(const char *string) {
    commline_text result = {string, (uint32_t)strlen(string), 0};
    return result;
}

/* Ends the session. `message` is a template's id in the manifest; the items share `code`. */
static void finish(commline_session *session, commline_code code, int32_t detail, const char *message) {
    commline_message why = {sizeof why, 0, text(message), text(""), text("")};
    session->link->finish(session->link, code, detail, &why);
}

static void ask(commline_session *session) {
    static const uint8_t request[] = {'R', 'E', 'A', 'D', '\r', '\n'};
    commline_send send = {sizeof send, 0, {request, sizeof request, 0}, {NULL, 0, 0}, NULL, 0, 0};
    session->filled = 0;
    session->attempts += 1;
    if (session->link->send(session->link, &send) != COMMLINE_OK
        || session->link->deadline(session->link, TIMEOUT_MS) != COMMLINE_OK)
        finish(session, COMMLINE_CODE_INTERNAL, 0, "refused-by-host");
}

/* Reads "1234.56 kWh" as 123456 x 10^-2; what a record cannot hold exactly is refused. */
static bool read_value(const char *text, commline_record *record) {
    bool fraction = false;
    int digits = 0;
    for (; *text != '\0' && *text != ' '; text++) {
        if (*text == '.' && !fraction) {
            fraction = true;
        } else if (*text >= '0' && *text <= '9' && digits < 18) {
            record->mantissa = record->mantissa * 10 + (*text - '0');
            record->exponent -= fraction ? 1 : 0;
            digits += 1;
        } else {
            return false;
        }
    }
    return digits > 0 && strcmp(text, " kWh") == 0;
}

static void answer(commline_session *session) {
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
    /* The meter tells no time: without COMMLINE_TIME_KNOWN the host takes its own and says so. */
    if (strncmp(session->line, "ERR ", 4) == 0)
        finish(session, COMMLINE_CODE_OBJECT_UNDEFINED, atoi(session->line + 4), "no-reading");
    else if (strncmp(session->line, "A+ ", 3) != 0 || !read_value(session->line + 3, &record))
        finish(session, COMMLINE_CODE_DECODE, 0, "unreadable");
    else if (session->link->emit(session->link, &record) != COMMLINE_OK)
        finish(session, COMMLINE_CODE_INTERNAL, 0, "refused-by-host");
    else
        session->link->finish(session->link, COMMLINE_CODE_OK, 0, NULL);
}

static void receive(commline_session *session, const commline_bytes *bytes) {
    for (uint32_t index = 0; index < bytes->size; index++) {
        char byte = (char)bytes->data[index];
        if (byte == '\n') {
            session->line[session->filled] = '\0';
            answer(session);
            return; /* the session is finished: no further action is legal */
        }
        if (session->filled == LINE_SIZE - 1) {
            finish(session, COMMLINE_CODE_PROTOCOL, 0, "line-too-long");
            return;
        }
        if (byte != '\r') session->line[session->filled++] = byte;
    }
}

static commline_session *driver_open(const commline_request *request, const commline_link *link,
                                     commline_error *error) {
    (void)request; /* the manifest offers one reading and no settings, so there is nothing to choose */
    commline_session *session = calloc(1, sizeof *session);
    if (session == NULL) error->code = COMMLINE_CODE_INTERNAL;
    else session->link = link;
    return session;
}

static void driver_handle(commline_session *session, const commline_event *event) {
    switch (event->kind) {
    case COMMLINE_EVENT_CONNECTED: ask(session); break;
    case COMMLINE_EVENT_RECEIVED: receive(session, &event->bytes); break;
    case COMMLINE_EVENT_DEADLINE:
        if (session->attempts < ATTEMPTS) ask(session);
        else finish(session, COMMLINE_CODE_TIMEOUT, 0, "no-answer");
        break;
    case COMMLINE_EVENT_DISCONNECTED:
        finish(session, event->code == COMMLINE_CODE_OK ? COMMLINE_CODE_TRANSPORT : event->code, 0, "lost");
        break;
    case COMMLINE_EVENT_CANCEL:
    case COMMLINE_EVENT_CLOSING: finish(session, COMMLINE_CODE_CANCELLED, 0, "cancelled"); break;
    default: break; /* a question of one line needs no YIELD, and unknown kinds are ignored */
    }
}

static void driver_close(commline_session *session) { free(session); }

static const commline_driver driver = {sizeof driver, 0, driver_open, driver_handle, driver_close};

static const void *find_extension(const char *id) {
#ifdef EXAMPLE_SIMULATOR
    extern const commline_simulator example_simulator; /* in example_simulator.c */
    if (strcmp(id, COMMLINE_EXT_SIMULATOR) == 0) return &example_simulator;
#endif
    return strcmp(id, COMMLINE_EXT_DRIVER) == 0 ? &driver : NULL;
}

static commline_status activate(const commline_host *host) { return host == NULL ? COMMLINE_INVALID : COMMLINE_OK; }
static void deactivate(void) {}

static const commline_plugin plugin = {
    sizeof plugin, COMMLINE_ABI_MAJOR, COMMLINE_ABI_MINOR, 0, "example-c", "1.0.0", "Commline", activate, deactivate,
    find_extension};

const commline_plugin *commline_plugin_entry(void) { return &plugin; }
