/*
 * Memory files: files without a name, which can be sealed so that nobody changes them any more.
 * Results as in csystem.h: 0 or more, or a negated `errno`.
 */
#ifndef COMMLINE_CSYSTEM_MEMORY_FILE_H
#define COMMLINE_CSYSTEM_MEMORY_FILE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A memory file that can be sealed, closed on exec. `name` is for people who look into /proc. */
int csys_memory_file(const char *name);

/* Writes all of `bytes` at the end. */
int csys_write_all(int descriptor, const void *bytes, size_t size);

/* Forbids for ever to write, to shrink, to grow, and to lift these seals. */
int csys_seal(int descriptor);

#ifdef __cplusplus
}
#endif

#endif
