/* SPDX-License-Identifier: GPL-3.0-or-later */
/* commands.c - the table of subcommands: one line each, in the order of `help`. */
#include "cli/commands.h"

const struct command commands[] = {
	{ "run", cmd_run, "replay a workload against policies" },
	{ "repro", cmd_repro, "run stored runs again and compare their digests" },
	{ "explain", cmd_explain, "tell why a job of a stored run waited" },
	{ "compare", cmd_compare, "policies against a baseline, with confidence intervals" },
	{ "table", cmd_table, "policies by metrics, for a paper or a program" },
	{ "export", cmd_export, "stored runs as Batsim CSV, CSV or a Perfetto trace" },
	{ "query", cmd_query, "run a SELECT on a results database, with statistics" },
	{ "plot", cmd_plot, "figures for papers: PDF, LaTeX, SVG, PNG or text" },
	{ "trace", cmd_trace, "look at workload traces, check, convert and cut them" },
	{ "gen", cmd_gen, "write generated workloads, show laws" },
	{ "cluster", cmd_cluster, "look at machines, check and write their files" },
	{ "flows", cmd_flows, "transfers over shared links: when they end, at which rates" },
	{ "collective", cmd_collective, "what all-reduces and the like cost, each way" },
	{ "coflow", cmd_coflow, "coflow completion times by the order of service" },
	{ "bandit", cmd_bandit, "learners on arms of known rewards: what they play, their regret" },
	{ "policy", cmd_policy, "list, explain, start and check scheduling policies" },
	{ "bench", cmd_bench, "measure the hot paths of this program" },
	{ "doctor", cmd_doctor, "check the installation and results files" },
	{ NULL, NULL, NULL },
};
