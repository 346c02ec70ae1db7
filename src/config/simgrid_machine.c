/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * simgrid_machine.c - from hosts to node types, and notes on what was left out. Nodes keep
 * the order of the file, so only alike hosts that follow each other make one type.
 */
#include "config/simgrid_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config/platform_keys.h"
#include "config/simgrid_routes.h"
#include "units.h"

static bool alike(const struct simgrid_hosts *a, const struct simgrid_hosts *b)
{
	return a->alone && b->alone && a->cores == b->cores && a->flops == b->flops &&
	       a->idle_w == b->idle_w && a->busy_w == b->busy_w &&
	       a->nic_bytes_per_s == b->nic_bytes_per_s &&
	       a->nic_latency_ns == b->nic_latency_ns;
}

int simgrid_add(struct simgrid_machine *m, const struct simgrid_hosts *h)
{
	m->hosts += h->count;
	if (m->count > 0 && alike(&m->group[m->count - 1], h)) {
		m->group[m->count - 1].count += h->count;
		free(h->name);
		return SJ_OK;
	}
	if (m->count == m->room) {
		size_t room = m->room > 0 ? 2 * m->room : 64;
		struct simgrid_hosts *more = realloc(m->group, room * sizeof(*more));

		if (more == NULL) {
			free(h->name);
			return SJ_ENOMEM;
		}
		m->group = more;
		m->room = room;
	}
	m->group[m->count++] = *h;
	return SJ_OK;
}

void simgrid_machine_fini(struct simgrid_machine *m)
{
	for (size_t i = 0; i < m->count; i++)
		free(m->group[i].name);
	free(m->group);
}

void simgrid_machine_check(const struct simgrid_machine *m, struct wrongs *w)
{
	const struct text_mark begin = { 1, 1 };
	double procs = 0;

	if (m->count == 0) {
		wrongs_add(w, begin, "no host that computes; expected host or cluster");
		return;
	}
	for (size_t i = 0; i < m->count; i++) {
		const struct simgrid_hosts *g = &m->group[i];
		double relative = g->flops / m->group[0].flops;

		procs += (double)g->count * g->cores;
		if (relative < 1e-6 || relative > 1e6)
			wrongs_add(w, g->at, "speed: outside 1e-06 .. 1000000 times that of the first "
				   "host");
	}
	if (m->hosts > CLUSTER_NODES_MAX)
		wrongs_add(w, begin, "%" PRIu64 " hosts in all; at most %d", m->hosts,
			   CLUSTER_NODES_MAX);
	else if (procs > CLUSTER_PROCS_MAX)
		wrongs_add(w, begin, "%.0f cores in all; at most %d", procs, CLUSTER_PROCS_MAX);
	if (m->count > PLATFORM_TYPES_MAX)
		wrongs_add(w, begin, "%zu kinds of hosts, counting those that do not follow each "
			   "other; at most %d", m->count, PLATFORM_TYPES_MAX);
}

/* ---- names of types ------------------------------------------------------------------- */

/* An id as a name: other signs become "_". */
static char *name_of(const char *id)
{
	size_t n = strnlen(id, PLATFORM_NAME_MAX - 12);
	char *name = malloc(n + 1), one[2] = "";

	if (name == NULL)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		one[0] = id[i];
		name[i] = (char)(platform_is_name(one) || (id[i] == ' ' && i > 0 && i + 1 < n) ?
				 id[i] : '_');
	}
	name[n] = '\0';
	return name;
}

static int by_name(const void *x, const void *y)
{
	const struct node_type *a = *(const struct node_type *const *)x;
	const struct node_type *b = *(const struct node_type *const *)y;
	int order = strcmp(a->name, b->name);

	return order != 0 ? order : a < b ? -1 : a > b;
}

/* Two types of one name: the later one gets its number. */
static int make_unique(struct cluster *c)
{
	struct node_type **sorted = malloc(c->type_count * sizeof(struct node_type *));
	bool again = true;

	if (sorted == NULL)
		return SJ_ENOMEM;
	while (again) {
		again = false;
		for (uint32_t i = 0; i < c->type_count; i++)
			sorted[i] = &c->types[i];
		qsort(sorted, c->type_count, sizeof(struct node_type *), by_name);
		for (uint32_t i = 1; i < c->type_count; i++) {
			char *name = NULL;

			if (strcmp(sorted[i]->name, sorted[i - 1]->name) != 0)
				continue;
			if (asprintf(&name, "%.*s/%u", PLATFORM_NAME_MAX - 12, sorted[i]->name,
				     (unsigned)(sorted[i] - c->types) + 1) < 0) {
				free(sorted);
				return SJ_ENOMEM;
			}
			free(sorted[i]->name);
			sorted[i]->name = name;
			again = true;
		}
	}
	free(sorted);
	return SJ_OK;
}

/* ---- notes -------------------------------------------------------------------------------- */

__attribute__((format(printf, 2, 3)))
static int note(struct cluster *c, const char *fmt, ...)
{
	char **more = realloc(c->notes, (c->note_count + 1) * sizeof(*more));
	va_list args;
	int n;

	if (more == NULL)
		return SJ_ENOMEM;
	c->notes = more;
	va_start(args, fmt);
	n = vasprintf(&c->notes[c->note_count], fmt, args);
	va_end(args);
	c->note_count += n >= 0;
	return n >= 0 ? SJ_OK : SJ_ENOMEM;
}

