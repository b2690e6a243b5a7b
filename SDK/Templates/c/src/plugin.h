/* What the parts of this plugin know of each other. */
#ifndef PLUGIN_H
#define PLUGIN_H

#include "commline.h"

extern const commline_driver driver;       /* driver.c */
extern const commline_simulator simulator; /* simulator.c */

#endif
