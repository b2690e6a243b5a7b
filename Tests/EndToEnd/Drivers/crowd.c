/*
 * crowd.c - the driver of many meters that share one address, for tests that look at a whole host.
 *
 *   it sends    READ 000123 0 <LF>      and awaits    A+ 1234.56 0 <LF>
 *
 * once for each of three steps: TOTAL, T1 and T2. The last number of an answer is its unit, an index into a
 * table; one that is beyond the table traps, as Swift does. The value of every record is the version of the
 * library (VALUE: 110 for 1.1.0), so that what was stored tells who has read it.
 */
#define OPEN crowd_open
#include "plugin.h"

#ifndef VALUE
#define VALUE 100
#endif

static const char *const units[] = {"kWh", "Wh"};
static const commline_text tags[] = {WORDS("TOTAL"), WORDS("T1"), WORDS("T2")};
#define STEPS (sizeof tags / sizeof tags[0])

/* A session and the number of its meter. */
struct meter {
    commline_session session;
    char serial[65];
};

static commline_session *OPEN(const commline_request *request, const commline_link *link, commline_error *error) {
    const char *name = "\"serialNumber\":\"";
    const char *serial = strstr(request->json.data, name);
    struct meter *meter = calloc(1, sizeof *meter);
    (void)error;
    if (meter == NULL || serial == NULL) {
        free(meter);
        return NULL;
    }
    serial += strlen(name);
    snprintf(meter->serial, sizeof meter->serial, "%.*s", (int)strcspn(serial, "\""), serial);
    meter->session.link = link;
    return &meter->session;
}

static void ask(commline_session *session) {
    const struct meter *meter = (const struct meter *)session;
    char line[80];
    snprintf(line, sizeof line, "READ %s %u\n", meter->serial, session->step);
    session->filled = 0;
    must(session, "send", send_line(session, line) == COMMLINE_OK);
    must(session, "deadline", session->link->deadline(session->link, 600000) == COMMLINE_OK);
}

static void take(commline_session *session) {
    long long whole = 0;
    unsigned hundredths = 0, unit = 0;
    if (sscanf(session->line, "A+ %lld.%2u %u", &whole, &hundredths, &unit) != 3) {
        finish(session, COMMLINE_CODE_DECODE);
        return;
    }
    if (unit >= sizeof units / sizeof units[0]) __builtin_trap();
    commline_record record = measurement(VALUE);
    record.tag = tags[session->step];
    must(session, "emit", session->link->emit(session->link, &record) == COMMLINE_OK);
    if (++session->step < STEPS)
        ask(session);
    else
        finish(session, COMMLINE_CODE_OK);
}

static bool act(commline_session *session, const commline_event *event) {
    if (at(event, COMMLINE_EVENT_CONNECTED)) {
        ask(session);
        return true;
    }
    if (!at(event, COMMLINE_EVENT_RECEIVED)) return false;
    for (uint32_t index = 0; index < event->bytes.size; index++) {
        char byte = (char)event->bytes.data[index];
        session->line[session->filled] = byte == '\n' ? '\0' : byte;
        if (byte == '\n')
            take(session);
        else if (session->filled < sizeof session->line - 1)
            session->filled++;
    }
    return true;
}
