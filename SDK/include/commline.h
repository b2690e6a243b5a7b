/*
 * commline.h - the driver ABI of Commline, version 1.0
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A driver is a sans-I/O state machine. The host owns every socket, serial port, timer, thread, journal
 * and database; it hands a driver EVENTS (connected, bytes arrived, deadline passed, cancelled) and the
 * driver answers with ACTIONS on a link (send bytes, set a deadline, emit a record, finish). A plugin is
 * one shared library with one exported symbol, `commline_plugin_entry`, beside one JSON manifest.
 *
 * HOW TO READ THIS FILE
 *   1. Rules and symbolic threads        7.  commline.driver/1
 *   2. Numbers: statuses, codes, stages  8.  commline.inbound/1, commline.transport/1
 *   3. Texts, bytes, errors, records     9.  commline.uplink/1
 *   4. Requests and events               10. commline.source/1
 *   5. Sending, outcomes, children       11. commline.simulator/1
 *   6. The link: a session's actions     12. Host, plugin, entry
 *
 * RULES THAT KEEP IT STABLE
 *   - One exported symbol. Everything else is reached through tables of function pointers; a plugin needs
 *     no symbol of the host.
 *   - Function tables are frozen: a new ability is a new extension id. Structs that carry data begin with
 *     `size`, in bytes, set by whoever made the struct; a reader touches a field only where `size` covers
 *     it; fields are only ever appended. `reserved` fields are written as 0 and not read.
 *   - `abi_major` must be equal; `abi_minor` may differ either way and the lower one counts.
 *   - An unknown kind, flag or constant is answered with COMMLINE_UNSUPPORTED (or ignored where its
 *     comment says so), never with undefined behaviour.
 *   - Pointers in arguments are borrowed until the call returns, in both directions. No memory crosses
 *     the border for the other side to free. Strings in a plugin's own tables are static.
 *   - Texts are UTF-8 with an explicit size. Those that the host gives are NUL-terminated as well; those
 *     that a plugin gives need not be. Cold data travels as JSON described by the manifest.
 *   - No exception, no `errno`, no `FILE *` and no type of any language but C crosses the border.
 *   - The host never unloads a library, and never puts two versions of one into a process.
 *
 * SYMBOLIC THREADS (each function pointer bears exactly one tag)
 *   [session]  any OS thread, but never two at once for one session, and with a happens-before from one
 *              call to the next. Must return within 1 ms (100 ms is logged, a hang ends the worker).
 *   [worker]   a thread of the plugin's own process that may block: sources only.
 *   [any]      any thread at any time, also two at once.
 *   [load]     once per process, while the library is being loaded; nothing else runs in the plugin.
 *
 * Calls of the LINK are legal only inside a callback of the session that the link belongs to. Each is
 * answered at once and locally: none waits for the host's disk, network or another process.
 */
#ifndef COMMLINE_H
#define COMMLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define COMMLINE_ABI_MAJOR 1
#define COMMLINE_ABI_MINOR 0

#if defined(__GNUC__) || defined(__clang__)
#define COMMLINE_EXPORT __attribute__((visibility("default")))
#else
#define COMMLINE_EXPORT
#endif

/* ------------------------------------------------------------------------------------------------ *
 * 2. Numbers
 * ------------------------------------------------------------------------------------------------ */

/* What a call across the border answers. */
typedef int32_t commline_status;
#define COMMLINE_OK ((commline_status)0)
#define COMMLINE_INVALID ((commline_status)-1)     /* a broken contract: null, bad range, wrong moment */
#define COMMLINE_TOO_MUCH ((commline_status)-2)    /* a fixed limit of one callback is used up */
#define COMMLINE_UNSUPPORTED ((commline_status)-3) /* unknown kind, or an ability this side lacks */

/* Why something failed. One registry for sessions, items, runs and the REST API. A driver adds its own
 * detail code where one helps; the detail never changes what the host does. */
typedef int32_t commline_code;
#define COMMLINE_CODE_OK ((commline_code)0)
#define COMMLINE_CODE_TRANSPORT ((commline_code)1)        /* the connection is lost or was refused */
#define COMMLINE_CODE_TIMEOUT ((commline_code)2)          /* no complete answer in time */
#define COMMLINE_CODE_PROTOCOL ((commline_code)3)         /* the peer broke its protocol */
#define COMMLINE_CODE_AUTHENTICATION ((commline_code)4)   /* wrong password or key, or a wrong answer to ours */
#define COMMLINE_CODE_ACCESS_DENIED ((commline_code)5)    /* the device knows us and refuses this */
#define COMMLINE_CODE_OBJECT_UNDEFINED ((commline_code)6) /* the device has no such parameter */
#define COMMLINE_CODE_DECODE ((commline_code)7)           /* an answer that is no value of its kind */
#define COMMLINE_CODE_CONFIGURATION ((commline_code)8)    /* settings that cannot work; a retry is useless */
#define COMMLINE_CODE_BUSY ((commline_code)9)             /* the device serves somebody else */
#define COMMLINE_CODE_CANCELLED ((commline_code)10)       /* a person or a schedule ended it */
#define COMMLINE_CODE_STORE ((commline_code)11)           /* the host's store; not the device's failure */
#define COMMLINE_CODE_PLUGIN_CRASHED ((commline_code)12)  /* set by the host only */
#define COMMLINE_CODE_INDETERMINATE ((commline_code)13)   /* a command was sent, its effect is unknown */
#define COMMLINE_CODE_INTERNAL ((commline_code)14)        /* a defect of the driver or of the host */

