/*
 * Linux calls that Swift cannot make by itself: variadic ones, macros, and headers that the `Glibc`
 * module leaves out. Nothing here has a policy; every function is one system call, or the few that
 * belong together.
 *
 * A function answers a result of 0 or more, or a negated `errno`. Reading `errno` here, straight after
 * the call, leaves no room for another call to change it. `EINTR` is answered like any other error.
 */
#ifndef COMMLINE_CSYSTEM_H
#define COMMLINE_CSYSTEM_H

#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "csystem_memory_file.h"
#include "csystem_process.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Readiness bits, in the type of `epoll_event.events`. */
static const uint32_t csys_readable = EPOLLIN;
static const uint32_t csys_writable = EPOLLOUT;
static const uint32_t csys_hangup = EPOLLHUP;
static const uint32_t csys_error = EPOLLERR;

/* epoll. `token` comes back with every event of the descriptor. */
int csys_epoll_create(void);
int csys_epoll_add(int epoll, int descriptor, uint32_t events, uint64_t token);
int csys_epoll_modify(int epoll, int descriptor, uint32_t events, uint64_t token);
int csys_epoll_remove(int epoll, int descriptor);

/* Waits at most `timeout_ms` (-1 waits for ever) and answers how many of `events` are filled. */
int csys_epoll_wait(int epoll, struct epoll_event *events, int capacity, int timeout_ms);

/* A non-blocking eventfd: what one thread writes to wake another one's epoll. */
int csys_eventfd_create(void);
int csys_eventfd_signal(int descriptor);
int csys_eventfd_clear(int descriptor);

/*
 * A timer of the wall clock: readable once the clock shows the time, and as soon as somebody sets the clock.
 * `set` takes milliseconds since 1970 UTC, and 0 or less for as soon as possible; its -ECANCELED, like that of
 * `read`, says that the clock was set: the timer is set all the same. `read` answers 0 once the time has come
 * and -EAGAIN before it.
 */
int csys_wall_timer_create(void);
int csys_wall_timer_set(int descriptor, int64_t milliseconds);
int csys_wall_timer_disarm(int descriptor);
int csys_wall_timer_read(int descriptor);

/* A non-blocking TCP socket of `family` (AF_INET, AF_INET6), closed on exec. */
int csys_tcp_socket(int family);
int csys_connect(int descriptor, const struct sockaddr *address, socklen_t length);
int csys_bind(int descriptor, const struct sockaddr *address, socklen_t length);
int csys_listen(int descriptor, int backlog);

/* Accepts one connection: non-blocking, closed on exec; fills in the peer's address. */
int csys_accept(int descriptor, struct sockaddr_storage *peer);

int csys_local_address(int descriptor, struct sockaddr_storage *address);
int csys_peer_address(int descriptor, struct sockaddr_storage *address);

/* Receives what there is, up to `length` bytes; 0 is the end of the stream. */
ssize_t csys_receive(int descriptor, void *buffer, size_t length);

/* Sends the pieces as one; never raises SIGPIPE. */
ssize_t csys_send(int descriptor, const struct iovec *pieces, size_t count);

int csys_shutdown_write(int descriptor);

/* The error that waits on a socket (SO_ERROR), negated; 0 when there is none. Reading it clears it. */
int csys_pending_error(int descriptor);

int csys_set_no_delay(int descriptor);
int csys_set_reuse_address(int descriptor);

/* Probes an idle peer after `idle_s` seconds, each `interval_s`, and gives up after `count` probes. */
int csys_set_keep_alive(int descriptor, int idle_s, int interval_s, int count);

/* Close answers the peer with a reset and drops what is unsent. */
int csys_set_abortive_close(int descriptor);

int csys_close(int descriptor);

/* A descriptor that only takes up a place in the table, to be given back when the table is full. */
int csys_open_null(void);

/* A pipe of two non-blocking ends, closed on exec. */
int csys_pipe(int ends[2]);

/*
 * From now on, `signal` writes its number as one byte to `descriptor`, which must be non-blocking. There is
 * one such descriptor in a process. It stays open until csys_stop_forwarding() has been called.
 */
int csys_forward_signal(int signal, int descriptor);
void csys_stop_forwarding(void);
int csys_restore_signal(int signal);
int csys_ignore_signal(int signal);

/* Names the calling thread; at most 15 bytes are kept. */
void csys_name_thread(const char *name);

/* How many cores the process may run on. */
int csys_usable_cores(void);

/* Whether a result of getaddrinfo() means that the name has no address, rather than that none was found out. */
int csys_is_unknown_host(int code);

/* "ECONNREFUSED" for an `errno`, or NULL for a number that has no name. Static storage. */
const char *csys_error_symbol(int code);

#ifdef __cplusplus
}
#endif

#endif
