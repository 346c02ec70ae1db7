/* SPDX-License-Identifier: GPL-3.0-or-later */
/* commands.h - every subcommand; each lives in src/cli/cmd_NAME.c. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "cli/cli.h"

command_fn cmd_run;
command_fn cmd_repro;
command_fn cmd_explain;
command_fn cmd_doctor;
command_fn cmd_query;
command_fn cmd_export;
command_fn cmd_table;
command_fn cmd_compare;
command_fn cmd_plot;
command_fn cmd_trace;
command_fn cmd_gen;
command_fn cmd_cluster;
command_fn cmd_flows;
command_fn cmd_collective;
command_fn cmd_coflow;
command_fn cmd_bandit;
command_fn cmd_policy;
command_fn cmd_bench;

#endif
