#define _GNU_SOURCE
#include "csystem.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netdb.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

static int checked(int result)
{
    return result < 0 ? -errno : result;
}

static int option_on(int descriptor, int level, int name)
{
    int on = 1;
    return checked(setsockopt(descriptor, level, name, &on, sizeof on));
}

static int set_option(int descriptor, int level, int name, int value)
{
    return checked(setsockopt(descriptor, level, name, &value, sizeof value));
}

int csys_epoll_create(void)
{
    return checked(epoll_create1(EPOLL_CLOEXEC));
}

int csys_epoll_add(int epoll, int descriptor, uint32_t events, uint64_t token)
{
    struct epoll_event event = {.events = events, .data = {.u64 = token}};
    return checked(epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event));
}

int csys_epoll_modify(int epoll, int descriptor, uint32_t events, uint64_t token)
{
    struct epoll_event event = {.events = events, .data = {.u64 = token}};
    return checked(epoll_ctl(epoll, EPOLL_CTL_MOD, descriptor, &event));
}

int csys_epoll_remove(int epoll, int descriptor)
{
    return checked(epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, NULL));
}

int csys_epoll_wait(int epoll, struct epoll_event *events, int capacity, int timeout_ms)
{
    return checked(epoll_wait(epoll, events, capacity, timeout_ms));
}

int csys_eventfd_create(void)
{
    return checked(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
}

int csys_eventfd_signal(int descriptor)
{
    uint64_t one = 1;
    return write(descriptor, &one, sizeof one) < 0 ? -errno : 0;
}

int csys_eventfd_clear(int descriptor)
{
    uint64_t count;
    return read(descriptor, &count, sizeof count) < 0 ? -errno : 0;
}

int csys_wall_timer_create(void)
{
    return checked(timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC));
}

int csys_wall_timer_set(int descriptor, int64_t milliseconds)
{
    /* A zero time would disarm the timer. */
    struct itimerspec time = {.it_value = {.tv_nsec = 1}};
    if (milliseconds > 0) {
        time.it_value.tv_sec = milliseconds / 1000;
        time.it_value.tv_nsec = milliseconds % 1000 * 1000000 + 1;
    }
    return checked(
        timerfd_settime(descriptor, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &time, NULL));
}

int csys_wall_timer_disarm(int descriptor)
{
    struct itimerspec time = {.it_value = {.tv_sec = 0}};
    return checked(timerfd_settime(descriptor, 0, &time, NULL));
}

int csys_wall_timer_read(int descriptor)
{
    uint64_t count;
    return read(descriptor, &count, sizeof count) < 0 ? -errno : 0;
}

int csys_tcp_socket(int family)
{
    return checked(socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
}

int csys_connect(int descriptor, const struct sockaddr *address, socklen_t length)
{
    return checked(connect(descriptor, address, length));
}

int csys_bind(int descriptor, const struct sockaddr *address, socklen_t length)
{
    return checked(bind(descriptor, address, length));
}

int csys_listen(int descriptor, int backlog)
{
    return checked(listen(descriptor, backlog));
}

int csys_accept(int descriptor, struct sockaddr_storage *peer)
{
    socklen_t length = sizeof *peer;
    return checked(
        accept4(descriptor, (struct sockaddr *)peer, &length, SOCK_NONBLOCK | SOCK_CLOEXEC));
}

int csys_local_address(int descriptor, struct sockaddr_storage *address)
{
    socklen_t length = sizeof *address;
    return checked(getsockname(descriptor, (struct sockaddr *)address, &length));
}

int csys_peer_address(int descriptor, struct sockaddr_storage *address)
{
    socklen_t length = sizeof *address;
    return checked(getpeername(descriptor, (struct sockaddr *)address, &length));
}

ssize_t csys_receive(int descriptor, void *buffer, size_t length)
{
    ssize_t count = recv(descriptor, buffer, length, 0);
    return count < 0 ? -errno : count;
}

ssize_t csys_send(int descriptor, const struct iovec *pieces, size_t count)
{
    ssize_t sent;
    if (count == 1) {
        sent = send(descriptor, pieces[0].iov_base, pieces[0].iov_len, MSG_NOSIGNAL);
    } else {
        struct msghdr message = {.msg_iov = (struct iovec *)pieces, .msg_iovlen = count};
        sent = sendmsg(descriptor, &message, MSG_NOSIGNAL);
    }
    return sent < 0 ? -errno : sent;
}

int csys_shutdown_write(int descriptor)
{
    return checked(shutdown(descriptor, SHUT_WR));
}

int csys_pending_error(int descriptor)
{
    int code = 0;
    socklen_t length = sizeof code;
    if (getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length) < 0) {
        return -errno;
    }
    return -code;
}

int csys_set_no_delay(int descriptor)
{
    return option_on(descriptor, IPPROTO_TCP, TCP_NODELAY);
}

int csys_set_reuse_address(int descriptor)
{
    return option_on(descriptor, SOL_SOCKET, SO_REUSEADDR);
}

int csys_set_keep_alive(int descriptor, int idle_s, int interval_s, int count)
{
    int result = set_option(descriptor, IPPROTO_TCP, TCP_KEEPIDLE, idle_s);
    if (result == 0) {
        result = set_option(descriptor, IPPROTO_TCP, TCP_KEEPINTVL, interval_s);
    }
    if (result == 0) {
        result = set_option(descriptor, IPPROTO_TCP, TCP_KEEPCNT, count);
    }
    if (result == 0) {
        result = option_on(descriptor, SOL_SOCKET, SO_KEEPALIVE);
    }
    return result;
}

int csys_set_abortive_close(int descriptor)
{
    struct linger linger = {.l_onoff = 1, .l_linger = 0};
    return checked(setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &linger, sizeof linger));
}

int csys_close(int descriptor)
{
    return checked(close(descriptor));
}

int csys_open_null(void)
{
    return checked(open("/dev/null", O_RDONLY | O_CLOEXEC));
}

int csys_pipe(int ends[2])
{
    return checked(pipe2(ends, O_CLOEXEC | O_NONBLOCK));
}

/* Written before the handler is installed and read by the handler only: lock-free atomics are enough. */
static _Atomic int signal_target = -1;

static void forward(int number)
{
    int saved = errno;
    unsigned char byte = (unsigned char)number;
    int target = atomic_load(&signal_target);
    if (target >= 0) {
        /* A full pipe already holds more than one wake-up: the loss is harmless. */
        ssize_t written = write(target, &byte, 1);
        (void)written;
    }
    errno = saved;
}

static int set_handler(int number, void (*handler)(int))
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    return checked(sigaction(number, &action, NULL));
}

int csys_forward_signal(int number, int descriptor)
{
    atomic_store(&signal_target, descriptor);
    return set_handler(number, forward);
}

void csys_stop_forwarding(void)
{
    atomic_store(&signal_target, -1);
}

int csys_restore_signal(int number)
{
    return set_handler(number, SIG_DFL);
}

int csys_ignore_signal(int number)
{
    return set_handler(number, SIG_IGN);
}

void csys_name_thread(const char *name)
{
    char kept[16] = {0};
    strncpy(kept, name, sizeof kept - 1);
    pthread_setname_np(pthread_self(), kept);
}

int csys_usable_cores(void)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    int result = checked(sched_getaffinity(0, sizeof set, &set));
    return result < 0 ? result : CPU_COUNT(&set);
}

int csys_is_unknown_host(int code)
{
    return code == EAI_NONAME || code == EAI_NODATA || code == EAI_ADDRFAMILY;
}

const char *csys_error_symbol(int code)
{
    return strerrorname_np(code);
}