/* Levels of notes and log lines. */
typedef uint32_t commline_level;
#define COMMLINE_LEVEL_TRACE ((commline_level)0)
#define COMMLINE_LEVEL_DEBUG ((commline_level)1)
#define COMMLINE_LEVEL_INFO ((commline_level)2)
#define COMMLINE_LEVEL_WARNING ((commline_level)3)
#define COMMLINE_LEVEL_ERROR ((commline_level)4)

/* Stages of an item. A read goes straight to FINAL; a command that acts on the world passes SENT before
 * the frame that acts leaves (send that frame with COMMLINE_SEND_AFTER_STORED). */
typedef uint32_t commline_stage;
#define COMMLINE_STAGE_SENT ((commline_stage)1)     /* about to act: from here a lost session is indeterminate */
#define COMMLINE_STAGE_ACCEPTED ((commline_stage)2) /* the device confirmed it */
#define COMMLINE_STAGE_VERIFIED ((commline_stage)3) /* it was read back and compared */
#define COMMLINE_STAGE_FINAL ((commline_stage)4)    /* the item is done; its code tells how */

/* ------------------------------------------------------------------------------------------------ *
 * 3. Texts, bytes, errors, records
 * ------------------------------------------------------------------------------------------------ */

/* UTF-8 text. `data` may be NULL only where `size` is 0. */
typedef struct commline_text {
    const char *data;
    uint32_t size; /* bytes, without a terminating NUL */
    uint32_t reserved;
} commline_text;

/* Bytes. `data` may be NULL only where `size` is 0. */
typedef struct commline_bytes {
    const uint8_t *data;
    uint32_t size;
    uint32_t reserved;
} commline_bytes;

/* A stretch of bytes that no journal may show. */
typedef struct commline_range {
    uint32_t offset;
    uint32_t size;
} commline_range;

/* A text for people: the id of a template in the manifest and the values for its {names} as a JSON
 * object. Where `id` is empty, `detail` is shown as it is. The host blanks known secrets in all of it. */
typedef struct commline_message {
    uint32_t size;
    uint32_t reserved;
    commline_text id;
    commline_text parameters; /* JSON object, or empty */
    commline_text detail;     /* free text, or empty */
} commline_message;

/* Why `open` refused, filled by the plugin in a struct that the host zeroed and sized. `text` belongs to
 * the host, so that nothing has to be freed: write at most its capacity, and a terminating NUL. */
typedef struct commline_error {
    uint32_t size;
    commline_code code;
    int32_t detail;
    uint32_t text_capacity; /* bytes at `text`, NUL included; 1024 or more */
    char *text;
} commline_error;

/* What a record is. */
typedef uint32_t commline_record_kind;
#define COMMLINE_RECORD_MEASUREMENT ((commline_record_kind)1)
#define COMMLINE_RECORD_EVENT ((commline_record_kind)2)
#define COMMLINE_RECORD_STATE ((commline_record_kind)3)

/* How a value is given. Binary floats of the wire become the shortest decimal that reads back the same
 * in their own format; NaN and infinities are ABSENT; what does not fit is an item outcome DECODE. */
typedef uint32_t commline_value_kind;
#define COMMLINE_VALUE_ABSENT ((commline_value_kind)0)
#define COMMLINE_VALUE_DECIMAL ((commline_value_kind)1)  /* `mantissa` x 10^`exponent` */
#define COMMLINE_VALUE_UNSIGNED ((commline_value_kind)2) /* `bits` as an unsigned number */
#define COMMLINE_VALUE_BITS ((commline_value_kind)3)     /* `bits` as flags */
#define COMMLINE_VALUE_TEXT ((commline_value_kind)4)     /* `text` */
#define COMMLINE_VALUE_JSON ((commline_value_kind)5)     /* `text` holds JSON: values of states */

/* What is known of a record's time. Without KNOWN the host uses its own time of receipt and says so. */
#define COMMLINE_TIME_KNOWN 1u
#define COMMLINE_TIME_OFFSET_KNOWN 2u
#define COMMLINE_TIME_SUMMER 4u
#define COMMLINE_TIME_INVALID 8u   /* the device doubts its own clock */
#define COMMLINE_TIME_FROM_HOST 16u

