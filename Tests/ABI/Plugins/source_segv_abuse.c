/* Crashes in the middle of an import. */
#include "source.h"

static commline_code import(const commline_request *request, const commline_sink *sink, commline_error *error) {
    commline_text device = WORDS("{\"externalId\":\"station 7\"}");
    (void)error;
    sink->device(sink, &device);
    if (serves_bad(request)) *(volatile int *)8 = 1;
    return COMMLINE_CODE_OK;
}
