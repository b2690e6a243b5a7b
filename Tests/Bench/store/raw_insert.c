// The reference of `commline bench store`: the same rows, one SQL row a value, straight from C.
//
//   raw_insert FOLDER METERS DAYS QUANTITIES SLOTS ROWS_A_TRANSACTION [SECONDS]
//
// Each meter delivers a day at once: SLOTS moments of QUANTITIES values; meters come in another order each
// day. WAL, synchronous=FULL, WITHOUT ROWID, one prepared statement, the log moved into the file at 16 MiB.
// Prints one line of JSON.
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

static double now(void) {
   struct timespec time;
   clock_gettime(CLOCK_MONOTONIC, &time);
   return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void check(sqlite3 *database, int code) {
   if (code == SQLITE_OK || code == SQLITE_DONE || code == SQLITE_ROW) return;
   fprintf(stderr, "raw_insert: %s\n", sqlite3_errmsg(database));
   exit(1);
}

// The same as in BenchReadings.swift: a step of a meter's register.
static uint32_t step(uint64_t meter, uint64_t day, uint64_t slot, uint64_t quantity) {
   uint64_t x = meter * 0x9E3779B97F4A7C15u ^ day * 0xBF58476D1CE4E5B9u ^ slot * 0x94D049BB133111EBu ^ quantity << 57;
   x ^= x >> 31;
   x *= 0xD6E8FEB86659FD93u;
   return (uint32_t)(x >> 40) % 700;
}

int main(int count, char **words) {
   if (count < 7) {
      fprintf(stderr, "usage: raw_insert FOLDER METERS DAYS QUANTITIES SLOTS ROWS_A_TRANSACTION [SECONDS]\n");
      return 2;
   }
   const char *folder = words[1];
   uint64_t meters = strtoull(words[2], NULL, 10), days = strtoull(words[3], NULL, 10);
   uint64_t quantities = strtoull(words[4], NULL, 10), slots = strtoull(words[5], NULL, 10);
   uint64_t transaction = strtoull(words[6], NULL, 10);
   double seconds = count > 7 ? strtod(words[7], NULL) : 1e9;
   char path[4096];
   snprintf(path, sizeof path, "%s/raw.sqlite", folder);
   sqlite3 *database = NULL;
   check(database, sqlite3_open(path, &database));
   check(database, sqlite3_exec(database,
      "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -8192;"
      "PRAGMA wal_autocheckpoint = 4096;"
      "CREATE TABLE value (series INTEGER NOT NULL, time INTEGER NOT NULL, shape INTEGER NOT NULL, number,"
      " received INTEGER NOT NULL, PRIMARY KEY (series, time)) WITHOUT ROWID;", NULL, NULL, NULL));
   sqlite3_stmt *insert = NULL;
   check(database, sqlite3_prepare_v2(database, "INSERT INTO value VALUES (?, ?, ?, ?, ?)", -1, &insert, NULL));
   int64_t *registers = calloc(meters * quantities, sizeof *registers);
   if (registers == NULL) return 1;
   uint64_t rows = 0, open = 0;
   double start = now();
   uint64_t stride = 7919;  // a prime: goes through all meters in another order than their numbers
   for (uint64_t day = 0; day < days && now() - start < seconds; day++) {
      for (uint64_t place = 0; place < meters; place++) {
         uint64_t meter = (place * stride + day * 31) % meters;
         int64_t end = (int64_t)day * 86400000 - 1296000000;
         int64_t received = end + 86400000 + 1800000 + (int64_t)place * 17;
         for (uint64_t slot = 0; slot < slots; slot++) {
            int64_t time = end + (int64_t)((slot + 1) * (86400000 / slots));
            for (uint64_t quantity = 0; quantity < quantities; quantity++) {
               if (open == 0) check(database, sqlite3_exec(database, "BEGIN IMMEDIATE", NULL, NULL, NULL));
               int64_t *number = &registers[meter * quantities + quantity];
               *number += step(meter, day, slot, quantity);
               sqlite3_bind_int64(insert, 1, (int64_t)(meter + 1) << 14 | (int64_t)quantity);
               sqlite3_bind_int64(insert, 2, time);
               sqlite3_bind_int64(insert, 3, 0);
               sqlite3_bind_int64(insert, 4, *number);
               sqlite3_bind_int64(insert, 5, received - time);
               check(database, sqlite3_step(insert));
               sqlite3_reset(insert);
               rows++;
               if (++open >= transaction) {
                  check(database, sqlite3_exec(database, "COMMIT", NULL, NULL, NULL));
                  open = 0;
               }
            }
         }
         if ((place & 63) == 0 && now() - start >= seconds) break;
      }
   }
   if (open > 0) check(database, sqlite3_exec(database, "COMMIT", NULL, NULL, NULL));
   double wall = now() - start;
   sqlite3_finalize(insert);
   sqlite3_close(database);
   struct stat status;
   if (stat(path, &status) != 0) return 1;
   printf("{\"rows\": %llu, \"seconds\": %.3f, \"rowsPerSecond\": %.0f, \"bytesPerRow\": %.2f}\n",
          (unsigned long long)rows, wall, (double)rows / wall, (double)status.st_size / (double)rows);
   free(registers);
   return 0;
}
