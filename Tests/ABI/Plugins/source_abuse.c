/* Hands over what is nothing. */
#include "source.h"

static commline_code import(const commline_request *request, const commline_sink *sink, commline_error *error) {
    commline_text torn = WORDS("{\"externalId\":"), list = WORDS("[]"), nameless = WORDS("{}"), id = WORDS("7");
    commline_text empty = WORDS(""), key = WORDS("cursor");
    commline_record record = measurement(1);
    commline_outcome outcome = final_outcome(77);
    commline_sink nobody = *sink;
    (void)request, (void)error;
    nobody.host = NULL;
    note_status(sink, "null device", sink->device(sink, NULL));
    note_status(sink, "torn device", sink->device(sink, &torn));
    note_status(sink, "nameless device", sink->device(sink, &nameless));
    note_status(sink, "missing list", sink->missing(sink, &list));
    note_status(sink, "record of nobody", sink->record(sink, &empty, &record));
    note_status(sink, "no record", sink->record(sink, &id, NULL));
    record.item = 5;
    note_status(sink, "unknown item", sink->record(sink, &id, &record));
    record = measurement(1), record.request_id = 3;
    note_status(sink, "request id", sink->record(sink, &id, &record));
    note_status(sink, "outcome", sink->outcome(sink, &outcome));
    note_status(sink, "note", sink->note(sink, 17, NULL));
    note_status(sink, "progress", sink->progress(sink, 2, 1));
    note_status(sink, "remember", sink->remember(sink, &key, NULL));
    note_status(sink, "null sink", sink->device(NULL, &torn));
    note_status(sink, "sink of nobody", nobody.device(&nobody, &torn));
    note(sink, "nobody is to stop: %d %d", sink->cancelled(NULL), nobody.cancelled(&nobody));
    return COMMLINE_CODE_OK;
}
