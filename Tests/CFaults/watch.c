#include "watch.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MOST_WATCHES = 64, MOST_IMAGES = 32, MOST_PICTURES = 4096, MOST_PATH = 512, SECTOR = 512 };

// What of a file is on the disk for certain.
typedef struct {
   char path[MOST_PATH];
   unsigned char *bytes;
   size_t size;
} image;

typedef struct {
   int used;
   char folder[MOST_PATH];
   int64_t remaining[FAULT_KINDS];  // operations until the failing one; 0 for none
   int32_t code[FAULT_KINDS];
   int32_t lasts[FAULT_KINDS];
   int64_t count[FAULT_KINDS];
   int64_t failed;
   char pictures[MOST_PATH];
   int64_t picture_count;
   int64_t noted;
   int64_t notes[MOST_PICTURES + 1];
   image images[MOST_IMAGES];
} watch;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static watch watches[MOST_WATCHES];

static watch *at(int32_t number) {
   return number >= 0 && number < MOST_WATCHES && watches[number].used ? &watches[number] : NULL;
}

int32_t faults_watch(const char *folder) {
   int32_t found = -1;
   pthread_mutex_lock(&lock);
   for (int32_t number = 0; number < MOST_WATCHES && found < 0; number++) {
      if (watches[number].used || strlen(folder) >= MOST_PATH) continue;
      memset(&watches[number], 0, sizeof watches[number]);
      watches[number].used = 1;
      strcpy(watches[number].folder, folder);
      found = number;
   }
   pthread_mutex_unlock(&lock);
   return found;
}

void faults_forget(int32_t number) {
   pthread_mutex_lock(&lock);
   watch *own = at(number);
   if (own != NULL) {
      for (int place = 0; place < MOST_IMAGES; place++) free(own->images[place].bytes);
      memset(own, 0, sizeof *own);
   }
   pthread_mutex_unlock(&lock);
}

void faults_fail(int32_t number, fault_kind kind, int64_t which, int32_t code, int32_t lasts) {
   pthread_mutex_lock(&lock);
   watch *own = at(number);
   if (own != NULL && kind < FAULT_KINDS) {
      own->remaining[kind] = which;
      own->code[kind] = code;
      own->lasts[kind] = lasts;
   }
   pthread_mutex_unlock(&lock);
}

void faults_heal(int32_t number) {
   pthread_mutex_lock(&lock);
   watch *own = at(number);
   if (own != NULL) memset(own->remaining, 0, sizeof own->remaining);
   pthread_mutex_unlock(&lock);
}

static int64_t read_number(int32_t number, const int64_t *(*field)(const watch *, int64_t), int64_t which) {
   pthread_mutex_lock(&lock);
   watch *own = at(number);
   int64_t value = own == NULL ? 0 : *field(own, which);
   pthread_mutex_unlock(&lock);
   return value;
}

static const int64_t *count_field(const watch *own, int64_t which) { return &own->count[which]; }
static const int64_t *failed_field(const watch *own, int64_t which) { return (void)which, &own->failed; }
static const int64_t *pictures_field(const watch *own, int64_t which) { return (void)which, &own->picture_count; }
static const int64_t *note_field(const watch *own, int64_t which) {
   return &own->notes[which < 0 || which > MOST_PICTURES ? 0 : which];
}

int64_t faults_count(int32_t number, fault_kind kind) {
   return kind < FAULT_KINDS ? read_number(number, count_field, kind) : 0;
}
int64_t faults_failed(int32_t number) { return read_number(number, failed_field, 0); }
int64_t faults_captures(int32_t number) { return read_number(number, pictures_field, 0); }
int64_t faults_noted(int32_t number, int64_t picture) { return read_number(number, note_field, picture); }

void faults_note(int32_t number, int64_t noted) {
   pthread_mutex_lock(&lock);
   watch *own = at(number);
   if (own != NULL) own->noted = noted;
   pthread_mutex_unlock(&lock);
}

int32_t watch_find(const char *path) {
   int32_t found = -1;
   pthread_mutex_lock(&lock);
   for (int32_t number = 0; number < MOST_WATCHES && found < 0; number++) {
      size_t length = strlen(watches[number].folder);
      if (watches[number].used && strncmp(path, watches[number].folder, length) == 0 && path[length] == '/') {
         found = number;
      }
   }
   pthread_mutex_unlock(&lock);
   return found;
}

