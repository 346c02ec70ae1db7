/* SPDX-License-Identifier: GPL-3.0-or-later */
/* endpoint.h - where data is, as users write it: "5", "n5", "big:3", "n5.g2", "home". */
#ifndef ENDPOINT_H
#define ENDPOINT_H

#include "config/cluster.h"

#define ENDPOINT_NOTATION "a node (5, n5 or TYPE:5), one of its GPUs (n5.g0) or a storage"

/* SJ_OK, or SJ_EUSAGE with a sentence that `what` begins. */
int endpoint_parse(const char *what, const char *text, const struct cluster *c,
		   sj_endpoint *out, sj_error *err);

#endif
