// The watched folders: what is to fail in them, and what of them is on the disk.
#ifndef COMMLINE_FAULTS_WATCH_H
#define COMMLINE_FAULTS_WATCH_H

#include "faults.h"

// The watch that a path belongs to, or -1.
int32_t watch_find(const char *path);

// Counts an operation; SQLITE_OK, or the code with which it must fail.
int32_t watch_step(int32_t watch, fault_kind kind);

// A file was opened, synchronised, deleted.
void watch_opened(int32_t watch, const char *path);
void watch_synced(int32_t watch, const char *path);
void watch_deleted(int32_t watch, const char *path);

// Writes what a power cut would leave now, where pictures are wanted.
void watch_picture(int32_t watch);

#endif