int32_t watch_step(int32_t number, fault_kind kind) {
   int32_t code = SQLITE_OK;
   pthread_mutex_lock(&lock);
   watch *own = at(number);
   if (own != NULL) {
      own->count[kind]++;
      if (own->remaining[kind] > 0) {
         // A lasting failure stays at one.
         if (own->remaining[kind] > 1) {
            own->remaining[kind]--;
         } else {
            code = own->code[kind];
            own->failed++;
            if (!own->lasts[kind]) own->remaining[kind] = 0;
         }
      }
   }
   pthread_mutex_unlock(&lock);
   return code;
}

// --- What is on the disk. ---

static unsigned char *contents(const char *path, size_t *size) {
   *size = 0;
   FILE *file = fopen(path, "rb");
   if (file == NULL) return NULL;
   struct stat status;
   unsigned char *bytes = NULL;
   if (fstat(fileno(file), &status) == 0 && status.st_size > 0) {
      bytes = malloc((size_t)status.st_size);
      if (bytes != NULL) *size = fread(bytes, 1, (size_t)status.st_size, file);
   }
   fclose(file);
   return bytes;
}

static image *find_image(watch *own, const char *path, int adds) {
   image *empty = NULL;
   for (int place = 0; place < MOST_IMAGES; place++) {
      image *one = &own->images[place];
      if (strcmp(one->path, path) == 0) return one;
      if (empty == NULL && one->path[0] == 0) empty = one;
   }
   if (!adds || empty == NULL || strlen(path) >= MOST_PATH) return NULL;
   strcpy(empty->path, path);
   return empty;
}

static void refresh(int32_t number, const char *path, int only_new) {
   pthread_mutex_lock(&lock);
   watch *own = at(number);
   if (own != NULL) {
      image *known = find_image(own, path, 0);
      image *one = known != NULL ? known : find_image(own, path, 1);
      if (one != NULL && (known == NULL || !only_new)) {
         free(one->bytes);
         one->bytes = contents(path, &one->size);
      }
   }
   pthread_mutex_unlock(&lock);
}

void watch_opened(int32_t number, const char *path) { refresh(number, path, 1); }
void watch_synced(int32_t number, const char *path) { refresh(number, path, 0); }

void watch_deleted(int32_t number, const char *path) {
   pthread_mutex_lock(&lock);
   watch *own = at(number);
   image *one = own == NULL ? NULL : find_image(own, path, 0);
   if (one != NULL) {
      free(one->bytes);
      memset(one, 0, sizeof *one);
   }
   pthread_mutex_unlock(&lock);
}

static void make_parents(char *path) {
   for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
      *slash = 0;
      mkdir(path, 0700);
      *slash = '/';
   }
}

// Writes one file of a picture; `chance` decides about sectors that are not synchronised, 0 for none of them.
static void draw(const watch *own, const image *one, uint64_t chance) {
   char target[2 * MOST_PATH + 32];
   snprintf(target, sizeof target, "%s/%lld%s", own->pictures, (long long)own->picture_count,
            one->path + strlen(own->folder));
   make_parents(target);
   FILE *file = fopen(target, "wb");
   if (file == NULL) return;
   size_t size = 0;
   unsigned char *now = chance == 0 ? NULL : contents(one->path, &size);
   size_t length = one->size;
   if (now != NULL && chance >> 20 & 1) length = size;
   for (size_t offset = 0; offset < length; offset += SECTOR) {
      size_t count = length - offset < SECTOR ? length - offset : SECTOR;
      unsigned char sector[SECTOR] = {0};
      chance = chance * 6364136223846793005u + (chance != 0 ? 1442695040888963407u : 0);
      const unsigned char *source = now != NULL && chance >> 40 & 1 ? now : one->bytes;
      size_t end = source == now ? size : one->size;
      if (source != NULL && offset < end) memcpy(sector, source + offset, end - offset < count ? end - offset : count);
      fwrite(sector, 1, count, file);
   }
   free(now);
   fclose(file);
}

void watch_picture(int32_t number) {
   pthread_mutex_lock(&lock);
   watch *own = at(number);
   if (own != NULL && own->pictures[0] != 0 && own->picture_count < MOST_PICTURES) {
      own->picture_count++;
      own->notes[own->picture_count] = own->noted;
      uint64_t chance = own->picture_count % 2 == 0 ? (uint64_t)own->picture_count * 0x9E3779B97F4A7C15u | 1 : 0;
      for (int place = 0; place < MOST_IMAGES; place++) {
         if (own->images[place].path[0] != 0) draw(own, &own->images[place], chance);
      }
   }
   pthread_mutex_unlock(&lock);
}

void faults_capture(int32_t number, const char *folder) {
   pthread_mutex_lock(&lock);
   watch *own = at(number);
   if (own != NULL && strlen(folder) < MOST_PATH) {
      strcpy(own->pictures, folder);
      mkdir(folder, 0700);
   }
   pthread_mutex_unlock(&lock);
}
