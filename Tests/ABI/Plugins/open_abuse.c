/* Refuses with codes and texts that are none. */
#define OPEN open_it
#include "plugin.h"

static commline_session *open_it(const commline_request *request, const commline_link *link, commline_error *error) {
    if (!serves_bad(request)) return plain_open(request, link, error);
    if (strstr(request->json.data, "BAD-CODE") != NULL) error->code = 777;
    if (strstr(request->json.data, "BAD-CRASHED") != NULL) error->code = COMMLINE_CODE_PLUGIN_CRASHED;
    if (strstr(request->json.data, "BAD-FULL") != NULL) memset(error->text, 'x', error->text_capacity);
    if (strstr(request->json.data, "BAD-UTF8") != NULL) memset(error->text, 0xFF, 8);
    if (strstr(request->json.data, "BAD-TEXT") != NULL) error->text = NULL;
    return NULL;
}

ORDINARY
