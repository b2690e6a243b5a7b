#define _GNU_SOURCE

#include "csystem_memory_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U /* Linux 6.3: says that the file is meant to be executed */
#endif

int csys_memory_file(const char *name) {
    int descriptor = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
    if (descriptor < 0 && errno == EINVAL) {
        /* An older kernel, where every memory file may be executed. */
        descriptor = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    }
    return descriptor < 0 ? -errno : descriptor;
}

int csys_write_all(int descriptor, const void *bytes, size_t size) {
    const char *next = bytes;
    while (size > 0) {
        ssize_t count = write(descriptor, next, size);
        if (count < 0) {
            if (errno == EINTR) continue;
            return -errno;
        }
        next += count;
        size -= (size_t)count;
    }
    return 0;
}

int csys_seal(int descriptor) {
    int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;
    return fcntl(descriptor, F_ADD_SEALS, seals) < 0 ? -errno : 0;
}
