/* Wants a function of the host. */
void commline_host_secret(void);
#define ON_ACTIVATE commline_host_secret()
#include "line_driver.h"
