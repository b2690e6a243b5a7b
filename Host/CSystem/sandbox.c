#define _GNU_SOURCE

#include "csystem_process.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- Landlock: which files can be read ---- */

static int allow_reading(int rules, const char *path, uint64_t access)
{
    int place = open(path, O_PATH | O_CLOEXEC);
    if (place < 0) return 0; /* what is not there needs no rule */
    struct landlock_path_beneath_attr rule = {.allowed_access = access, .parent_fd = place};
    long result = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
    int code = errno;
    close(place);
    return result < 0 ? -code : 0;
}

int csys_restrict_files(void)
{
    static const char *const folders[] = {"/usr", "/lib", "/lib64", "/etc/ssl", "/opt", "/proc/self", "/nix"};
    static const char *const files[] = {"/etc/ld.so.cache", "/etc/localtime", "/dev/null", "/dev/urandom"};
    const uint64_t read_file = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_EXECUTE;
    const uint64_t read_folder = read_file | LANDLOCK_ACCESS_FS_READ_DIR;
    struct landlock_ruleset_attr attributes = {
        .handled_access_fs = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE
            | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR | LANDLOCK_ACCESS_FS_REMOVE_DIR
            | LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR
            | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO
            | LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM,
    };
    /* Only the first version's rights are named, so the first version's size is passed. */
    long rules = syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes.handled_access_fs, 0);
    if (rules < 0) return -errno;
    int result = 0;
    for (size_t index = 0; result == 0 && index < sizeof folders / sizeof *folders; index++) {
        result = allow_reading((int)rules, folders[index], read_folder);
    }
    for (size_t index = 0; result == 0 && index < sizeof files / sizeof *files; index++) {
        result = allow_reading((int)rules, files[index], LANDLOCK_ACCESS_FS_READ_FILE);
    }
    if (result == 0 && syscall(SYS_landlock_restrict_self, (int)rules, 0) < 0) result = -errno;
    close((int)rules);
    return result;
}

/* ---- seccomp: which system calls are answered ---- */

#if defined(__x86_64__)
#define OWN_ARCHITECTURE AUDIT_ARCH_X86_64
#define SIXTY_FOUR_BITS_ONLY 0x40000000u /* above it the numbers of the x32 ABI begin */
#elif defined(__aarch64__)
#define OWN_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

/* Calls that harm nobody but their caller. */
static const int harmless[] = {
    SYS_read, SYS_pread64, SYS_readv, SYS_write, SYS_writev, SYS_close, SYS_fstat, SYS_newfstatat, SYS_statx,
    SYS_lseek, SYS_fcntl, SYS_faccessat, SYS_readlinkat, SYS_getcwd, SYS_mmap, SYS_munmap, SYS_mprotect,
    SYS_mremap, SYS_madvise, SYS_mincore, SYS_brk, SYS_membarrier, SYS_futex, SYS_set_robust_list,
    SYS_get_robust_list, SYS_rseq, SYS_set_tid_address, SYS_clock_gettime, SYS_clock_getres,
    SYS_clock_nanosleep, SYS_nanosleep, SYS_gettimeofday, SYS_getrandom, SYS_getpid, SYS_gettid, SYS_getppid,
    SYS_getuid, SYS_geteuid, SYS_getgid, SYS_getegid, SYS_getrlimit, SYS_getrusage, SYS_sysinfo, SYS_uname,
    SYS_sched_yield, SYS_sched_getaffinity, SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn,
    SYS_sigaltstack, SYS_restart_syscall, SYS_exit, SYS_exit_group, SYS_sendmsg, SYS_sendto, SYS_recvmsg,
    SYS_recvfrom, SYS_ppoll, SYS_getcpu, SYS_dup, SYS_rt_sigsuspend, SYS_rt_sigtimedwait, SYS_getdents64, SYS_ioctl,
#if defined(__x86_64__)
    SYS_access, SYS_readlink, SYS_stat, SYS_lstat, SYS_poll, SYS_time, SYS_arch_prctl, SYS_pause,
#endif
};

/* Calls of code that talks to the network: an integrator's database client. */
static const int networking[] = {
    SYS_socket, SYS_connect, SYS_bind, SYS_getsockname, SYS_getpeername, SYS_setsockopt, SYS_getsockopt,
    SYS_shutdown, SYS_socketpair, SYS_pselect6, SYS_epoll_create1, SYS_epoll_ctl, SYS_epoll_pwait,
    SYS_eventfd2, SYS_pipe2, SYS_sendmmsg, SYS_recvmmsg, SYS_dup3, SYS_timerfd_create, SYS_timerfd_settime,
    SYS_prctl, SYS_fstatfs, SYS_statfs, SYS_umask,
#if defined(__x86_64__)
    SYS_select, SYS_pipe, SYS_dup2, SYS_epoll_wait, SYS_epoll_create,
#endif
};

