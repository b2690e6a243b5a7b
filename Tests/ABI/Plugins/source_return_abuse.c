/* Returns what is no code, or the host's own, with a text that has no end. */
#include "source.h"

static commline_code import(const commline_request *request, const commline_sink *sink, commline_error *error) {
    (void)sink;
    memset(error->text, 'x', error->text_capacity);
    error->text = NULL;
    return asked_for(request, "\"count\":") == 0 ? 4711 : COMMLINE_CODE_PLUGIN_CRASHED;
}
