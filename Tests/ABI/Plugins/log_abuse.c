/* Log lines that are none: the host writes what it can and lives. */
#define ACTIVATE activate
#define ABUSE_AT COMMLINE_EVENT_RECEIVED
#include "plugin.h"

static const commline_host *the_host;

static commline_status activate(const commline_host *host) {
    the_host = host;
    return COMMLINE_OK;
}

static bool act(commline_session *session, const commline_event *event) {
    static char block[1 << 20];
    commline_text torn = WORDS("\xFF\xFE\n\x1b[31mforged"), null = {NULL, 5, 0}, empty = WORDS("");
    commline_text large = {block, sizeof block, 0};
    commline_host nobody = *the_host;
    (void)event;
    memset(block, 'x', sizeof block);
    nobody.host = NULL;
    the_host->log(NULL, COMMLINE_LEVEL_DEBUG, &empty);
    the_host->log(&nobody, COMMLINE_LEVEL_DEBUG, &torn);
    the_host->log(the_host, COMMLINE_LEVEL_DEBUG, NULL);
    the_host->log(the_host, COMMLINE_LEVEL_DEBUG, &null);
    the_host->log(the_host, COMMLINE_LEVEL_DEBUG, &empty);
    the_host->log(the_host, COMMLINE_LEVEL_DEBUG, &torn);
    the_host->log(the_host, COMMLINE_LEVEL_DEBUG, &large);
    the_host->log(the_host, UINT32_MAX, &torn);
    must(session, "no extension", the_host->extension(NULL, NULL) == NULL);
    return false;
}