/* Status bits of a measurement. Bits 32..63 are the driver's own, described in its manifest. */
#define COMMLINE_STATUS_VALID (1ull << 0)
#define COMMLINE_STATUS_ABSENT (1ull << 1)
#define COMMLINE_STATUS_OVERFLOW (1ull << 2)
#define COMMLINE_STATUS_BLOCKED (1ull << 3)
#define COMMLINE_STATUS_SUBSTITUTED (1ull << 4)
#define COMMLINE_STATUS_NOT_TOPICAL (1ull << 5)
#define COMMLINE_STATUS_INVALID (1ull << 6)
#define COMMLINE_STATUS_CARRY (1ull << 7)
#define COMMLINE_STATUS_ADJUSTED (1ull << 8) /* the counter was set by somebody */
#define COMMLINE_STATUS_ELAPSED_TIME_INVALID (1ull << 9)
#define COMMLINE_STATUS_INCOMPLETE (1ull << 10)
#define COMMLINE_STATUS_TIME_CORRECTED (1ull << 11)
#define COMMLINE_STATUS_THROUGH_INTERMEDIATE (1ull << 12)
#define COMMLINE_STATUS_BY_HAND (1ull << 13)
#define COMMLINE_STATUS_POWER_FAILURE (1ull << 14)
#define COMMLINE_STATUS_CLOCK_INVALID (1ull << 15)
#define COMMLINE_STATUS_DAYLIGHT_SAVING (1ull << 16)
#define COMMLINE_STATUS_CLOCK_ADJUSTED (1ull << 17)
#define COMMLINE_STATUS_DATA_NOT_VALID (1ull << 18)
#define COMMLINE_STATUS_TEST_MODE (1ull << 19)
#define COMMLINE_STATUS_DUPLICATE (1ull << 20)
#define COMMLINE_STATUS_DERIVED (1ull << 21)

/* Flags of a record. */
#define COMMLINE_RECORD_HAS_INTERVAL_END 1u /* `interval_end_ms` is the key; `time_ms` the stamp as given */
#define COMMLINE_RECORD_HAS_INDEX 2u        /* `index` is the device's own number of the event */

/* One record. Which fields count depends on `kind`:
 *   MEASUREMENT  archive, quantity, tag, value, status
 *   EVENT        archive = journal symbol, quantity = event type symbol (may be empty), event_code,
 *                text = JSON object of parameters (may be empty), index
 *   STATE        archive = state archive symbol, quantity = type symbol, value (text or JSON)
 * `child` names a device behind this one by its serial number or address; empty for the device itself. */
typedef struct commline_record {
    uint32_t size;
    commline_record_kind kind;
    commline_value_kind value_kind;
    uint32_t flags;
    commline_text archive;
    commline_text quantity;
    commline_text tag;
    commline_text child;
    int64_t time_ms;         /* since 1970-01-01T00:00:00Z */
    int64_t interval_end_ms; /* nominal end, exclusive, same scale */
    uint32_t time_flags;
    int32_t offset_minutes; /* of local time from UTC, east positive */
    int64_t mantissa;
    int32_t exponent; /* -128..127 */
    uint32_t item;    /* the request's item that asked for it, or COMMLINE_NO_ITEM */
    uint64_t bits;
    uint64_t status;
    uint64_t request_id; /* the monitor command it answers, or 0 */
    uint32_t event_code;
    uint32_t reserved;
    uint64_t index;
    commline_text text;
} commline_record;

#define COMMLINE_NO_ITEM UINT32_MAX

/* ------------------------------------------------------------------------------------------------ *
 * 4. Requests and events
 * ------------------------------------------------------------------------------------------------ */

/* How a session lives. */
typedef uint32_t commline_mode;
#define COMMLINE_MODE_TASK ((commline_mode)1)    /* serves its items, then finishes by itself */
#define COMMLINE_MODE_MONITOR ((commline_mode)2) /* stays open; serves commands; finishes when told to close */

/* What a session is asked to do. `json` is one object:
 *
 *   { "device":   { "uuid", "serialNumber", "type", "attributes": {…}, "children": […],
 *                   "timeZone": { "name", "offsets": [[fromMs, minutes], …] } },
 *     "protocol": { "type", "settings": {…} },   "channel": { "type", "settings": {…} },
 *     "commline": { "deviceLib", "protocolMap", "address" },
 *     "mode": "task" | "monitor",
 *     "items": [ { "number", "kind": "archive" | "journal" | "state" | "command",
 *                  "archive" | "journal" | "state" | "command": symbol,
 *                  "quantities": [symbol, …], "tags": [symbol, …], "from": ms, "to": ms,
 *                  "parameters": {…}, "child": text } … ],
 *     "memory":   { key: base64, … },  "checkpoint": base64 }
 *
 * Members that do not apply are left out. A period is [from, to) in UTC, over nominal interval ends. An
 * item without "tags" asks for all that the device has; named ones that it lacks are the item's outcome
 * OBJECT_UNDEFINED, with what does exist emitted all the same. Settings are those of the manifest's
 * schema, defaults filled in; a number may also be written as a text, because older systems keep them so.
 * A `memory` snapshot is that of the moment of opening. `file` holds what the request is about where that
 * is large, a firmware image. `monotonic_ns` and `wall_ms` are the moment of opening, for which now()
 * inside open answers as well. */
