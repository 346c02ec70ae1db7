/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cluster_cmds.h - the verbs of `sojourn cluster`. */
#ifndef CLUSTER_CMDS_H
#define CLUSTER_CMDS_H

#include "cli/cli.h"

command_fn cluster_show;  /* cluster_show.c */
command_fn cluster_check; /* cmd_cluster.c, and so on */
command_fn cluster_gen;
command_fn cluster_failures;
command_fn cluster_convert;
command_fn cluster_route;

#endif
