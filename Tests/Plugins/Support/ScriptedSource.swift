/// A plugin in C that does what a script in its request says, so that each test can be read by itself.
///
/// A script is a list of `<event>:<operation>` with semicolons between. Events: `O` open, `C` connected,
/// `R` received, `W` writable, `D` deadline, `X` disconnected, `M` command, `A` cancel, `Y` yield, `L`
/// closing, `T` credit; a digit behind the letter means that time only. An operation behind `?` writes its
/// name and its status into a note.
enum ScriptedSource {
    static let c = #"""
        #include "commline.h"
        #include <pthread.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>

        #ifndef ID
        #define ID "scripted"
        #endif
        #ifndef VERSION
        #define VERSION "1.0.0"
        #endif
        #ifndef MAJOR
        #define MAJOR COMMLINE_ABI_MAJOR
        #endif

        struct commline_session {
            const commline_link *link;
            char script[4096];
            unsigned counts[128];
        };

        static const commline_host *the_host;
        static const commline_link *ghost;

        static commline_text text(const char *c) {
            commline_text t = {c, (uint32_t)strlen(c), 0};
            return t;
        }

        static commline_status say(const commline_link *link, const char *detail) {
            commline_message m = {sizeof m, 0, {0, 0, 0}, {0, 0, 0}, text(detail)};
            return link->note(link, COMMLINE_LEVEL_INFO, &m);
        }

        static uint32_t unhex(const char *from, uint8_t *to, uint32_t most) {
            uint32_t n = 0;
            unsigned byte;
            while (n < most && sscanf(from + 2 * n, "%2x", &byte) == 1) to[n++] = (uint8_t)byte;
            return n;
        }

        static commline_record record(unsigned number) {
            commline_record r;
            memset(&r, 0, sizeof r);
            r.size = sizeof r;
            r.kind = COMMLINE_RECORD_MEASUREMENT;
            r.value_kind = COMMLINE_VALUE_DECIMAL;
            r.archive = text("CURRENT");
            r.quantity = text("A+");
            r.tag = text("TOTAL");
            r.time_ms = 1716757200000 + number;
            r.time_flags = COMMLINE_TIME_KNOWN | COMMLINE_TIME_OFFSET_KNOWN;
            r.offset_minutes = 180;
            r.mantissa = 372410;
            r.exponent = -2;
            r.item = COMMLINE_NO_ITEM;
            r.status = COMMLINE_STATUS_VALID;
            return r;
        }

        static commline_status send_hex(const commline_link *link, const char *words) {
            uint8_t bytes[2048];
            char hex[4096];
            unsigned flags = 0, from = 0, size = 0;
            sscanf(words, "%4095s %u %u %u", hex, &flags, &from, &size);
            commline_range secret = {from, size};
            commline_send s;
            memset(&s, 0, sizeof s);
            s.size = sizeof s;
            s.flags = flags;
            s.bytes.data = bytes;
            s.bytes.size = unhex(hex, bytes, sizeof bytes);
            s.secrets = size ? &secret : NULL;
            s.secret_count = size ? 1 : 0;
            return link->send(link, &s);
        }

        /* Sends, emits or notes until the link says no; answers how often it said yes. */
        static commline_status flood(const commline_link *link, const char *what) {
            static uint8_t block[65536];
            commline_status status = COMMLINE_OK;
            unsigned n = 0;
            while (status == COMMLINE_OK && n < 100000) {
                if (!strcmp(what, "emit")) {
                    commline_record r = record(n);
                    status = link->emit(link, &r);
                } else if (!strcmp(what, "note")) {
                    status = say(link, "flood");
                } else {
                    commline_send s;
                    memset(&s, 0, sizeof s);
                    s.size = sizeof s;
                    s.bytes.data = block;
                    s.bytes.size = sizeof block;
                    status = link->send(link, &s);
                }
                if (status == COMMLINE_OK) n++;
            }
            char line[64];
            snprintf(line, sizeof line, "flood %s %u %d", what, n, status);
            say(link, line);
            return status;
        }

