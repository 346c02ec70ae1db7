/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cluster.h - the machine as the user writes it: "procs=128" (one pool),
 * "nodes=16,cores=8,gpus=4,gpu=V100,mem=256GiB", a YAML or JSON file, or its text.
 */
#ifndef CLUSTER_H
#define CLUSTER_H

#include "run.h"

/* Nodes of one kind; numbered type after type. */
struct node_type {
	char        *name;
	sj_node_type spec;  /* with its count */
	sj_law      *mtbf, *mttr;           /* what `spec` borrows; NULL: never fails */
	char        *mtbf_text, *mttr_text; /* as timelaw_create() writes them */
};

struct cluster {
	sj_cluster        model;     /* what the core is given; points into this struct */
	char             *text;      /* canonical, parses back to the same machine */
	sj_node_type     *specs;     /* of the types, for the core; NULL for a pool */
	uint32_t          node_count; /* of all types; 0 for a pool */
	struct node_type *types;     /* NULL for a pool */
	uint32_t          type_count;
	uint32_t          gpu_count; /* GPU models with a name: ... */
	char            **gpu_names; /* ... [i] is gpu_model i + 1 of nodes and jobs */
	uint32_t          rack_count, site_count;
	char            **rack_names; /* [i] NULL: the rack has only its number */
	char            **site_names;
	sj_interference  *interference; /* NULL: none */
	sj_fabric_spec   *network;   /* between nodes; owned with all in it; NULL: none stated */
	/* Texts of the laws in `network`: two of each fault, then two of each background, which
	 * may be NULL. */
	uint32_t          network_law_count;
	char            **network_laws;
	uint32_t          note_count;
	char            **notes; /* sentences on what a foreign format says beyond this */
};

#define CLUSTER_NODES_MAX 10000000
#define CLUSTER_PROCS_MAX 2147483647 /* widths are 32 bits and sums must not wrap */

/* One line for help: the notation. */
#define CLUSTER_NOTATION "procs=N or nodes=N,cores=N[,gpus=N][,gpu=MODEL][,mem=SIZE][,...]"

/*
 * A name that ends in .yaml, .yml, .json or .xml, perhaps packed, is a file, one in .csv (or
 * .csv.gz, .csv.zst) a list of nodes, as published with traces; a text that begins with "{" is
 * what could stand in one; the rest is the inline notation.
 *
 * SJ_OK      *out is filled; cluster_fini() frees it
 * SJ_EUSAGE  unknown key, wrong value, or keys that do not go together
 * SJ_EPARSE  the same in a file: the first one, and how many there are
 * SJ_ENOENT, SJ_EIO  of a file
 * SJ_ENOMEM
 */
int  cluster_parse(const char *text, struct cluster *out, sj_error *err);
/* A pool of `procs` > 0 processors: what a log says about its own machine. */
int  cluster_pool(uint32_t procs, struct cluster *out, sj_error *err);
void cluster_fini(struct cluster *c);

/* As if it stated no network. SJ_OK or SJ_ENOMEM. */
int  cluster_drop_network(struct cluster *c);

/* Makes `model`, `nodes` and `text` of a cluster with types. SJ_OK or SJ_ENOMEM. */
int  cluster_complete(struct cluster *c);

#endif
