#define _GNU_SOURCE

#include "csystem_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

static int checked(int result)
{
    return result < 0 ? -errno : result;
}

int csys_packet_pair(int ends[2])
{
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) return -errno;
    /* As much room as the system gives: more packets in flight, fewer wake-ups. */
    int room = 1 << 20;
    for (int end = 0; end < 2; end++) {
        (void)setsockopt(ends[end], SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    }
    int flags = fcntl(ends[0], F_GETFL);
    if (flags < 0 || fcntl(ends[0], F_SETFL, flags | O_NONBLOCK) < 0) {
        int code = errno;
        close(ends[0]);
        close(ends[1]);
        return -code;
    }
    return 0;
}

ssize_t csys_send_packet(int descriptor, const struct iovec *pieces, size_t count)
{
    struct msghdr message;
    memset(&message, 0, sizeof message);
    message.msg_iov = (struct iovec *)pieces;
    message.msg_iovlen = count;
    ssize_t sent = sendmsg(descriptor, &message, MSG_NOSIGNAL);
    return sent < 0 ? -errno : sent;
}

ssize_t csys_try_send_packet(int descriptor, const void *bytes, size_t size)
{
    ssize_t sent = send(descriptor, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    return sent < 0 ? -errno : sent;
}

ssize_t csys_receive_packet(int descriptor, void *buffer, size_t size)
{
    struct iovec piece = {buffer, size};
    struct msghdr message;
    memset(&message, 0, sizeof message);
    message.msg_iov = &piece;
    message.msg_iovlen = 1;
    ssize_t count = recvmsg(descriptor, &message, MSG_CMSG_CLOEXEC);
    if (count < 0) return -errno;
    if (message.msg_flags & MSG_TRUNC) return -EMSGSIZE;
    return count;
}

int csys_output_pipe(int ends[2])
{
    if (pipe2(ends, O_CLOEXEC) < 0) return -errno;
    int flags = fcntl(ends[0], F_GETFL);
    if (flags < 0 || fcntl(ends[0], F_SETFL, flags | O_NONBLOCK) < 0) {
        int code = errno;
        close(ends[0]);
        close(ends[1]);
        return -code;
    }
    return 0;
}

ssize_t csys_read(int descriptor, void *buffer, size_t size)
{
    ssize_t count = read(descriptor, buffer, size);
    return count < 0 ? -errno : count;
}

int csys_spawn(const char *path, char *const arguments[], char *const environment[], const int *descriptors,
               int count)
{
    enum { most = 16 };
    int high[most];
    int prepared = 0;
    if (count > most) return -EINVAL;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int code = posix_spawn_file_actions_init(&actions);
    if (code != 0) return -code;
    code = posix_spawnattr_init(&attributes);
    if (code != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return -code;
    }
    /* First out of the way of the numbers that are to be filled. */
    for (; prepared < count && code == 0; prepared++) {
        high[prepared] = fcntl(descriptors[prepared], F_DUPFD_CLOEXEC, most);
        if (high[prepared] < 0) {
            code = errno;
            break;
        }
        code = posix_spawn_file_actions_adddup2(&actions, high[prepared], prepared);
    }
    sigset_t none;
    sigset_t all;
    sigemptyset(&none);
    sigfillset(&all);
    if (code == 0) code = posix_spawnattr_setsigmask(&attributes, &none);
    if (code == 0) code = posix_spawnattr_setsigdefault(&attributes, &all);
    if (code == 0) code = posix_spawnattr_setpgroup(&attributes, 0);
    if (code == 0) {
        code = posix_spawnattr_setflags(
            &attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    }
    pid_t process = 0;
    if (code == 0) code = posix_spawn(&process, path, &actions, &attributes, arguments, environment);
    for (int index = 0; index < prepared; index++) close(high[index]);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return code == 0 ? process : -code;
}

int csys_process_descriptor(pid_t process)
{
    /* Closed on exec by itself (pidfd_open(2)). */
    return checked((int)syscall(SYS_pidfd_open, process, 0));
}

int csys_collect(pid_t process, int *code, int *signal)
{
    int status = 0;
    pid_t result = waitpid(process, &status, WNOHANG);
    if (result < 0) return -errno;
    if (result == 0) return 0;
    *code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    *signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    return 1;
}

int csys_kill(pid_t process)
{
    return checked(kill(process, SIGKILL));
}

int csys_shared_memory(const char *name, size_t size)
{
    int descriptor = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (descriptor < 0) return -errno;
    /* Of a fixed size: a reader of a page that somebody cut off would be killed. */
    int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
    if (ftruncate(descriptor, (off_t)size) < 0 || fcntl(descriptor, F_ADD_SEALS, seals) < 0) {
        int code = errno;
        close(descriptor);
        return -code;
    }
    return descriptor;
}

void *csys_map_shared(int descriptor, size_t size)
{
    void *address = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    return address == MAP_FAILED ? NULL : address;
}

void csys_unmap(void *address, size_t size)
{
    munmap(address, size);
}

void csys_store_word(uint64_t *word, uint64_t value)
{
    __atomic_store_n(word, value, __ATOMIC_RELEASE);
}

uint64_t csys_load_word(const uint64_t *word)
{
    return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

int csys_close_from(int first)
{
    return checked((int)syscall(SYS_close_range, first, ~0U, 0));
}

int csys_die_with_parent(pid_t parent)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0) return -errno;
    /* It may have gone before the line above. */
    return getppid() == parent ? 0 : -ESRCH;
}

static int limit(int what, uint64_t value)
{
    struct rlimit limits;
    if (getrlimit(what, &limits) < 0) return -errno;
    if (limits.rlim_max != RLIM_INFINITY && value > limits.rlim_max) value = limits.rlim_max;
    limits.rlim_cur = value;
    limits.rlim_max = value;
    return checked(setrlimit(what, &limits));
}

int csys_limit_worker(uint64_t data_bytes, uint64_t descriptors)
{
    int result = limit(RLIMIT_CORE, 0);
    if (result == 0) result = limit(RLIMIT_DATA, data_bytes);
    if (result == 0) result = limit(RLIMIT_NOFILE, descriptors);
    if (result == 0) result = checked(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    if (result == 0) result = checked(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0));
    return result;
}