typedef struct commline_request {
    uint32_t size;
    commline_mode mode;
    commline_text json;
    int32_t file;       /* a sealed read-only memory file, or -1; borrowed until close() */
    uint32_t item_count;
    uint64_t file_size; /* bytes */
    uint64_t monotonic_ns;
    int64_t wall_ms;
} commline_request;

/* What happened.
 *
 * CONNECTED comes first, or DISCONNECTED where no connection could be made. After DISCONNECTED a driver
 * calls reconnect or finish; a session that does neither and has no deadline waits until it is closed by
 * force. RECEIVED brings bytes as they came: a frame may come in pieces, several may come at once, and
 * nothing between two events means anything. CANCEL and CLOSING want the session to end: a driver says
 * goodbye to the device where its protocol has one, within the grace, and calls finish. */
typedef uint32_t commline_event_kind;
#define COMMLINE_EVENT_CONNECTED ((commline_event_kind)1)    /* flags, peer, bytes = state handed over */
#define COMMLINE_EVENT_RECEIVED ((commline_event_kind)2)     /* bytes, peer (datagrams) */
#define COMMLINE_EVENT_WRITABLE ((commline_event_kind)3)     /* all sent bytes have left the host */
#define COMMLINE_EVENT_DEADLINE ((commline_event_kind)4)     /* the session's one timer passed */
#define COMMLINE_EVENT_DISCONNECTED ((commline_event_kind)5) /* code = reason */
#define COMMLINE_EVENT_COMMAND ((commline_event_kind)6)      /* monitor: request_id, text = JSON with items */
#define COMMLINE_EVENT_CANCEL ((commline_event_kind)7)       /* request_id, or 0 for the whole session */
#define COMMLINE_EVENT_YIELD ((commline_event_kind)8)        /* stop at the next safe point; grace_ms */
#define COMMLINE_EVENT_CLOSING ((commline_event_kind)9)      /* say goodbye and finish; grace_ms, then forced */
#define COMMLINE_EVENT_CREDIT ((commline_event_kind)10)      /* an action refused with TOO_MUCH may be tried again */

/* Flags of CONNECTED. */
#define COMMLINE_CONNECTED_REUSED 1u   /* the connection served another session before */
#define COMMLINE_CONNECTED_DATAGRAM 2u /* each send is one datagram; otherwise a stream */
#define COMMLINE_CONNECTED_HANDED_OVER 4u /* from an inbound session; `bytes` is its state */
#define COMMLINE_CONNECTED_SEVEN_BIT 8u   /* the channel carries 7E1: the eighth bit is parity */

/* One event. Fields that a kind does not name are zero. A reader ignores kinds it does not know. */
typedef struct commline_event {
    uint32_t size;
    commline_event_kind kind;
    uint64_t monotonic_ns; /* taken at the socket or the timer */
    int64_t wall_ms;       /* since 1970-01-01T00:00:00Z, same moment */
    uint64_t request_id;
    commline_bytes bytes;
    commline_text peer; /* "192.0.2.7:4059" */
    commline_text text; /* JSON or UTF-8, as the kind says */
    uint32_t flags;
    commline_code code;
    uint32_t grace_ms;
    uint32_t largest_datagram; /* bytes that one datagram may carry */
} commline_event;

/* ------------------------------------------------------------------------------------------------ *
 * 5. Sending, outcomes, children
 * ------------------------------------------------------------------------------------------------ */

/* Flags of a send. */
/* Not before all records, outcomes and memory so far are on disk; later bytes wait as well. */
#define COMMLINE_SEND_AFTER_STORED 1u
/* The journal keeps length and digest only. */
#define COMMLINE_SEND_BULK 2u

typedef struct commline_send {
    uint32_t size;
    uint32_t flags;
    commline_bytes bytes;          /* copied before the call returns */
    commline_text peer;            /* datagrams: where to; empty: the channel's peer */
    const commline_range *secrets; /* blanked in every journal */
    uint32_t secret_count;
    uint32_t reserved;
} commline_send;

/* The fate of one item, or the result of a finish. */
typedef struct commline_outcome {
    uint32_t size;
    uint32_t item; /* as numbered in the request or the command */
    uint64_t request_id;
    commline_stage stage;
    commline_code code;
    int32_t detail; /* the driver's own code, 0 for none */
    uint32_t reserved;
    const commline_message *message; /* or NULL */
} commline_outcome;

/* A device found behind this one. */
typedef struct commline_child {
    uint32_t size;
    uint32_t number; /* position behind the concentrator */
    commline_text serial;
    commline_text type;
    commline_text address;
    commline_text json; /* further facts as an object, or empty */
} commline_child;

/* Serial line parameters. */
typedef struct commline_line {
    uint32_t size;
    uint32_t baud; /* 300..921600 */
    uint8_t data_bits; /* 7 or 8 */
    uint8_t parity;    /* 0 none, 1 odd, 2 even */
    uint8_t stop_bits; /* 1 or 2 */
    uint8_t reserved[5];
} commline_line;

/* ------------------------------------------------------------------------------------------------ *
 * 6. The link: a session's actions
 * ------------------------------------------------------------------------------------------------ */

