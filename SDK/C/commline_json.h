/*
 * commline_json.h - reads the JSON of requests, for drivers in C.
 *
 * SPDX-License-Identifier: Apache-2.0
 *
 * A convenience and no part of the ABI: include it in a driver or use a JSON library of your own. It
 * allocates nothing, copies nothing and keeps nothing: values are stretches of the text that was given.
 *
 *     commline_text value;
 *     int64_t timeout_ms = 5000;
 *     if (commline_json_find(request->json, "protocol/settings/ACME_TIMEOUT_MS", &value)
 *         && !commline_json_integer(value, &timeout_ms)) ...refuse...
 */
#ifndef COMMLINE_JSON_H
#define COMMLINE_JSON_H

#include "commline.h"

#include <string.h>

/* Deeper documents are not read; a request has six levels. */
#define COMMLINE_JSON_DEPTH 64

static inline const char *commline_json_blank(const char *at, const char *end) {
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\r' || *at == '\n')) at++;
    return at;
}

/* The place behind the text that begins at `at`, or NULL where it does not end. */
static inline const char *commline_json_past_text(const char *at, const char *end) {
    for (at++; at < end; at++) {
        if (*at == '\\') {
            at++;
        } else if (*at == '"') {
            return at + 1;
        }
    }
    return NULL;
}

/* The place behind the value that begins at `at`, or NULL where it is none. */
static inline const char *commline_json_past(const char *at, const char *end) {
    int depth = 0;
    const char *start = at;
    while (at < end) {
        if (*at == '"') {
            at = commline_json_past_text(at, end);
            if (at == NULL) return NULL;
            if (depth == 0) return at;
        } else if (*at == '{' || *at == '[') {
            if (++depth > COMMLINE_JSON_DEPTH) return NULL;
            at++;
        } else if (*at == '}' || *at == ']') {
            if (depth == 0) return at > start ? at : NULL;
            at++;
            if (--depth == 0) return at;
        } else if (depth == 0 && (*at == ',' || *at == ' ' || *at == '\t' || *at == '\r' || *at == '\n')) {
            return at > start ? at : NULL;
        } else {
            at++;
        }
    }
    return depth == 0 && at > start ? at : NULL;
}

/* Finds a member of an object by its name, which has no escapes. */
static inline bool commline_json_member(commline_text object, const char *name, size_t length, commline_text *value) {
    if (object.size == 0) return false;
    const char *end = object.data + object.size;
    const char *at = commline_json_blank(object.data, end);
    if (at == end || *at != '{') return false;
    at++;
    for (;;) {
        at = commline_json_blank(at, end);
        if (at == end || *at != '"') return false;
        const char *key = at + 1;
        at = commline_json_past_text(at, end);
        if (at == NULL) return false;
        size_t size = (size_t)(at - 1 - key);
        at = commline_json_blank(at, end);
        if (at == end || *at != ':') return false;
        const char *start = commline_json_blank(at + 1, end);
        at = commline_json_past(start, end);
        if (at == NULL) return false;
        if (size == length && memcmp(key, name, length) == 0) {
            commline_text found = {start, (uint32_t)(at - start), 0};
            *value = found;
            return true;
        }
        at = commline_json_blank(at, end);
        if (at == end || *at != ',') return false;
        at++;
    }
}

/* Finds a value by the names that lead to it: "protocol/settings/ACME_TIMEOUT_MS". */
static inline bool commline_json_find(commline_text json, const char *path, commline_text *value) {
    for (;;) {
        const char *slash = strchr(path, '/');
        size_t length = slash == NULL ? strlen(path) : (size_t)(slash - path);
        if (!commline_json_member(json, path, length, value)) return false;
        if (slash == NULL) return true;
        json = *value;
        path = slash + 1;
    }
}

/* Finds an element of an array by its place, from 0. */
static inline bool commline_json_element(commline_text array, uint32_t index, commline_text *value) {
    if (array.size == 0) return false;
    const char *end = array.data + array.size;
    const char *at = commline_json_blank(array.data, end);
    if (at == end || *at != '[') return false;
    at++;
    for (;;) {
        const char *start = commline_json_blank(at, end);
        if (start == end || *start == ']') return false;
        at = commline_json_past(start, end);
        if (at == NULL) return false;
        if (index == 0) {
            commline_text found = {start, (uint32_t)(at - start), 0};
            *value = found;
            return true;
        }
        index--;
        at = commline_json_blank(at, end);
        if (at == end || *at != ',') return false;
        at++;
    }
}

/* Reads a whole number; also one in quotes, because older systems write numbers so. */
static inline bool commline_json_integer(commline_text value, int64_t *number) {
    const char *at = value.data;
    const char *end = value.data + value.size;
    if (value.size >= 2 && *at == '"') {
        at++;
        end--;
    }
    bool negative = at < end && *at == '-';
    if (negative) at++;
    if (at == end || end - at > 18) return false;
    int64_t result = 0;
    for (; at < end; at++) {
        if (*at < '0' || *at > '9') return false;
        result = result * 10 + (*at - '0'); /* 18 digits always fit */
    }
    *number = negative ? -result : result;
    return true;
}

/* Tells whether a value is this text; the text has no escapes. */
static inline bool commline_json_is(commline_text value, const char *text) {
    size_t length = strlen(text);
    return value.size == length + 2 && value.data[0] == '"' && memcmp(value.data + 1, text, length) == 0;
}

/* Copies a text and ends it with NUL. Answers false where the value is no text, does not fit, or has an
 * escape other than \" \\ and \/ (the host writes all characters but control characters as they are). */
static inline bool commline_json_text(commline_text value, char *buffer, size_t capacity) {
    size_t filled = 0;
    if (value.size < 2 || value.data[0] != '"' || capacity == 0) return false;
    for (uint32_t index = 1; index + 1 < value.size; index++) {
        char character = value.data[index];
        if (character == '\\') {
            character = value.data[++index];
            if (character != '"' && character != '\\' && character != '/') return false;
        }
        if (filled + 1 == capacity) return false;
        buffer[filled++] = character;
    }
    buffer[filled] = '\0';
    return true;
}

#endif
