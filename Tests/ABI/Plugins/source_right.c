/* Imports a device and as many of its records as asked for, and carries out commands. */
#define COMMAND command
#include "source.h"

static commline_code import(const commline_request *request, const commline_sink *sink, commline_error *error) {
    commline_text device = WORDS("{\"externalId\":\"station 7\",\"serialNumber\":\"0007\"}");
    commline_text gap = WORDS("{\"externalId\":\"station 7\",\"archive\":\"DAY\"}");
    commline_text id = WORDS("station 7"), key = WORDS("cursor");
    unsigned count = asked_for(request, "\"count\":"), done = 0;
    if (sink->device(sink, &device) != COMMLINE_OK) return COMMLINE_CODE_INTERNAL;
    while (done < count && !sink->cancelled(sink)) {
        commline_record record = measurement(done);
        if (sink->record(sink, &id, &record) != COMMLINE_OK) break;
        done++;
    }
    if (sink->cancelled(sink)) return COMMLINE_CODE_CANCELLED;
    commline_bytes cursor = {(const uint8_t *)&done, 1, 0};
    sink->remember(sink, &key, &cursor);
    sink->missing(sink, &gap);
    sink->progress(sink, done, count);
    note(sink, "imported %u of %u", done, request->item_count);
    error->detail = 9;
    snprintf(error->text, error->text_capacity, "%s", "The source has a gap.");
    return done == count ? COMMLINE_CODE_OK : COMMLINE_CODE_STORE;
}

static commline_code command(const commline_request *request, const commline_sink *sink, commline_error *error) {
    commline_outcome outcome = final_outcome(0);
    (void)request, (void)error;
    for (commline_stage stage = COMMLINE_STAGE_SENT; stage <= COMMLINE_STAGE_FINAL; stage++) {
        outcome.stage = stage;
        if (sink->outcome(sink, &outcome) != COMMLINE_OK) return COMMLINE_CODE_INTERNAL;
    }
    outcome.item = 1;
    outcome.stage = COMMLINE_STAGE_SENT; /* and then the source is gone */
    sink->outcome(sink, &outcome);
    return COMMLINE_CODE_TRANSPORT;
}
