/*
 * source.h - what the tiny integrators share; each defines `import` and, where it needs one, `command`.
 */
#ifndef SOURCE_H
#define SOURCE_H

#define EXTENSION find_source
#include "plugin.h"

ORDINARY

#ifndef SOURCE_SIZE
#define SOURCE_SIZE sizeof(commline_source)
#endif

static commline_code import(const commline_request *request, const commline_sink *sink, commline_error *error);

#ifndef COMMAND
#define COMMAND no_command
static commline_code no_command(const commline_request *request, const commline_sink *sink, commline_error *error) {
    (void)request, (void)sink, (void)error;
    return COMMLINE_CODE_CONFIGURATION;
}
#else
static commline_code COMMAND(const commline_request *request, const commline_sink *sink, commline_error *error);
#endif
#ifndef IMPORT
#define IMPORT import
#endif

static const commline_source source = {SOURCE_SIZE, 0, IMPORT, COMMAND};

static const void *find_source(const char *id) { return strcmp(id, COMMLINE_EXT_SOURCE) == 0 ? &source : NULL; }

/* Writes a line of the task's journal. */
HELPER void note(const commline_sink *sink, const char *format, ...) {
    char line[256];
    va_list values;
    va_start(values, format);
    vsnprintf(line, sizeof line, format, values);
    va_end(values);
    commline_message message = {sizeof message, 0, {NULL, 0, 0}, {NULL, 0, 0}, text(line)};
    sink->note(sink, COMMLINE_LEVEL_INFO, &message);
}

HELPER void note_status(const commline_sink *sink, const char *what, commline_status status) {
    static const char *const names[] = {"OK", "INVALID", "TOO_MUCH", "UNSUPPORTED"};
    note(sink, "%s: %s", what, status <= 0 && status > -4 ? names[-status] : "?");
}

HELPER unsigned asked_for(const commline_request *request, const char *member) {
    const char *found = strstr(request->json.data, member);
    return found == NULL ? 0 : (unsigned)atoi(found + strlen(member));
}
#endif
