/* A table without one of its functions. */
#define IMPORT NULL
#include "source.h"

HELPER commline_code import(const commline_request *request, const commline_sink *sink, commline_error *error) {
    return request && sink && error ? COMMLINE_CODE_OK : COMMLINE_CODE_INTERNAL;
}
