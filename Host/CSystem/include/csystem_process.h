/*
 * Worker processes: starting one, talking to it in packets, noticing its end, and what it gives up for good
 * when it begins. Results as in csystem.h: 0 or more, or a negated `errno`.
 */
#ifndef COMMLINE_CSYSTEM_PROCESS_H
#define COMMLINE_CSYSTEM_PROCESS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Two ends that exchange whole packets in order (AF_UNIX, SOCK_SEQPACKET), closed on exec. The first one is
 * non-blocking, for the host; the second one blocks, for the worker. */
int csys_packet_pair(int ends[2]);

/* Sends the pieces as one packet; never raises SIGPIPE. */
ssize_t csys_send_packet(int descriptor, const struct iovec *pieces, size_t count);

/* Sends a packet without waiting, whatever the descriptor's mode. */
ssize_t csys_try_send_packet(int descriptor, const void *bytes, size_t size);

/* Receives one packet; 0 is the end, -EMSGSIZE a packet that does not fit. */
ssize_t csys_receive_packet(int descriptor, void *buffer, size_t size);

/* A pipe for what a child writes to its standard output: the read end does not block. Closed on exec. */
int csys_output_pipe(int ends[2]);

/* Reads what there is; 0 is the end. */
ssize_t csys_read(int descriptor, void *buffer, size_t size);

/*
 * Starts `path` as a process group of its own, with default signals. Descriptor `descriptors[n]` becomes
 * descriptor n there, and all others are closed on exec. Answers the process.
 */
int csys_spawn(const char *path, char *const arguments[], char *const environment[], const int *descriptors,
               int count);

/* A descriptor that is readable when the process has ended, closed on exec. */
int csys_process_descriptor(pid_t process);

/* Collects an ended process. Answers 1 with `signal` 0 and its exit `code`, or with the signal that ended
 * it; 0 while it runs. */
int csys_collect(pid_t process, int *code, int *signal);

int csys_kill(pid_t process);

/* A page that two processes share; zeroed, of a fixed size. */
int csys_shared_memory(const char *name, size_t size);
void *csys_map_shared(int descriptor, size_t size);
void csys_unmap(void *address, size_t size);

/* One word of shared memory. */
void csys_store_word(uint64_t *word, uint64_t value);
uint64_t csys_load_word(const uint64_t *word);

/* ---- What a worker gives up ---- */

/* Closes every descriptor from `first` on. */
int csys_close_from(int first);

/* Ends this process when its parent does; answers -ESRCH where `parent` is gone already. */
int csys_die_with_parent(pid_t parent);

/* No core dumps, no more than `data_bytes` of private memory and `descriptors` open files, no new privileges,
 * not readable by other processes. */
int csys_limit_worker(uint64_t data_bytes, uint64_t descriptors);

/* Files can only be read, and only those of the system's libraries and settings (Landlock). -ENOSYS or
 * -EOPNOTSUPP where the kernel cannot do it. */
int csys_restrict_files(void);

/* What the seccomp filter of a worker allows beside computing and memory. */
#define CSYS_FILTER_DRIVER 0u /* reading files */
#define CSYS_FILTER_SOURCE 1u /* reading files, and connections to the network */

/* Refuses (EPERM) every system call but those that such code needs; for ever, for this process. */
int csys_filter_calls(unsigned kind);

#ifdef __cplusplus
}
#endif

#endif
