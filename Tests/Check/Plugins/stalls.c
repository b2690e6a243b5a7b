/* Waits for an answer without a deadline. */
#define TIMEOUT_MS 0
#include "line_driver.h"
