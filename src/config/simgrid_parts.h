/* SPDX-License-Identifier: GPL-3.0-or-later */
/* simgrid_parts.h - what the files simgrid*.c share; nobody else. */
#ifndef SIMGRID_PARTS_H
#define SIMGRID_PARTS_H

#include "config/simgrid.h"

struct simgrid_flat;

/* ---- values (simgrid_value.c) --------------------------------------------------------- */

/* A number with a unit. false: it is none, and `why` says what was expected. */
bool simgrid_speed(const char *text, double *flops, const char **why);
bool simgrid_bandwidth(const char *text, double *bytes_per_s, const char **why);
bool simgrid_latency(const char *text, double *seconds, const char **why);
/* Item number `k` of a list with commas goes to buf, without blanks. false: there is none,
 * or it is too long. */
bool simgrid_item(const char *list, uint32_t k, char *buf, size_t size);
/* "95.0:190.7" or "95.0:120.0:190.7": idle, then all cores busy. */
bool simgrid_watts(const char *text, double *idle, double *busy);

struct simgrid_range {
	uint32_t first, last;
};
/* "0-9,12" as ranges in ascending order; malloc'd. NULL: not a radical, or two ranges
 * overlap (*why says so), or no memory (*why is NULL). */
struct simgrid_range *simgrid_radical(const char *text, size_t *count, const char **why);

/* ---- names and references (simgrid_names.c) --------------------------------------------- */

enum simgrid_name { NAME_PLACE /* host or router */, NAME_LINK, NAME_ZONE };

struct simgrid_names;
struct simgrid_names *simgrid_names_create(void);
void simgrid_names_free(struct simgrid_names *n);
bool simgrid_name(struct simgrid_names *n, enum simgrid_name kind, const char *name,
		  struct text_mark at);
bool simgrid_refer(struct simgrid_names *n, enum simgrid_name kind, const char *name,
		   struct text_mark at);
/* Hosts, a router and links that a cluster makes; takes over `range`. */
struct simgrid_family {
	char                 *id, *prefix, *suffix, *router;
	struct simgrid_range *range;
	size_t                ranges;
};
bool simgrid_family(struct simgrid_names *n, const struct simgrid_family *f);
/* Names given twice, and references to what is not there. */
void simgrid_names_check(struct simgrid_names *n, struct wrongs *w);

/* ---- hosts (simgrid_machine.c) -------------------------------------------------------- */

/* Alike hosts that follow each other. */
struct simgrid_hosts {
	struct text_mark at;
	char            *name;  /* of the cluster, or of the first host; taken over */
	bool             alone; /* a host, which others may join; not a cluster */
	uint32_t         count, cores;
	double           flops, idle_w, busy_w;
	uint64_t         nic_bytes_per_s;
	sj_time          nic_latency_ns;
	/* Of a cluster: a star, perhaps with a backbone, is taken over; another is not. */
	bool             star, half_duplex;
	uint64_t         backbone_bytes_per_s;
	sj_time          backbone_latency_ns;
};

/* What is told of the import. */
struct simgrid_counts {
	uint64_t links, routes, routers, profiles, disks, settings, properties, sleeps;
	uint64_t masters, storages, excluded;
	bool     blank_first;
};

struct simgrid_machine {
	struct simgrid_hosts *group;
	size_t                count, room;
	uint64_t              hosts;
	struct simgrid_counts seen;
};
/* SJ_OK or SJ_ENOMEM; takes over h->name. */
int  simgrid_add(struct simgrid_machine *m, const struct simgrid_hosts *h);
void simgrid_machine_fini(struct simgrid_machine *m);
/* What cannot be a machine is told to `w`. */
void simgrid_machine_check(const struct simgrid_machine *m, struct wrongs *w);
/* `flat` may give it a network. */
int  simgrid_build(const struct simgrid_machine *m, struct simgrid_flat *flat,
		   struct cluster *out);

#endif
