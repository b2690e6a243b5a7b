// Failures of the disk on order, for tests of the store.
//
// A library that links this has SQLite's default file layer wrapped: files below a folder that was registered
// fail when and how the test says; all others are left alone, so that tests may run side by side. Memory is
// wrapped too: allocations fail on threads that were marked.
#ifndef COMMLINE_FAULTS_H
#define COMMLINE_FAULTS_H

#include <stdint.h>

// What can fail.
typedef enum {
   FAULT_WRITE = 0,
   FAULT_SYNC = 1,
   FAULT_OPEN = 2,
   FAULT_TRUNCATE = 3,
   FAULT_ALLOCATION = 4,
   FAULT_KINDS = 5
} fault_kind;

// Begins to watch the files below a folder, whose path must be absolute. Returns a number for the calls below,
// or -1 when too many folders are watched.
int32_t faults_watch(const char *folder);

// Ends it and forgets everything.
void faults_forget(int32_t watch);

// Lets the n-th operation of a kind from now on fail, n from 1, with an SQLite result code. A lasting failure
// goes on until `faults_heal`; another one happens once.
void faults_fail(int32_t watch, fault_kind kind, int64_t number, int32_t code, int32_t lasts);

// Ends all failures.
void faults_heal(int32_t watch);

// How many operations of a kind there were, and how many of all kinds failed.
int64_t faults_count(int32_t watch, fault_kind kind);
int64_t faults_failed(int32_t watch);

// Allocations of the calling thread belong to a watch from now on; -1 for none.
void faults_mark_thread(int32_t watch);

// From now on, before each write and each synchronisation, writes into `folder`/1, `folder`/2 … what a power
// cut at this moment would leave of the watched databases: what was synchronised. In each second one, sectors
// that were written and not synchronised have reached the disk by chance. `faults_note` tells the number that
// stood noted when a picture was taken.
void faults_capture(int32_t watch, const char *folder);
int64_t faults_captures(int32_t watch);
void faults_note(int32_t watch, int64_t number);
int64_t faults_noted(int32_t watch, int64_t capture);

#endif