/* Fixed limits of one callback; beyond them an action answers COMMLINE_TOO_MUCH and has no effect.
 * Retry after the COMMLINE_EVENT_CREDIT that follows. What is too large by itself (one text, one key, all
 * of a device's memory) is answered so as well, but no CREDIT follows. */
#define COMMLINE_LIMIT_SEND_BYTES 1048576u /* queued and unsent, a session */
#define COMMLINE_LIMIT_RECORDS 4096u       /* records a callback */
#define COMMLINE_LIMIT_NOTES 256u          /* notes a callback */
#define COMMLINE_LIMIT_TEXT 65536u         /* bytes of one text */
#define COMMLINE_LIMIT_MEMORY 65536u       /* bytes of a device's memory, keys included */
#define COMMLINE_LIMIT_KEY 128u            /* bytes of a key */

/* The actions of one session. The table and everything behind it stay valid from `open` until `close`
 * returns. Every function is legal only inside a callback of this session, takes effect in the order of
 * the calls, and answers OK, INVALID, TOO_MUCH or UNSUPPORTED at once. [session] for all of them. */
typedef struct commline_link commline_link;
struct commline_link {
    uint32_t size;
    uint32_t reserved;
    void *host; /* the host's own; a plugin leaves it alone */

    /* Queues bytes for the wire. INVALID while not connected, and inside open; TOO_MUCH where more than
     * COMMLINE_LIMIT_SEND_BYTES would wait: go on at the next WRITABLE or CREDIT. [session] */
    commline_status (*send)(const commline_link *link, const commline_send *send);

    /* Blanks a stretch of the bytes of the RECEIVED event being handled in every journal. INVALID beyond
     * them, and in any other event. [session] */
    commline_status (*redact)(const commline_link *link, uint32_t offset, uint32_t size);

    /* Sets the session's one timer to `milliseconds` from this event's time; UINT32_MAX clears it. Once
     * it returns, no earlier deadline is delivered. 0 is legal: DEADLINE comes as soon as what else is
     * there was delivered. The timer is over once DEADLINE was delivered. [session] */
    commline_status (*deadline)(const commline_link *link, uint32_t milliseconds);

    /* Gives the event's own times, so that a recorded session replays exactly. [session] */
    commline_status (*now)(const commline_link *link, uint64_t *monotonic_ns, int64_t *wall_ms);

    /* Fills `size` bytes, at most 4096, from the host's random generator; recorded for replay. [session] */
    commline_status (*random)(const commline_link *link, uint8_t *bytes, uint32_t size);

    /* Hands over one record. Never fails because the store is slow: the host then delivers no further
     * bytes and stops the session's deadlines until it has caught up. INVALID for an item or a command
     * that there is not; TOO_MUCH after COMMLINE_LIMIT_RECORDS in one callback. [session] */
    commline_status (*emit)(const commline_link *link, const commline_record *record);

    /* Reports the stage of an item. After FINAL the item is closed: any further outcome of it is INVALID,
     * and so is one of an item that nobody asked for. [session] */
    commline_status (*outcome)(const commline_link *link, const commline_outcome *outcome);

    /* Writes a line of the task's journal, in the words of the manifest's template. TOO_MUCH after
     * COMMLINE_LIMIT_NOTES in one callback. [session] */
    commline_status (*note)(const commline_link *link, commline_level level, const commline_message *message);

    /* Reports progress of a request (0: the session): `done` of `total`, in the driver's own unit. [session] */
    commline_status (*progress)(const commline_link *link, uint64_t request_id, uint32_t done, uint32_t total);

    /* Reports a device behind this one. [session] */
    commline_status (*inventory)(const commline_link *link, const commline_child *child);

    /* Sets one key of the device's durable memory; empty bytes delete it. On disk together with the
     * records before it; the next session's request has it under "memory". [session] */
    commline_status (*remember)(const commline_link *link, const commline_text *key, const commline_bytes *bytes);

    /* Takes `count` numbers from a durable counter of the device and gives the first; none is ever given
     * twice, whatever happens to the host. TOO_MUCH: none is at hand now, wait for CREDIT. [session] */
    commline_status (*reserve)(const commline_link *link, const commline_text *counter, uint32_t count, uint64_t *first);

    /* Sets speed and framing of a serial line once the wire is empty; deadlines set in the same callback
     * count from there. UNSUPPORTED where the channel is no serial line. [session] */
    commline_status (*line)(const commline_link *link, const commline_line *parameters);

    /* Drops unsent bytes and the connection, and connects again after `milliseconds`. Nothing of the old
     * connection is delivered afterwards; CONNECTED or DISCONNECTED follows. [session] */
    commline_status (*reconnect)(const commline_link *link, uint32_t milliseconds);

    /* Ends a command of a monitor session. [session] */
    commline_status (*complete)(const commline_link *link, uint64_t request_id, commline_code code,
                                const commline_message *message);

