/*
 * driver.c - reads a meter that answers one question with one line. Put your protocol in its place.
 *
 *   we send     READ <CR><LF>
 *   it answers  A+ 1234.56 kWh <CR><LF>      or      ERR 7 <CR><LF>
 *
 * A session is a struct, and each event moves it on. Nothing here waits: the host calls again.
 */
#include "plugin.h"

#include "commline_json.h"

#include <stdlib.h>

enum { LINE_SIZE = 80, MOST_ITEMS = 64 };

struct commline_session {
    const commline_link *link;
    int64_t timeout_ms;
    int64_t attempts_left;
    uint32_t items[MOST_ITEMS]; /* the numbers under which the host asks for the reading */
    uint32_t item_count;
    uint32_t filled;
    char line[LINE_SIZE]; /* what has come of the answer, without its end */
};

static commline_text text(const char *string) {
    commline_text result = {string, (uint32_t)strlen(string), 0};
    return result;
}

/* Ends the session. `message` is a template's id in the manifest; items without an outcome share `code`. */
static void finish(commline_session *session, commline_code code, int32_t detail, const char *message) {
    commline_message why = {sizeof why, 0, text(message), text(""), text("")};
    session->link->finish(session->link, code, detail, &why);
}

/* Asks, or gives up where it has asked often enough. */
static void ask(commline_session *session) {
    static const uint8_t question[] = {'R', 'E', 'A', 'D', '\r', '\n'};
    commline_send send = {sizeof send, 0, {question, sizeof question, 0}, {NULL, 0, 0}, NULL, 0, 0};
    if (session->attempts_left == 0) {
        finish(session, COMMLINE_CODE_TIMEOUT, 0, "no-answer");
        return;
    }
    session->attempts_left -= 1;
    session->filled = 0;
    if (session->link->send(session->link, &send) != COMMLINE_OK
        || session->link->deadline(session->link, (uint32_t)session->timeout_ms) != COMMLINE_OK)
        finish(session, COMMLINE_CODE_INTERNAL, 0, "refused-by-host");
}

/* Reads "1234.56 kWh" as 123456 x 10^-2; what a record cannot hold exactly is refused. */
static bool read_value(const char *string, commline_record *record) {
    bool fraction = false;
    int digits = 0;
    for (; *string != '\0' && *string != ' '; string++) {
        if (*string == '.' && !fraction) {
            fraction = true;
        } else if (*string >= '0' && *string <= '9' && digits < 18) {
            record->mantissa = record->mantissa * 10 + (*string - '0');
            record->exponent -= fraction ? 1 : 0;
            digits += 1;
        } else {
            return false;
        }
    }
    return digits > 0 && strcmp(string, " kWh") == 0;
}

/* Emits the reading for each item that asked for it. */
static void answer(commline_session *session) {
    commline_record record;
    memset(&record, 0, sizeof record);
    record.size = sizeof record;
    record.kind = COMMLINE_RECORD_MEASUREMENT;
    record.value_kind = COMMLINE_VALUE_DECIMAL;
    record.archive = text("CURRENT");
    record.quantity = text("A+");
    record.tag = text("TOTAL");
    record.status = COMMLINE_STATUS_VALID;
    /* The meter tells no time: without COMMLINE_TIME_KNOWN the host takes its own and says so. */
    if (strncmp(session->line, "ERR ", 4) == 0) {
        finish(session, COMMLINE_CODE_OBJECT_UNDEFINED, atoi(session->line + 4), "no-reading");
        return;
    }
    if (strncmp(session->line, "A+ ", 3) != 0 || !read_value(session->line + 3, &record)) {
        finish(session, COMMLINE_CODE_DECODE, 0, "unreadable");
        return;
    }
    for (uint32_t index = 0; index < session->item_count; index++) {
        commline_outcome outcome = {sizeof outcome, session->items[index], 0, COMMLINE_STAGE_FINAL,
                                    COMMLINE_CODE_OK, 0, 0, NULL};
        record.item = session->items[index];
        if (session->link->emit(session->link, &record) != COMMLINE_OK
            || session->link->outcome(session->link, &outcome) != COMMLINE_OK) {
            finish(session, COMMLINE_CODE_INTERNAL, 0, "refused-by-host");
            return;
        }
    }
    session->link->finish(session->link, COMMLINE_CODE_OK, 0, NULL);
}

/* Gathers bytes, in whatever pieces they come, until the line is whole. */
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

static commline_session *refuse(commline_session *session, commline_error *error, commline_code code,
                                const char *reason) {
    free(session);
    error->code = code;
    if (error->text != NULL && strlen(reason) < error->text_capacity) strcpy(error->text, reason);
    return NULL;
}

/* A whole number among the protocol's settings; the host has checked it by the manifest's schema. */
static bool read_setting(const commline_request *request, const char *path, int64_t most, int64_t *number) {
    commline_text value;
    return !commline_json_find(request->json, path, &value)
           || (commline_json_integer(value, number) && *number >= 1 && *number <= most);
}

static commline_session *driver_open(const commline_request *request, const commline_link *link,
                                     commline_error *error) {
    commline_text items;
    commline_text item;
    commline_text value;
    commline_session *session = calloc(1, sizeof *session);
    if (session == NULL) return refuse(session, error, COMMLINE_CODE_INTERNAL, "no memory");
    session->link = link;
    session->timeout_ms = 5000;
    session->attempts_left = 3;
    if (!read_setting(request, "protocol/settings/__SYMBOL___TIMEOUT_MS", 600000, &session->timeout_ms)
        || !read_setting(request, "protocol/settings/__SYMBOL___ATTEMPTS", 10, &session->attempts_left))
        return refuse(session, error, COMMLINE_CODE_CONFIGURATION, "a setting is out of its range");
    if (!commline_json_find(request->json, "items", &items)) return session;
    for (uint32_t index = 0; commline_json_element(items, index, &item); index++) {
        int64_t number = 0;
        if (index == MOST_ITEMS) return refuse(session, error, COMMLINE_CODE_CONFIGURATION, "too many items");
        if (!commline_json_find(item, "number", &value) || !commline_json_integer(value, &number) || number < 0
            || number >= UINT32_MAX)
            return refuse(session, error, COMMLINE_CODE_INTERNAL, "an item without a number");
        session->items[session->item_count++] = (uint32_t)number;
    }
    return session;
}

static void driver_handle(commline_session *session, const commline_event *event) {
    switch (event->kind) {
    case COMMLINE_EVENT_CONNECTED: ask(session); break;
    case COMMLINE_EVENT_RECEIVED: receive(session, &event->bytes); break;
    case COMMLINE_EVENT_DEADLINE: ask(session); break;
    case COMMLINE_EVENT_DISCONNECTED:
        finish(session, event->code == COMMLINE_CODE_OK ? COMMLINE_CODE_TRANSPORT : event->code, 0, "lost");
        break;
    case COMMLINE_EVENT_CANCEL:
    case COMMLINE_EVENT_CLOSING: finish(session, COMMLINE_CODE_CANCELLED, 0, "cancelled"); break;
    default: break; /* a question of one line needs no YIELD, and unknown kinds are ignored */
    }
}

static void driver_close(commline_session *session) { free(session); }

const commline_driver driver = {sizeof driver, 0, driver_open, driver_handle, driver_close};
