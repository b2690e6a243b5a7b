/*
 * frozen_link.c - a driver that touches every function of the link and of the host, and notes the answers.
 *
 * A task connects twice, reads one line and finishes, or yields when it is asked to. A monitor completes each
 * command at once.
 */
#include "freestanding.h"

static const commline_host *the_host;

/* Notes "what n", where n is the status that was answered, as a positive number. */
static void tell(commline_session *session, commline_text what, commline_status status) {
    char line[LINE_SIZE];
    commline_message message;
    memset(&message, 0, sizeof message);
    memcpy(line, what.data, what.size);
    line[what.size] = ' ';
    line[what.size + 1] = (char)('0' - status);
    message.size = sizeof message;
    message.detail = (commline_text){line, what.size + 2, 0};
    session->link->note(session->link, COMMLINE_LEVEL_INFO, &message);
}

static void ask_host(commline_session *session) {
    const commline_link *link = session->link;
    uint64_t monotonic_ns = 0;
    int64_t wall_ms = 0;
    uint8_t bytes[16] = {0};
    tell(session, WORDS("now"), link->now(link, &monotonic_ns, &wall_ms));
    tell(session, WORDS("time is there"), monotonic_ns > 0 && wall_ms > 0 ? COMMLINE_OK : COMMLINE_INVALID);
    tell(session, WORDS("random"), link->random(link, bytes, sizeof bytes));
    tell(session, WORDS("no extension"), the_host->extension(the_host, "commline.none/1") ? -9 : COMMLINE_OK);
}

static void report(commline_session *session) {
    const commline_link *link = session->link;
    commline_text key = WORDS("key"), counter = WORDS("frame");
    commline_bytes value = {(const uint8_t *)"\1\2", 2, 0};
    commline_outcome outcome;
    commline_child child;
    uint64_t first = 0;
    commline_record record = reading(7);
    memset(&outcome, 0, sizeof outcome);
    outcome.size = sizeof outcome;
    outcome.stage = COMMLINE_STAGE_SENT;
    memset(&child, 0, sizeof child);
    child.size = sizeof child;
    child.number = 3;
    child.serial = WORDS("00003");
    tell(session, WORDS("emit"), link->emit(link, &record));
    tell(session, WORDS("outcome"), link->outcome(link, &outcome));
    tell(session, WORDS("progress"), link->progress(link, 0, 1, 2));
    tell(session, WORDS("inventory"), link->inventory(link, &child));
    tell(session, WORDS("remember"), link->remember(link, &key, &value));
    tell(session, WORDS("reserve"), link->reserve(link, &counter, 2, &first));
    tell(session, WORDS("first is 40"), first == 40 ? COMMLINE_OK : COMMLINE_INVALID);
}

static void connected(commline_session *session) {
    const commline_link *link = session->link;
    commline_line line = {sizeof line, 9600, 8, 0, 1, {0}};
    if (++session->step > 1) {
        tell(session, WORDS("send again"), send_words(session, WORDS("READ\n")));
        return;
    }
    ask_host(session);
    report(session);
    tell(session, WORDS("send"), send_words(session, WORDS("HELLO\n")));
    tell(session, WORDS("line"), link->line(link, &line));
    tell(session, WORDS("deadline"), link->deadline(link, 600000));
    tell(session, WORDS("reconnect"), link->reconnect(link, 1));
}

static void received(commline_session *session, const commline_event *event) {
    const commline_link *link = session->link;
    commline_outcome outcome;
    commline_message message;
    commline_record record;
    memset(&outcome, 0, sizeof outcome);
    memset(&message, 0, sizeof message);
    message.size = sizeof message;
    message.id = WORDS("done");
    message.parameters = WORDS("{\"lines\":1}");
    outcome.size = sizeof outcome;
    outcome.stage = COMMLINE_STAGE_FINAL;
    outcome.detail = -5;
    outcome.message = &message;
    tell(session, WORDS("redact"), link->redact(link, 0, 2));
    if (!gather(session, &event->bytes)) return;
    record = reading(digits(session->line));
    record.item = 0;
    tell(session, WORDS("emit"), link->emit(link, &record));
    tell(session, WORDS("final"), link->outcome(link, &outcome));
    link->finish(link, COMMLINE_CODE_OK, 12, &message);
}

static void driver_handle(commline_session *session, const commline_event *event) {
    const commline_link *link = session->link;
    commline_bytes checkpoint = {(const uint8_t *)"here", 4, 0};
    switch (event->kind) {
    case COMMLINE_EVENT_CONNECTED: connected(session); break;
    case COMMLINE_EVENT_RECEIVED: received(session, event); break;
    case COMMLINE_EVENT_DEADLINE: link->finish(link, COMMLINE_CODE_TIMEOUT, 0, NULL); break;
    case COMMLINE_EVENT_DISCONNECTED: link->finish(link, COMMLINE_CODE_TRANSPORT, 0, NULL); break;
    case COMMLINE_EVENT_COMMAND:
        tell(session, WORDS("complete"), link->complete(link, event->request_id, COMMLINE_CODE_OK, NULL));
        break;
    case COMMLINE_EVENT_YIELD: link->yielded(link, &checkpoint); break;
    case COMMLINE_EVENT_CANCEL:
    case COMMLINE_EVENT_CLOSING: link->finish(link, COMMLINE_CODE_CANCELLED, 0, NULL); break;
    default: break;
    }
}

static commline_session *driver_open(const commline_request *request, const commline_link *link,
                                     commline_error *error) {
    (void)request;
    return new_session(link, error);
}

static const commline_driver driver = {sizeof driver, 0, driver_open, driver_handle, session_close};

static const void *extension(const char *id) { return same(id, COMMLINE_EXT_DRIVER) ? &driver : NULL; }

static commline_status activate(const commline_host *host) {
    commline_text line = WORDS("frozen and alive");
    the_host = host;
    host->log(host, COMMLINE_LEVEL_DEBUG, &line);
    return COMMLINE_OK;
}

static void deactivate(void) {}

static const commline_plugin plugin = {sizeof plugin, COMMLINE_ABI_MAJOR, COMMLINE_ABI_MINOR, 0, "frozen-link",
                                       "1.0.0", "Commline", activate, deactivate, extension};

const commline_plugin *commline_plugin_entry(void) { return &plugin; }