        static commline_status bad(const commline_link *link, const char *what) {
            commline_record r = record(0);
            commline_outcome o = {sizeof o, 0, 0, COMMLINE_STAGE_FINAL, 0, 0, 0, NULL};
            if (!strcmp(what, "utf8")) r.archive = text("\xff\xfe");
            if (!strcmp(what, "size")) r.size = 8;
            if (!strcmp(what, "kind")) r.kind = 99;
            if (!strcmp(what, "value")) r.value_kind = 99;
            if (!strcmp(what, "flags")) r.flags = 1u << 20;
            if (!strcmp(what, "item")) r.item = 77;
            if (!strcmp(what, "exponent")) r.exponent = 300;
            if (!strcmp(what, "null")) r.archive.data = NULL;
            if (!strcmp(what, "long")) r.tag.size = COMMLINE_LIMIT_TEXT + 1;
            if (!strcmp(what, "stage")) { o.stage = 9; return link->outcome(link, &o); }
            if (!strcmp(what, "code")) { o.code = 99; return link->outcome(link, &o); }
            if (!strcmp(what, "nothing")) return link->emit(link, NULL);
            return link->emit(link, &r);
        }

        static commline_status from_thread;

        static void *elsewhere(void *link) {
            const commline_link *l = link;
            from_thread = l->deadline(l, 1000);
            return NULL;
        }

        static commline_status stray(const commline_link *link) {
            pthread_t thread;
            pthread_create(&thread, NULL, elsewhere, (void *)link);
            pthread_join(thread, NULL);
            return from_thread;
        }

        static commline_status perform(struct commline_session *s, const char *op, const char *rest) {
            const commline_link *link = s->link;
            unsigned a = 0, b = 0;
            int code = 0;
            char word[256] = "", hex[4096] = "";
            uint8_t bytes[2048];
            uint64_t first = 0;
            if (!strcmp(op, "send")) return send_hex(link, rest);
            if (!strcmp(op, "flood")) return flood(link, rest);
            if (!strcmp(op, "bad")) return bad(link, rest);
            if (!strcmp(op, "stray")) return stray(link);
            if (!strcmp(op, "haunt")) { ghost = link; return COMMLINE_OK; }
            if (!strcmp(op, "ghost")) return ghost->deadline(ghost, 1000);
            if (!strcmp(op, "say")) return say(link, rest);
            if (!strcmp(op, "finish")) {
                commline_message m = {sizeof m, 0, {0, 0, 0}, {0, 0, 0}, {0, 0, 0}};
                sscanf(rest, "%d %255[^\n]", &code, word);
                m.detail = text(word);
                return link->finish(link, code, 0, &m);
            }
            if (!strcmp(op, "deadline")) {
                sscanf(rest, "%u", &a);
                return link->deadline(link, strcmp(rest, "off") ? a : UINT32_MAX);
            }
            if (!strcmp(op, "emit")) {
                sscanf(rest, "%u", &a);
                commline_status status = COMMLINE_OK;
                for (b = 0; b < a && status == COMMLINE_OK; b++) {
                    commline_record r = record(b);
                    status = link->emit(link, &r);
                }
                return status;
            }
            if (!strcmp(op, "outcome")) {
                sscanf(rest, "%u %u %d", &a, &b, &code);
                commline_outcome o = {sizeof o, a, 0, b, code, 0, 0, NULL};
                return link->outcome(link, &o);
            }
            if (!strcmp(op, "redact")) {
                sscanf(rest, "%u %u", &a, &b);
                return link->redact(link, a, b);
            }
            if (!strcmp(op, "reconnect")) {
                sscanf(rest, "%u", &a);
                return link->reconnect(link, a);
            }
            if (!strcmp(op, "progress")) {
                sscanf(rest, "%u %u", &a, &b);
                return link->progress(link, 0, a, b);
            }
            if (!strcmp(op, "reserve")) {
                sscanf(rest, "%255s %u", word, &a);
                commline_text name = text(word);
                commline_status status = link->reserve(link, &name, a, &first);
                snprintf(hex, sizeof hex, "reserved %llu", (unsigned long long)first);
                if (status == COMMLINE_OK) say(link, hex);
                return status;
            }
            if (!strcmp(op, "remember")) {
                sscanf(rest, "%255s %4095s", word, hex);
                commline_text key = text(word);
                commline_bytes value = {bytes, unhex(hex, bytes, sizeof bytes), 0};
                return link->remember(link, &key, &value);
            }
            if (!strcmp(op, "yield")) {
                commline_bytes value = {bytes, unhex(rest, bytes, sizeof bytes), 0};
                return link->yielded(link, &value);
            }
            if (!strcmp(op, "child")) {
                commline_child c = {sizeof c, 1, text(rest), text("DT_X"), text("1"), {0, 0, 0}};
                return link->inventory(link, &c);
            }
            if (!strcmp(op, "complete")) {
                return link->complete(link, 1, COMMLINE_CODE_OK, NULL);
            }
            return COMMLINE_UNSUPPORTED;
        }