static int note_left_out(const struct simgrid_counts *s, struct cluster *c)
{
	int rc = SJ_OK;

	if (s->masters + s->storages + s->excluded > 0)
		rc = note(c, "left out, because they do not compute: %" PRIu64 " master, %" PRIu64
			  " storage and %" PRIu64 " excluded hosts", s->masters, s->storages,
			  s->excluded);
	if (rc == SJ_OK && c->network != NULL && c->network->graph != NULL)
		rc = note(c, "the network is that of %" PRIu64 " links and %" PRIu64 " routes, as far as they "
			  "lead from one host that computes to another", s->links, s->routes);
	else if (rc == SJ_OK && c->network != NULL)
		rc = note(c, "the network is that of the only cluster that computes; what leads to others "
			  "was checked and not used");
	else if (rc == SJ_OK && s->links + s->routers + s->routes > 0)
		rc = note(c, "no network was made of %" PRIu64 " links, %" PRIu64 " routers and %" PRIu64
			  " routes, which were checked: one cluster with its backbone becomes one, and hosts with a "
			  "route for every two of them",
			  s->links, s->routers, s->routes);
	if (rc == SJ_OK && s->profiles > 0)
		rc = note(c, "with it %" PRIu64 " profiles of links", s->profiles);
	if (rc == SJ_OK && s->sleeps > 0)
		rc = note(c, "not modelled: power states beyond the first in use, of %" PRIu64
			  " hosts or clusters", s->sleeps);
	if (rc == SJ_OK && s->disks > 0)
		rc = note(c, "not modelled: %" PRIu64 " disks", s->disks);
	if (rc == SJ_OK && s->properties > 0)
		rc = note(c, "not understood: %" PRIu64 " other properties", s->properties);
	if (rc == SJ_OK && s->settings > 0)
		rc = note(c, "settings of another simulator: %" PRIu64, s->settings);
	if (rc == SJ_OK && s->blank_first)
		rc = note(c, "blanks stand before <?xml, which strict readers of XML refuse");
	return rc;
}

static int note_reference(const struct simgrid_hosts *first, struct cluster *c)
{
	char speed[64];

	sj_format_double(first->flops / 1e9, speed, sizeof(speed));
	return note(c, "speed 1 is that of the first host, %sGFLOP/s", speed);
}

/* ---- the machine ----------------------------------------------------------------------- */

static int fill_type(const struct simgrid_hosts *g, double reference, struct node_type *to)
{
	to->name = name_of(g->name);
	to->spec = (sj_node_type){
		.count = g->count, .cores = g->cores, .speed = g->flops / reference,
		.gpu_grain = 1, .gpu_speed = 1, .idle_w = g->idle_w, .busy_w = g->busy_w,
		.nic_bytes_per_s = g->nic_bytes_per_s, .nic_latency_ns = g->nic_latency_ns,
	};
	return to->name != NULL ? SJ_OK : SJ_ENOMEM;
}

/* A single cluster is a star whose routes have its backbone between the two cables. */
static int take_star(const struct simgrid_machine *m, struct cluster *out)
{
	const struct simgrid_hosts *g = &m->group[0];

	if (m->count != 1 || g->alone || !g->star || g->nic_bytes_per_s == 0)
		return SJ_OK;
	out->network = calloc(1, sizeof(*out->network));
	if (out->network == NULL)
		return SJ_ENOMEM;
	out->network->topology = (sj_topology_spec){
		.kind = SJ_TOPOLOGY_STAR, .oversubscription = 1, .half_duplex = g->half_duplex,
		.backbone_bytes_per_s = (double)g->backbone_bytes_per_s,
		.backbone_latency_ns = g->backbone_bytes_per_s != 0 ? g->backbone_latency_ns : 0,
	};
	return SJ_OK;
}

static bool only_hosts(const struct simgrid_machine *m)
{
	for (size_t i = 0; i < m->count; i++)
		if (!m->group[i].alone || m->group[i].nic_bytes_per_s != 0)
			return false;
	return true;
}

int simgrid_build(const struct simgrid_machine *m, struct simgrid_flat *flat,
		  struct cluster *out)
{
	int rc = SJ_OK;

	out->types = calloc(m->count, sizeof(*out->types));
	out->gpu_names = calloc(1, sizeof(*out->gpu_names));
	out->rack_names = calloc(1, sizeof(*out->rack_names));
	out->site_names = calloc(1, sizeof(*out->site_names));
	if (out->types == NULL || out->gpu_names == NULL || out->rack_names == NULL ||
	    out->site_names == NULL)
		return SJ_ENOMEM;
	while (rc == SJ_OK && out->type_count < m->count) {
		rc = fill_type(&m->group[out->type_count], m->group[0].flops,
			       &out->types[out->type_count]);
		out->type_count++;
	}
	if (rc == SJ_OK)
		rc = make_unique(out);
	if (rc == SJ_OK)
		rc = take_star(m, out);
	if (rc == SJ_OK && only_hosts(m))
		rc = simgrid_flat_build(flat, out);
	if (rc == SJ_OK)
		rc = note_reference(&m->group[0], out);
	if (rc == SJ_OK)
		rc = note_left_out(&m->seen, out);
	return rc == SJ_OK ? cluster_complete(out) : rc;
}