    /* Ends the session, exactly once. Bytes already sent are drained for up to 2 s. Items without an
     * outcome share `code`. No event but close() follows. [session] */
    commline_status (*finish)(const commline_link *link, commline_code code, int32_t detail,
                              const commline_message *message);

    /* Ends the session as finish does, without counting an attempt; `checkpoint` (at most 64 KiB) comes
     * back in the request of the session that continues. [session] */
    commline_status (*yielded)(const commline_link *link, const commline_bytes *checkpoint);
};

/* ------------------------------------------------------------------------------------------------ *
 * 7. commline.driver/1: a session with a device
 * ------------------------------------------------------------------------------------------------ */

#define COMMLINE_EXT_DRIVER "commline.driver/1"

/* The plugin's own; the host never looks inside. */
typedef struct commline_session commline_session;

typedef struct commline_driver {
    uint32_t size;
    uint32_t reserved;

    /* Opens a session. Does no I/O. `request` is borrowed until this returns; `link` stays valid until
     * close(). Answers NULL with `error` filled when the request cannot be served. Actions on the link
     * are legal here, except send. [session] */
    commline_session *(*open)(const commline_request *request, const commline_link *link, commline_error *error);

    /* Delivers one event; the only way in. `event` and all that it points to are borrowed. [session] */
    void (*handle)(commline_session *session, const commline_event *event);

    /* Ends a session: always called, once, for each non-NULL open. The link is dead afterwards. [session] */
    void (*close)(commline_session *session);
} commline_driver;

/* ------------------------------------------------------------------------------------------------ *
 * 8. Devices that call us, and layers
 * ------------------------------------------------------------------------------------------------ */

#define COMMLINE_EXT_INBOUND "commline.inbound/1"

/* A connection, or the first datagram of a peer, on a listener. */
typedef struct commline_arrival {
    uint32_t size;
    uint32_t flags; /* COMMLINE_CONNECTED_DATAGRAM */
    commline_text listener; /* the manifest's id of the listener's kind */
    commline_text settings; /* JSON: the listener's settings */
    commline_text peer;
    uint64_t monotonic_ns;
    int64_t wall_ms;
} commline_arrival;

/* What an inbound session may say beside its link's actions. */
typedef struct commline_inbound_link commline_inbound_link;
struct commline_inbound_link {
    uint32_t size;
    uint32_t reserved;
    const commline_link *link;

    /* Names who is calling. `kind` is "serial", "imei", "engine", "address" or one of the manifest's own.
     * Records emitted without it wait for it. When work waits, the connection goes to a driver's session
     * with the unread bytes and `state`, which stands in that session's CONNECTED event. [session] */
    commline_status (*identified)(const commline_inbound_link *inbound, const commline_text *kind,
                                  const commline_text *value, const commline_bytes *state);

    /* Closes the connection; the reason goes to the listener's log. [session] */
    commline_status (*refuse)(const commline_inbound_link *inbound, const commline_message *reason);

    /* Says that these bytes are not of this plugin: the next claimant gets them. INVALID once this
     * session has sent anything. [session] */
    commline_status (*foreign)(const commline_inbound_link *inbound);
};

typedef struct commline_inbound {
    uint32_t size;
    uint32_t reserved;

    /* Opens a session for somebody who called; as commline_driver.open. Between two driver sessions it
     * goes on receiving: keep-alives, last gasps, unsolicited events. [session] */
    commline_session *(*open_inbound)(const commline_arrival *arrival, const commline_inbound_link *inbound,
                                      commline_error *error);

    /* As commline_driver.handle. [session] */
    void (*handle)(commline_session *session, const commline_event *event);

    /* As commline_driver.close. [session] */
    void (*close)(commline_session *session);
} commline_inbound;

#define COMMLINE_EXT_TRANSPORT "commline.transport/1"

/* A layer between the channel and a driver; the plugin's own. */
typedef struct commline_layer commline_layer;

/* What a layer may do, only inside its own callbacks. */
typedef struct commline_layer_link commline_layer_link;
struct commline_layer_link {
    uint32_t size;
    uint32_t reserved;
    void *host;

    /* Sends bytes towards the device. [session] */
    commline_status (*send_lower)(const commline_layer_link *link, const commline_send *send);

    /* Delivers bytes to what stands above: the next layer or the driver. [session] */
    commline_status (*deliver_upper)(const commline_layer_link *link, const commline_bytes *bytes);

    /* Says that the layer is ready: what stands above is CONNECTED now. [session] */
    commline_status (*up)(const commline_layer_link *link);

    /* Says that the layer is lost, with a reason for the journal: what stands above is DISCONNECTED. [session] */
    commline_status (*down)(const commline_layer_link *link, commline_code code, const commline_message *reason);

    /* As commline_inbound_link.identified, for layers that learn who is there. [session] */
    commline_status (*identified)(const commline_layer_link *link, const commline_text *kind,
                                  const commline_text *value);

    /* Emits a record about the device at the other end, as a modem's signal level. [session] */
    commline_status (*emit)(const commline_layer_link *link, const commline_record *record);

    /* The layer's own timer, as commline_link.deadline. [session] */
    commline_status (*deadline)(const commline_layer_link *link, uint32_t milliseconds);

