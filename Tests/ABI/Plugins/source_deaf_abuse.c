/* Never comes back, cancelled or not. */
#include "source.h"

#include <unistd.h>

static commline_code import(const commline_request *request, const commline_sink *sink, commline_error *error) {
    (void)sink, (void)error;
    while (serves_bad(request)) pause();
    return COMMLINE_CODE_OK;
}
