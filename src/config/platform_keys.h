/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * platform_keys.h - what a cluster file says, key by key, before it is a machine.
 * Between platform.c, platform_check.c and platform_places.c only.
 */
#ifndef PLATFORM_KEYS_H
#define PLATFORM_KEYS_H

#include "config/cluster.h"
#include "config/yaml_bind.h"

enum {
	PLATFORM_TYPES_MAX  = 10000,
	PLATFORM_MODELS_MAX = SJ_GPU_MODELS_MAX,
	PLATFORM_RACKS_MAX  = 100000,
	PLATFORM_NAME_MAX   = 64,
	PLATFORM_KINDS_MAX  = 400 /* of interference */
};

/* Relative to a reference, or in FLOP/s. */
struct speed {
	struct text_mark at;
	double           v;
	bool             flops;
	bool             wrong; /* told already */
};

struct watts_file {
	struct text_mark at;
	double           v;
};

struct power_file {
	struct text_mark  at;
	struct watts_file idle, busy;
};

struct gpus_file {
	struct text_mark  at;
	struct yaml_int   count, shares;
	struct yaml_text  model;
	struct yaml_bytes memory;
	struct speed      speed;
	struct power_file power;
};

struct nic_file {
	struct text_mark  at;
	struct yaml_bytes bandwidth;
	struct yaml_time  latency;
};

struct links_file {
	struct text_mark  at;
	struct yaml_bytes pcie, nvlink;
	struct yaml_time  pcie_latency, nvlink_latency;
};

/* A number of racks of its own, or names. */
struct racks_file {
	struct text_mark at;
	struct yaml_int  count;
	struct yaml_list names;
	uint32_t         first, number; /* by platform_places.c: a range of the machine's */
};

struct failures_file {
	struct text_mark at;
	struct yaml_text mtbf, mttr;
};

struct type_file {
	struct text_mark     at;
	struct yaml_text     type, site;
	struct yaml_int      count, cores;
	struct speed         speed;
	struct yaml_bytes    memory;
	struct gpus_file     gpus;
	struct nic_file      nic;
	struct links_file    links;
	struct racks_file    racks;
	struct power_file    power;
	struct failures_file failures;
	uint32_t             site_number; /* by platform_places.c */
};

/* A square of factors, row by row. */
struct slowdown_file {
	struct text_mark at;
	uint32_t         kinds;
	double          *factor;
};

struct interference_file {
	struct text_mark     at;
	struct yaml_text     scope;
	struct slowdown_file slowdown;
};

struct storage_file {
	struct text_mark  at;
	struct yaml_text  name, site;
	struct yaml_bytes bandwidth, disk, read, write;
	struct yaml_time  latency;
	uint32_t          site_number; /* by platform_places.c */
};

/* A cable between two sites, or (without ends) between every two; or between vertices. */
struct cable_file {
	struct text_mark  at;
	struct yaml_text  name, duplex;
	struct yaml_list  between;
	struct yaml_bytes bandwidth;
	struct yaml_time  latency;
	uint32_t          site[2]; /* by platform_network.c */
	sj_graph_end      end[2];  /* by platform_links.c ... */
	uint32_t          first;   /* ... its first cable */
};

struct route_file {
	struct text_mark at;
	struct yaml_text from, to, symmetric;
	struct yaml_list via;
	sj_route_spec    spec;  /* by platform_links.c; no cables: something is wrong */
	uint32_t        *cable;
	bool             good;  /* it is a walk */
};

struct wan_file {
	struct text_mark  at;
	struct yaml_list  cables;
	struct cable_file mesh;
};

struct fault_file {
	struct text_mark at;
	struct yaml_text links, mtbf, mttr;
};

/* A rate, or percent of the bandwidth: the other is 0. */
struct load {
	struct text_mark at;
	double           percent;
	uint64_t         bytes_per_s;
};

struct background_file {
	struct text_mark at;
	struct yaml_text links, on, off;
	struct load      load;
};

/* Of the machine, or of one site. */
struct network_file {
	struct text_mark  at;
	struct yaml_text  topology, duplex;
	struct yaml_text  oversubscription;
	struct yaml_bytes bandwidth, backbone;
	struct yaml_time  latency, backbone_latency;
	struct yaml_list  storage;
	struct wan_file   wan;
	struct yaml_list  sites; /* of struct network_file ... */
	struct yaml_text  site;  /* ... which name theirs */
	struct yaml_list  switches, links, routes; /* of topology links */
	struct yaml_text  routing, reroute;
	struct yaml_list  failures, background;
	uint32_t          site_number; /* by platform_network.c */
};

struct file {
	struct text_mark         at;
	struct yaml_int          procs;
	struct speed             reference, gpu_reference;
	struct yaml_list         gpu_models, nodes, racks, sites;
	struct interference_file interference;
	struct network_file      network;
};

extern const struct yaml_key platform_keys[];

/* GPU models by number; a job's gpu_model i + 1 is [i]. */
struct models {
	const char *name[PLATFORM_MODELS_MAX];
	size_t      count;
	bool        closed; /* the file lists them */
};
size_t models_find(const struct models *m, const char *name);

/* Racks and sites by number. Names live as long as the tree. */
struct places {
	const char **rack, **site; /* [i] is number i; NULL: it has only a number */
	uint32_t     racks, sites;
};

#define PLATFORM_NAME_RULE "expected 1 to %d letters, digits, blanks and . _ + / : @ -"
bool platform_is_name(const char *s);
/* A name that is none is told. */
void platform_check_name(struct yaml_tree *t, const char *what, const struct yaml_text *name);

/* Everything that must hold between keys; fills `m` and `p` and the numbers in `f`. */
void platform_check(struct yaml_tree *t, struct file *f, struct models *m, struct places *p);
/* Of it the racks and the sites. */
void platform_number(struct yaml_tree *t, struct file *f, struct places *p);
/* Of it the network, when sites have their numbers. */
void platform_check_network(struct yaml_tree *t, struct file *f, const struct places *p);
/* Links and routes of one's own. */
void platform_check_links(struct yaml_tree *t, struct file *f);
int  platform_fill_links(const struct network_file *n, sj_fabric_spec *spec);
/* Links that fail, and background traffic; their patterns when the machine is filled.
 * SJ_OK also when something is wrong with them, SJ_ENOMEM, and of the network SJ_EINVAL. */
void platform_check_news(struct yaml_tree *t, const struct network_file *n);
int  platform_fill_news(const struct network_file *n, struct cluster *c);
int  platform_match_news(struct yaml_tree *t, const struct network_file *n,
			 const struct cluster *c, sj_error *err);
/* The network of a file without mistakes. SJ_OK or SJ_ENOMEM; c->network is then in any
 * state that cluster_fini() can free. */
int  platform_fill_network(const struct network_file *n, struct cluster *c);

#endif
