/* A request is read before it is accepted; a refusal says why, within the host's own memory. */
#define OPEN open_it
#include "plugin.h"

static commline_session *open_it(const commline_request *request, const commline_link *link, commline_error *error) {
    if (strstr(request->json.data, "\"serialNumber\":\"REFUSED") != NULL) {
        error->code = COMMLINE_CODE_CONFIGURATION;
        error->detail = 42;
        snprintf(error->text, error->text_capacity, "%s", "This address is not possible.");
        return NULL;
    }
    commline_session *session = plain_open(request, link, error);
    must(session, "json ends with NUL", request->json.data[request->json.size] == '\0');
    must(session, "json is an object", request->json.data[0] == '{');
    must(session, "mode", request->mode == COMMLINE_MODE_TASK);
    must(session, "items", request->item_count == 2);
    must(session, "no file", request->file == -1 && request->file_size == 0);
    must(session, "time", request->monotonic_ns > 0 && request->wall_ms > 0);
    must(session, "error", error->size >= sizeof *error && error->text_capacity >= 1024 && error->text[0] == '\0');
    must(session, "link", link->size >= sizeof *link && link->host != NULL);
    return session;
}

ORDINARY
