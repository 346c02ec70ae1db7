/* SPDX-License-Identifier: GPL-3.0-or-later */
/* network_text.h - what connects a machine, as the key `network` of a cluster file. */
#ifndef NETWORK_TEXT_H
#define NETWORK_TEXT_H

#include <stdio.h>

#include "config/cluster.h"

/* One line of JSON after a comma, or lines of YAML. Errors stay with the stream. */
void network_write(FILE *to, bool json, const struct cluster *c);
/* Frees it with all in it; accepts NULL. */
void network_free(sj_fabric_spec *s);

#endif
