/// Tiny integrators that only make sense in a process of their own; `Foundry` compiles them like the others.
enum SourcePlugins {
    /// Their sources in C, by name.
    static let texts = [
        "source_socket": socket, "source_exit": exit, "source_threads": threads,
        "source_hang": hang, "source_deaf": deaf,
    ]

    private static let head = """
        static commline_code import(const commline_request *request, const commline_sink *sink,
                                    commline_error *error) {
            (void)request, (void)sink, (void)error;

        """

    /// Talks to somebody on the loopback interface.
    private static let socket =
        """
        #include "source.h"
        #include <arpa/inet.h>
        #include <errno.h>
        #include <sys/socket.h>
        #include <unistd.h>
        """ + "\n" + head + """
                struct sockaddr_in peer = {.sin_family = AF_INET};
                char answer[32] = "";
                ssize_t count;
                int line = socket(AF_INET, SOCK_STREAM, 0);
                peer.sin_port = htons((uint16_t)asked_for(request, "\\"port\\":"));
                peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
                if (line < 0 || connect(line, (struct sockaddr *)&peer, sizeof peer) != 0) {
                    note(sink, "errno %d", errno);
                    return COMMLINE_CODE_TRANSPORT;
                }
                count = send(line, "READ\\n", 5, 0);
                while (count > 0 && strchr(answer, '\\n') == NULL) {
                    size_t filled = strlen(answer);
                    count = recv(line, answer + filled, sizeof answer - 1 - filled, 0);
                }
                close(line);
                answer[strcspn(answer, "\\n")] = '\\0';
                note(sink, "%s", answer);
                return COMMLINE_CODE_OK;
            }

            """

    /// Ends the process that it was lent.
    private static let exit =
        "#include \"source.h\"\n" + head + """
                note(sink, "bye");
                exit(7);
            }

            """

    /// Writes to the service log from a thread of its own while it hands over what is larger than a packet.
    private static let threads =
        """
        #define ACTIVATE keep
        #include "source.h"
        #include <pthread.h>
        #include <stdatomic.h>

        static const commline_host *host;
        static atomic_bool is_done;
        static commline_status keep(const commline_host *given) {
            host = given;
            return COMMLINE_OK;
        }
        static void *chatter(void *argument) {
            commline_text line = WORDS("chatter");
            while (!is_done) host->log(host, COMMLINE_LEVEL_TRACE + 1, &line);
            return argument;
        }
        """ + "\n" + head + """
                static uint8_t large[65535];
                commline_text key = WORDS("k");
                commline_bytes value = {large, sizeof large, 0};
                pthread_t thread;
                if (pthread_create(&thread, NULL, chatter, NULL) != 0) return COMMLINE_CODE_INTERNAL;
                for (unsigned left = asked_for(request, "\\"count\\":"); left > 0; left--) {
                    if (sink->remember(sink, &key, &value) != COMMLINE_OK) break;
                }
                is_done = true;
                pthread_join(thread, NULL);
                return COMMLINE_CODE_OK;
            }

            """

    /// Says that it is there before it is deaf.
    private static let deaf = """
        #include "commline.h"
        #define IMPORT announced
        static commline_code announced(const commline_request *request, const commline_sink *sink,
                                       commline_error *error);
        #include "source_deaf_abuse.c"

        static commline_code announced(const commline_request *request, const commline_sink *sink,
                                       commline_error *error) {
            note(sink, "here");
            return import(request, sink, error);
        }

        """

    /// Is not done with being loaded.
    private static let hang =
        """
        #define ACTIVATE wait_for_ever
        #include "source.h"
        #include <unistd.h>

        static commline_status wait_for_ever(const commline_host *host) {
            while (host != NULL) pause();
            return COMMLINE_INVALID;
        }
        """ + "\n" + head + """
                return COMMLINE_CODE_OK;
            }

            """
}
