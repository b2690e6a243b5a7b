/* Does not ask whether to stop, and ignores a thousand answers. */
#include "source.h"

static commline_code import(const commline_request *request, const commline_sink *sink, commline_error *error) {
    commline_text id = WORDS("7");
    unsigned refused = 0;
    (void)request;
    while (refused < 1000) {
        commline_record record = measurement(refused);
        refused += sink->record(sink, &id, &record) == COMMLINE_TOO_MUCH;
    }
    snprintf(error->text, error->text_capacity, "refused %u", refused);
    return COMMLINE_CODE_CANCELLED;
}
