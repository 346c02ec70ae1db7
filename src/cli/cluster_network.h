/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cluster_network.h - the network of a machine, for `cluster show`. */
#ifndef CLUSTER_NETWORK_H
#define CLUSTER_NETWORK_H

#include <jansson.h>

#include "config/network_facts.h"

/* Prints a table and sentences; nothing without a network. SJ_OK, SJ_ENOMEM, SJ_EIO, or as
 * from network_facts_make(). */
int     cluster_network_show(const struct cluster *c, sj_error *err);
/* The same as an object, JSON null without one; NULL: an error, in *err. */
json_t *cluster_network_json(const struct cluster *c, sj_error *err);

#endif