    /* As commline_link.now. [session] */
    commline_status (*now)(const commline_layer_link *link, uint64_t *monotonic_ns, int64_t *wall_ms);

    /* As commline_link.random. [session] */
    commline_status (*random)(const commline_layer_link *link, uint8_t *bytes, uint32_t size);

    /* As commline_link.note. [session] */
    commline_status (*note)(const commline_layer_link *link, commline_level level, const commline_message *message);
};

typedef struct commline_transport {
    uint32_t size;
    uint32_t reserved;

    /* Opens a layer. The request has the layer's settings under "layer". [session] */
    commline_layer *(*open)(const commline_request *request, const commline_layer_link *link, commline_error *error);

    /* Delivers an event from below: CONNECTED, RECEIVED, WRITABLE, DEADLINE, DISCONNECTED, CLOSING. [session] */
    void (*lower)(commline_layer *layer, const commline_event *event);

    /* Takes bytes from above; answers as commline_link.send. [session] */
    commline_status (*upper)(commline_layer *layer, const commline_send *send);

    /* Ends the layer, once. [session] */
    void (*close)(commline_layer *layer);
} commline_transport;

/* ------------------------------------------------------------------------------------------------ *
 * 9. commline.uplink/1: mailboxes, such as UNB base stations
 * ------------------------------------------------------------------------------------------------ */

#define COMMLINE_EXT_UPLINK "commline.uplink/1"

/* One packet that a station heard. The same packet heard twice is one packet. */
typedef struct commline_packet {
    uint32_t size;
    uint32_t flags;
    commline_text address; /* of the device; empty where the packet does not tell */
    commline_text station;
    commline_bytes payload;
    int64_t time_ms;
    int32_t rssi_dbm; /* INT32_MIN: unknown */
    uint32_t reserved;
} commline_packet;

/* One packet to be sent by a station. */
typedef struct commline_downlink {
    uint32_t size;
    uint32_t flags;
    uint64_t request_id;
    commline_text station;
    commline_text address;
    commline_bytes payload;
    commline_text parameters; /* JSON: frequency, power, rate … */
} commline_downlink;

/* Where `parse` and `compose` put what they make. */
typedef struct commline_mailbox commline_mailbox;
struct commline_mailbox {
    uint32_t size;
    uint32_t reserved;
    void *host;

    /* Takes one parsed packet. [any] */
    commline_status (*packet)(const commline_mailbox *mailbox, const commline_packet *packet);

    /* Appends bytes to the reply that `compose` makes. [any] */
    commline_status (*write)(const commline_mailbox *mailbox, const commline_bytes *bytes);
};

typedef struct commline_uplink {
    uint32_t size;
    uint32_t reserved;

    /* Splits a station's message into packets. INVALID: the body is not of this kind. [any] */
    commline_status (*parse)(const commline_bytes *body, const commline_mailbox *mailbox);

    /* Reads a packet with a device's settings and emits its records on `link` (emit, outcome, note,
     * remember and reserve are legal). UNSUPPORTED: it does not decrypt, so it is not this device's. [session] */
    commline_status (*receive)(const commline_request *request, const commline_packet *packet,
                               const commline_link *link);

    /* Writes the reply to a station that carries `count` downlinks. [any] */
    commline_status (*compose)(const commline_downlink *downlinks, uint32_t count, const commline_mailbox *mailbox);
} commline_uplink;

/* ------------------------------------------------------------------------------------------------ *
 * 10. commline.source/1: integrators, the one interface that may block
 * ------------------------------------------------------------------------------------------------ */

#define COMMLINE_EXT_SOURCE "commline.source/1"

/* Where an integrator puts what it imports. */
typedef struct commline_sink commline_sink;
struct commline_sink {
    uint32_t size;
    uint32_t reserved;
    void *host;

    /* Reports a device of the source: a JSON object whose "externalId", a non-empty string, is the id by which
     * the source knows it; serial, type and attributes as far as they are known. INVALID without it. [worker] */
    commline_status (*device)(const commline_sink *sink, const commline_text *json);

    /* Hands over a record of the device with this external id, never empty: the same text as "externalId" in
     * `device`. Blocks while the store catches up. [worker] */
    commline_status (*record)(const commline_sink *sink, const commline_text *external_id,
                              const commline_record *record);

    /* Says what the source ought to have and has not: a JSON object (device, archive, period). [worker] */
    commline_status (*missing)(const commline_sink *sink, const commline_text *json);

    /* Reports a stage of a command, as the source confirms it. [worker] */
    commline_status (*outcome)(const commline_sink *sink, const commline_outcome *outcome);

    /* As commline_link.note and .progress. [worker] */
    commline_status (*note)(const commline_sink *sink, commline_level level, const commline_message *message);
    /* See note. [worker] */
    commline_status (*progress)(const commline_sink *sink, uint32_t done, uint32_t total);

    /* Sets one key of the source's durable memory: how far the import has come. Takes effect together
     * with the records before it. [worker] */
    commline_status (*remember)(const commline_sink *sink, const commline_text *key, const commline_bytes *bytes);

