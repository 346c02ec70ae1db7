/* SPDX-License-Identifier: GPL-3.0-or-later */
/* topology_text.h - topologies as users write them: "star", "tree:4x4", "torus:8x8x8". */
#ifndef TOPOLOGY_TEXT_H
#define TOPOLOGY_TEXT_H

#include "topology.h"

#define TOPOLOGY_TEXT_MAX 80
#define TOPOLOGY_NOTATION "star, tree:4x4, fat-tree:8, torus:4x4x2, dragonfly:9x4x2 or links"

/* Sets kind and sizes. SJ_OK, or SJ_EUSAGE; `what` begins the message. */
int  topology_parse(const char *what, const char *text, sj_topology_spec *out, sj_error *err);
void topology_format(const sj_topology_spec *s, char text[TOPOLOGY_TEXT_MAX]);

#endif
