/* Exports nothing. */
#define WITHOUT_ENTRY
#include "line_driver.h"
const commline_plugin *hidden_entry(void);
const commline_plugin *hidden_entry(void) { return &plugin; }