        static void happen(struct commline_session *s, char letter) {
            unsigned count = ++s->counts[(unsigned)letter];
            char script[4096];
            strcpy(script, s->script);
            char *next = script;
            while (next && *next) {
                char *line = next, *end = strchr(next, ';');
                next = end ? end + 1 : NULL;
                if (end) *end = 0;
                if (line[0] != letter) continue;
                char *colon = strchr(line, ':');
                if (!colon || (colon > line + 1 && (unsigned)atoi(line + 1) != count)) continue;
                char *op = colon + 1;
                int reports = *op == '?';
                if (reports) op++;
                char *rest = strchr(op, ' ');
                if (rest) *rest++ = 0;
                commline_status status = perform(s, op, rest ? rest : "");
                if (reports) {
                    char said[128];
                    snprintf(said, sizeof said, "%s %d", op, status);
                    say(s->link, said);
                }
            }
        }

        static commline_session *open_it(const commline_request *request, const commline_link *link,
                                         commline_error *error) {
            const char *start = strstr(request->json.data, "\"script\":\"");
            const char *refuse = strstr(request->json.data, "\"refuse\":\"");
            if (refuse) {
                error->code = COMMLINE_CODE_CONFIGURATION;
                error->detail = 7;
                snprintf(error->text, error->text_capacity, "%.*s",
                         (int)strcspn(refuse + 10, "\""), refuse + 10);
                return NULL;
            }
            struct commline_session *s = calloc(1, sizeof *s);
            s->link = link;
            if (start) {
                size_t size = strcspn(start + 10, "\"");
                memcpy(s->script, start + 10, size < 4095 ? size : 4095);
            }
            happen(s, 'O');
            return s;
        }

        static void handle_it(commline_session *s, const commline_event *event) {
            static const char letters[] = "?CRWDXMAYLT";
            char said[4096] = "rx ";
            if (event->kind >= sizeof letters) return;
            if (event->kind == COMMLINE_EVENT_RECEIVED && strstr(s->script, "tell")) {
                for (uint32_t i = 0; i < event->bytes.size && i < 1000; i++)
                    sprintf(said + 3 + 2 * i, "%02x", event->bytes.data[i]);
                say(s->link, said);
            }
            if (event->kind == COMMLINE_EVENT_DISCONNECTED) {
                snprintf(said, sizeof said, "lost %d", event->code);
                say(s->link, said);
            }
            happen(s, letters[event->kind]);
        }

        static void close_it(commline_session *s) {
            if (strstr(s->script, "linger")) s->link->deadline(s->link, 5);
            free(s);
        }

        static const commline_driver driver = {
        #ifdef SHORT_DRIVER
            8,
        #else
            sizeof(commline_driver),
        #endif
            0, open_it,
        #ifdef NULL_HANDLE
            NULL,
        #else
            handle_it,
        #endif
            close_it};
        static const commline_simulator simulator = {sizeof simulator, 0, open_it, handle_it, close_it};

        static commline_status activate(const commline_host *host) {
            commline_text line = text("activated");
            the_host = host;
            host->log(host, COMMLINE_LEVEL_DEBUG, &line);
        #ifdef REFUSES
            return COMMLINE_INVALID;
        #else
            return host->extension(host, "commline.none/1") == NULL ? COMMLINE_OK : COMMLINE_INVALID;
        #endif
        }

        static void deactivate(void) {}

        static const void *extension(const char *id) {
        #ifndef NO_DRIVER
            if (!strcmp(id, COMMLINE_EXT_DRIVER)) return &driver;
        #endif
            if (!strcmp(id, COMMLINE_EXT_SIMULATOR)) return &simulator;
            return NULL;
        }

        static const commline_plugin plugin = {
        #ifdef SHORT_TABLE
            40,
        #else
            sizeof(commline_plugin),
        #endif
            MAJOR, 0, 0, ID, VERSION, "Tests", activate, deactivate,
        #ifdef NULL_EXTENSION
            NULL
        #else
            extension
        #endif
        };

        #ifndef NO_ENTRY
        const commline_plugin *commline_plugin_entry(void) {
        #ifdef NULL_TABLE
            return NULL;
        #else
            return &plugin;
        #endif
        }
        #else
        const commline_plugin *another_entry(void) { return &plugin; }
        #endif
        """#
}
