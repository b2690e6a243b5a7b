#include "faults.h"

#include "watch.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

// --- Files: the wrapper stands before the real file in one block of memory. ---

typedef struct {
   sqlite3_file base;
   int32_t watch;
   int32_t is_tracked;  // a database or a log: pictures hold it
   const char *path;
} wrapped;

static sqlite3_vfs *real_layer;

static sqlite3_file *real(sqlite3_file *file) { return (sqlite3_file *)((wrapped *)file + 1); }

static int32_t watch_of(sqlite3_file *file) { return ((wrapped *)file)->watch; }

static int file_close(sqlite3_file *file) { return real(file)->pMethods->xClose(real(file)); }

static int file_read(sqlite3_file *file, void *bytes, int count, sqlite3_int64 offset) {
   return real(file)->pMethods->xRead(real(file), bytes, count, offset);
}

static int file_write(sqlite3_file *file, const void *bytes, int count, sqlite3_int64 offset) {
   watch_picture(watch_of(file));
   int32_t code = watch_step(watch_of(file), FAULT_WRITE);
   if (code != SQLITE_OK) {
      // A half of it has reached the disk: a torn write.
      if (code != SQLITE_FULL && count > 1) real(file)->pMethods->xWrite(real(file), bytes, count / 2, offset);
      return code;
   }
   return real(file)->pMethods->xWrite(real(file), bytes, count, offset);
}

static int file_truncate(sqlite3_file *file, sqlite3_int64 size) {
   int32_t code = watch_step(watch_of(file), FAULT_TRUNCATE);
   return code != SQLITE_OK ? code : real(file)->pMethods->xTruncate(real(file), size);
}

static int file_sync(sqlite3_file *file, int flags) {
   watch_picture(watch_of(file));
   int32_t code = watch_step(watch_of(file), FAULT_SYNC);
   if (code != SQLITE_OK) return code;
   code = real(file)->pMethods->xSync(real(file), flags);
   if (code == SQLITE_OK && ((wrapped *)file)->is_tracked) watch_synced(watch_of(file), ((wrapped *)file)->path);
   return code;
}

static int file_size(sqlite3_file *file, sqlite3_int64 *size) {
   return real(file)->pMethods->xFileSize(real(file), size);
}

static int file_lock(sqlite3_file *file, int level) { return real(file)->pMethods->xLock(real(file), level); }

static int file_unlock(sqlite3_file *file, int level) { return real(file)->pMethods->xUnlock(real(file), level); }

static int file_reserved(sqlite3_file *file, int *result) {
   return real(file)->pMethods->xCheckReservedLock(real(file), result);
}

static int file_control(sqlite3_file *file, int operation, void *argument) {
   return real(file)->pMethods->xFileControl(real(file), operation, argument);
}

static int file_sector(sqlite3_file *file) { return real(file)->pMethods->xSectorSize(real(file)); }

static int file_device(sqlite3_file *file) { return real(file)->pMethods->xDeviceCharacteristics(real(file)); }

static int file_shm_map(sqlite3_file *file, int page, int size, int extend, void volatile **memory) {
   return real(file)->pMethods->xShmMap(real(file), page, size, extend, memory);
}

static int file_shm_lock(sqlite3_file *file, int offset, int count, int flags) {
   return real(file)->pMethods->xShmLock(real(file), offset, count, flags);
}

static void file_shm_barrier(sqlite3_file *file) { real(file)->pMethods->xShmBarrier(real(file)); }

static int file_shm_unmap(sqlite3_file *file, int deletes) {
   return real(file)->pMethods->xShmUnmap(real(file), deletes);
}

static const sqlite3_io_methods methods = {
   .iVersion = 2,
   .xClose = file_close,
   .xRead = file_read,
   .xWrite = file_write,
   .xTruncate = file_truncate,
   .xSync = file_sync,
   .xFileSize = file_size,
   .xLock = file_lock,
   .xUnlock = file_unlock,
   .xCheckReservedLock = file_reserved,
   .xFileControl = file_control,
   .xSectorSize = file_sector,
   .xDeviceCharacteristics = file_device,
   .xShmMap = file_shm_map,
   .xShmLock = file_shm_lock,
   .xShmBarrier = file_shm_barrier,
   .xShmUnmap = file_shm_unmap,
};

static int layer_open(sqlite3_vfs *layer, const char *path, sqlite3_file *file, int flags, int *granted) {
   (void)layer;
   int32_t watch = path == NULL ? -1 : watch_find(path);
   if (watch < 0) return real_layer->xOpen(real_layer, path, file, flags, granted);
   file->pMethods = NULL;
   int32_t code = watch_step(watch, FAULT_OPEN);
   if (code != SQLITE_OK) return code;
   code = real_layer->xOpen(real_layer, path, real(file), flags, granted);
   if (code != SQLITE_OK) {
      if (real(file)->pMethods != NULL) real(file)->pMethods->xClose(real(file));
      return code;
   }
   wrapped *own = (wrapped *)file;
   own->watch = watch;
   own->is_tracked = (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) != 0;
   own->path = path;
   if (own->is_tracked) watch_opened(watch, path);
   file->pMethods = &methods;
   return SQLITE_OK;
}

static int layer_delete(sqlite3_vfs *layer, const char *path, int syncs) {
   (void)layer;
   int32_t watch = watch_find(path);
   if (watch >= 0) watch_deleted(watch, path);
   return real_layer->xDelete(real_layer, path, syncs);
}

static sqlite3_vfs layer;

// --- Memory. ---

static sqlite3_mem_methods real_memory;
static _Thread_local int32_t thread_watch = -1;

void faults_mark_thread(int32_t watch) { thread_watch = watch; }

static int allocation_fails(void) {
   return thread_watch >= 0 && watch_step(thread_watch, FAULT_ALLOCATION) != SQLITE_OK;
}

static void *memory_new(int size) { return allocation_fails() ? NULL : real_memory.xMalloc(size); }

static void *memory_resize(void *block, int size) {
   return allocation_fails() ? NULL : real_memory.xRealloc(block, size);
}

// Before `main`: memory can only be wrapped before SQLite is used for the first time.
__attribute__((constructor)) static void install(void) {
   if (sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory) == SQLITE_OK) {
      sqlite3_mem_methods memory = real_memory;
      memory.xMalloc = memory_new;
      memory.xRealloc = memory_resize;
      sqlite3_config(SQLITE_CONFIG_MALLOC, &memory);
   }
   real_layer = sqlite3_vfs_find(NULL);
   if (real_layer == NULL) return;
   layer = *real_layer;
   layer.pNext = NULL;
   layer.zName = "faults";
   layer.szOsFile = (int)sizeof(wrapped) + real_layer->szOsFile;
   layer.xOpen = layer_open;
   layer.xDelete = layer_delete;
   sqlite3_vfs_register(&layer, 1);
}
