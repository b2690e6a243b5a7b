/* Exports more than its entry. */
__attribute__((visibility("default"))) int line_checksum_table[4] = {1, 2, 3, 4};
#include "line_driver.h"