enum { most_instructions = 512 };

struct program {
    struct sock_filter code[most_instructions];
    unsigned short count;
};

static void add(struct program *program, unsigned short code, unsigned char yes, unsigned char no, uint32_t value)
{
    if (program->count < most_instructions) {
        program->code[program->count++] = (struct sock_filter){code, yes, no, value};
    }
}

static void load(struct program *program, size_t offset)
{
    add(program, BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)offset);
}

static void answer(struct program *program, uint32_t value)
{
    add(program, BPF_RET | BPF_K, 0, 0, value);
}

/* Answers `value` where the loaded word is `number`; the loaded word stays. */
static void when(struct program *program, uint32_t number, uint32_t value)
{
    add(program, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, number);
    answer(program, value);
}

/* Decides about call `number` by `count` further instructions, which end with an answer. */
#define CALL(number, count) add(program, BPF_JMP | BPF_JEQ | BPF_K, 0, (count), (uint32_t)(number))

static const uint32_t refused = SECCOMP_RET_ERRNO | EPERM;

/* The low half of an argument. */
static size_t argument(int number)
{
    return offsetof(struct seccomp_data, args) + 8 * (size_t)number;
}

static void add_conditional(struct program *program, uint32_t self)
{
    /* Files are opened for reading only: no O_WRONLY, O_RDWR, O_CREAT, O_TRUNC. */
    const uint32_t writing = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC;
    CALL(SYS_openat, 4);
    load(program, argument(2));
    add(program, BPF_JMP | BPF_JSET | BPF_K, 0, 1, writing);
    answer(program, refused);
    answer(program, SECCOMP_RET_ALLOW);
#if defined(__x86_64__)
    CALL(SYS_open, 4);
    load(program, argument(1));
    add(program, BPF_JMP | BPF_JSET | BPF_K, 0, 1, writing);
    answer(program, refused);
    answer(program, SECCOMP_RET_ALLOW);
#endif
    /* Threads are made, processes are not. glibc asks with clone3 first, whose flags a filter cannot see. */
    CALL(SYS_clone, 4);
    load(program, argument(0));
    add(program, BPF_JMP | BPF_JSET | BPF_K, 0, 1, CLONE_THREAD);
    answer(program, SECCOMP_RET_ALLOW);
    answer(program, refused);
    when(program, SYS_clone3, SECCOMP_RET_ERRNO | ENOSYS);
    /* Signals to itself, as abort() sends them, and to nobody else. */
    const int sending[] = {SYS_tgkill, SYS_kill};
    for (size_t index = 0; index < sizeof sending / sizeof *sending; index++) {
        CALL(sending[index], 4);
        load(program, argument(0));
        add(program, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, self);
        answer(program, SECCOMP_RET_ALLOW);
        answer(program, refused);
    }
    /* Limits are asked for, not set: the new value is a null pointer. */
    CALL(SYS_prlimit64, 6);
    load(program, argument(2));
    add(program, BPF_JMP | BPF_JEQ | BPF_K, 0, 3, 0);
    load(program, argument(2) + 4);
    add(program, BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0);
    answer(program, SECCOMP_RET_ALLOW);
    answer(program, refused);
    /* A thread may name itself, and glibc names its memory. */
    CALL(SYS_prctl, 5);
    load(program, argument(0));
    add(program, BPF_JMP | BPF_JEQ | BPF_K, 2, 0, PR_SET_NAME);
    add(program, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, 0x53564d41 /* PR_SET_VMA */);
    answer(program, refused);
    answer(program, SECCOMP_RET_ALLOW);
}

int csys_filter_calls(unsigned kind)
{
    struct program storage = {.count = 0};
    struct program *program = &storage;
    load(program, offsetof(struct seccomp_data, arch));
    add(program, BPF_JMP | BPF_JEQ | BPF_K, 1, 0, OWN_ARCHITECTURE);
    answer(program, SECCOMP_RET_KILL_PROCESS);
    load(program, offsetof(struct seccomp_data, nr));
#ifdef SIXTY_FOUR_BITS_ONLY
    add(program, BPF_JMP | BPF_JGE | BPF_K, 0, 1, SIXTY_FOUR_BITS_ONLY);
    answer(program, refused);
#endif
    for (size_t index = 0; index < sizeof harmless / sizeof *harmless; index++) {
        when(program, (uint32_t)harmless[index], SECCOMP_RET_ALLOW);
    }
    if (kind == CSYS_FILTER_SOURCE) {
        for (size_t index = 0; index < sizeof networking / sizeof *networking; index++) {
            when(program, (uint32_t)networking[index], SECCOMP_RET_ALLOW);
        }
    }
    add_conditional(program, (uint32_t)getpid());
    answer(program, refused);
    struct sock_fprog filter = {.len = program->count, .filter = program->code};
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) < 0 ? -errno : 0;
}