    /* Tells whether to stop; ask at least once a second. [any] */
    bool (*cancelled)(const commline_sink *sink);
};

typedef struct commline_source {
    uint32_t size;
    uint32_t reserved;

    /* Imports what the request asks for; returns when done or cancelled. [worker] */
    commline_code (*import)(const commline_request *request, const commline_sink *sink, commline_error *error);

    /* Carries out commands through the source, reporting stages over minutes. [worker] */
    commline_code (*command)(const commline_request *request, const commline_sink *sink, commline_error *error);
} commline_source;

/* ------------------------------------------------------------------------------------------------ *
 * 11. commline.simulator/1: the device's other end
 * ------------------------------------------------------------------------------------------------ */

#define COMMLINE_EXT_SIMULATOR "commline.simulator/1"

/* The same shape turned around: CONNECTED when a client has come, RECEIVED with what it sent, `send` to
 * answer. The request's JSON is
 *   { "type": device type symbol, "serialNumber", "index": n, "count": n, "seed": n, "options": {…},
 *     "timeZone": as above }
 * where `index` of `count` tells this device among its brothers. A simulated device lives through many
 * connections of one session: finish closes the connection that is open, and another CONNECTED may follow.
 * Of the link it has send, redact, deadline, now, random, note and finish; the rest is UNSUPPORTED. */
typedef struct commline_simulator {
    uint32_t size;
    uint32_t reserved;

    /* Makes a simulated device; as commline_driver.open. [session] */
    commline_session *(*open)(const commline_request *request, const commline_link *link, commline_error *error);

    /* As commline_driver.handle. [session] */
    void (*handle)(commline_session *session, const commline_event *event);

    /* As commline_driver.close. [session] */
    void (*close)(commline_session *session);
} commline_simulator;

/* ------------------------------------------------------------------------------------------------ *
 * Reserved: draft/commline.http/1, HTTP routes of a plugin. Declared so that the shape can be discussed;
 * no host calls it yet.
 * ------------------------------------------------------------------------------------------------ */

#define COMMLINE_EXT_HTTP_DRAFT "draft/commline.http/1"

typedef struct commline_http_request {
    uint32_t size;
    uint32_t reserved;
    uint64_t request_id;
    commline_text method;
    commline_text path;
    commline_text headers; /* JSON object */
    commline_text caller;  /* JSON object: user, roles, project */
    commline_bytes body;
} commline_http_request;

typedef struct commline_http_responder commline_http_responder;
struct commline_http_responder {
    uint32_t size;
    uint32_t reserved;
    void *host;

    /* Answers a request, once. [session] */
    commline_status (*respond)(const commline_http_responder *responder, uint64_t request_id, uint32_t http_status,
                               const commline_text *headers, const commline_bytes *body);

    /* Asks the host; the answer comes as a COMMAND event with the same id. [session] */
    commline_status (*query)(const commline_http_responder *responder, uint64_t query_id, const commline_text *json);
};

typedef struct commline_http {
    uint32_t size;
    uint32_t reserved;

    /* Serves one request. [session] */
    commline_status (*serve)(const commline_http_request *request, const commline_http_responder *responder);
} commline_http;

/* ------------------------------------------------------------------------------------------------ *
 * 12. Host, plugin, entry
 * ------------------------------------------------------------------------------------------------ */

/* What the host gives a plugin once. Time, randomness and memory belong to a session's link instead, so
 * that a recorded session replays exactly. Valid for the life of the process. */
typedef struct commline_host commline_host;
struct commline_host {
    uint32_t size;
    uint32_t abi_major;
    uint32_t abi_minor;
    uint32_t reserved;
    void *host;
    commline_text name;
    commline_text version;

    /* Writes a line of the plugin's service log; for what belongs to no session. [any] */
    void (*log)(const commline_host *host, commline_level level, const commline_text *text);

    /* Finds an ability of the host by its id, or NULL. None is defined in ABI 1.0. [any] */
    const void *(*extension)(const commline_host *host, const char *id);
};

typedef struct commline_plugin {
    uint32_t size;
    uint32_t abi_major; /* COMMLINE_ABI_MAJOR as compiled */
    uint32_t abi_minor;
    uint32_t reserved;
    const char *id; /* as in the manifest: lower-case letters, digits, '-' and '.' */
    const char *version; /* as in the manifest: semantic version */
    const char *vendor;

    /* Prepares the plugin, once in a process; anything but OK refuses it. `host` may be kept. [load] */
    commline_status (*activate)(const commline_host *host);

    /* Ends the plugin once its last session is closed; the library stays mapped. [load] */
    void (*deactivate)(void);

    /* Finds a table by its id (COMMLINE_EXT_…), or NULL. The table is static. [any] */
    const void *(*extension)(const char *id);
} commline_plugin;

/* The one exported symbol. Pure: returns a static table and does nothing else. [load] */
COMMLINE_EXPORT const commline_plugin *commline_plugin_entry(void);

#ifdef __cplusplus
}
#endif
#endif
