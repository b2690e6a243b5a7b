/*
 * freestanding.h - what these fixtures use instead of a C library, so that they depend on nothing but the ABI.
 */
#ifndef FREESTANDING_H
#define FREESTANDING_H

#include "commline.h"

#define WORDS(string) ((commline_text){string, sizeof(string) - 1, 0})
#define HIDDEN __attribute__((visibility("hidden")))

/* The compiler calls these by itself. */
HIDDEN void *memset(void *target, int byte, size_t size) {
    volatile uint8_t *bytes = target;
    while (size-- > 0) *bytes++ = (uint8_t)byte;
    return target;
}

HIDDEN void *memcpy(void *target, const void *from, size_t size) {
    volatile uint8_t *bytes = target;
    const uint8_t *source = from;
    while (size-- > 0) *bytes++ = *source++;
    return target;
}

static bool same(const char *left, const char *right) {
    while (*left != '\0' && *left == *right) left++, right++;
    return *left == *right;
}

enum { SESSIONS = 64, LINE_SIZE = 80 };

struct commline_session {
    const commline_link *link;
    bool is_taken;
    uint32_t step;
    uint32_t filled;
    char line[LINE_SIZE];
};

static struct commline_session sessions[SESSIONS];

static commline_session *new_session(const commline_link *link, commline_error *error) {
    for (uint32_t index = 0; index < SESSIONS; index++) {
        if (__atomic_exchange_n(&sessions[index].is_taken, true, __ATOMIC_ACQUIRE)) continue;
        sessions[index].link = link;
        sessions[index].step = 0;
        sessions[index].filled = 0;
        return &sessions[index];
    }
    error->code = COMMLINE_CODE_BUSY;
    return NULL;
}

static void session_close(commline_session *session) {
    __atomic_store_n(&session->is_taken, false, __ATOMIC_RELEASE);
}

static commline_status send_words(commline_session *session, commline_text words) {
    commline_send send;
    memset(&send, 0, sizeof send);
    send.size = sizeof send;
    send.bytes.data = (const uint8_t *)words.data;
    send.bytes.size = words.size;
    return session->link->send(session->link, &send);
}

static commline_record reading(int64_t mantissa) {
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

/* Gathers a line; true at its end. */
static bool gather(commline_session *session, const commline_bytes *bytes) {
    for (uint32_t index = 0; index < bytes->size; index++) {
        char byte = (char)bytes->data[index];
        session->line[session->filled] = byte == '\n' ? '\0' : byte;
        if (byte == '\n') {
            session->filled = 0;
            return true;
        }
        if (session->filled < LINE_SIZE - 1) session->filled++;
    }
    return false;
}

/* The digits of "A+ 1234.56 kWh" as one number. */
static int64_t digits(const char *line) {
    int64_t number = 0;
    for (; *line != '\0'; line++)
        if (*line >= '0' && *line <= '9') number = number * 10 + (*line - '0');
    return number;
}
#endif
