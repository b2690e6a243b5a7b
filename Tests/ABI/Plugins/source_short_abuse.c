/* A table that ends before its functions do. */
#define SOURCE_SIZE 16
#include "source.h"

static commline_code import(const commline_request *request, const commline_sink *sink, commline_error *error) {
    return request && sink && error ? COMMLINE_CODE_OK : COMMLINE_CODE_INTERNAL;
}
