/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * platform_write.c - a machine as text that reads back: one line of JSON, or YAML with
 * comments. What is as it is without a key is left out.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "config/network_text.h"
#include "config/platform.h"
#include "config/watts.h"
#include "units.h"

/* The same pairs in both notations: mappings inside a node type stay on one line. */
struct pen {
	FILE *to;
	bool  json;
	bool  inner; /* inside such a mapping */
	bool  first; /* nothing in it yet */
};

static void put_key(struct pen *p, const char *key)
{
	if (p->json)
		fprintf(p->to, "%s\"%s\":", p->first ? "" : ",", key);
	else if (p->inner)
		fprintf(p->to, "%s%s: ", p->first ? " " : ", ", key);
	else
		fprintf(p->to, "%s%s: ", p->first ? "  - " : "    ", key);
	p->first = false;
}

static void end_line(const struct pen *p)
{
	if (!p->json && !p->inner)
		fputc('\n', p->to);
}

__attribute__((format(printf, 3, 4)))
static void pair(struct pen *p, const char *key, const char *fmt, ...)
{
	va_list args;

	put_key(p, key);
	va_start(args, fmt);
	vfprintf(p->to, fmt, args);
	va_end(args);
	end_line(p);
}

static struct pen begin(struct pen *p, const char *key)
{
	struct pen in = { .to = p->to, .json = p->json, .inner = true, .first = true };

	put_key(p, key);
	fputc('{', p->to);
	return in;
}

static void end(const struct pen *p)
{
	fputs(p->json ? "}" : " }", p->to);
	end_line(p);
}

/* ---- the parts of a type ----------------------------------------------------------- */

static void put_double(struct pen *p, const char *key, double v, double usual)
{
	char text[64];

	if (v == usual)
		return;
	sj_format_double(v, text, sizeof(text));
	pair(p, key, "%s", text);
}

static void put_bytes(struct pen *p, const char *key, uint64_t v)
{
	char text[64];

	if (v == 0)
		return;
	sj_format_bytes(v, text, sizeof(text));
	pair(p, key, "\"%s\"", text);
}

static void put_rate(struct pen *p, const char *key, uint64_t v)
{
	char text[64];

	if (v == 0)
		return;
	sj_format_rate(v, text, sizeof(text));
	pair(p, key, "\"%s\"", text);
}

static void put_time(struct pen *p, const char *key, sj_time ns)
{
	char text[64];

	if (ns == 0)
		return;
	sj_format_time(ns, text, sizeof(text));
	pair(p, key, "\"%s\"", text);
}

static void put_power(struct pen *p, double idle, double busy)
{
	char lo[64], hi[64];
	struct pen in;

	if (idle == 0 && busy == 0)
		return;
	watts_format(idle, lo, sizeof(lo));
	watts_format(busy, hi, sizeof(hi));
	in = begin(p, "power");
	pair(&in, "idle", "\"%s\"", lo);
	pair(&in, "busy", "\"%s\"", hi);
	end(p);
}

static void put_gpus(struct pen *p, const struct cluster *c, const sj_node_type *s)
{
	struct pen in;

	if (s->gpus == 0)
		return;
	in = begin(p, "gpus");
	pair(&in, "count", "%u", s->gpus);
	if (s->gpu_model != 0)
		pair(&in, "model", "\"%s\"", c->gpu_names[s->gpu_model - 1]);
	put_bytes(&in, "memory", s->gpu_mem_bytes);
	put_double(&in, "speed", s->gpu_speed, 1);
	if (s->gpu_grain > 1)
		pair(&in, "shares", "%u", 1000 / s->gpu_grain);
	put_power(&in, s->gpu_idle_w, s->gpu_busy_w);
	end(p);
}

static void put_links(struct pen *p, const sj_node_type *s)
{
	struct pen in;

	if (s->nic_bytes_per_s != 0) {
		in = begin(p, "nic");
		put_rate(&in, "bandwidth", s->nic_bytes_per_s);
		put_time(&in, "latency", s->nic_latency_ns);
		end(p);
	}
	if (s->pcie_bytes_per_s != 0 || s->nvlink_bytes_per_s != 0) {
		in = begin(p, "links");
		put_rate(&in, "pcie", s->pcie_bytes_per_s);
		put_rate(&in, "nvlink", s->nvlink_bytes_per_s);
		put_time(&in, "pcie_latency", s->pcie_latency_ns);
		put_time(&in, "nvlink_latency", s->nvlink_latency_ns);
		end(p);
	}
}

static void write_names(FILE *to, bool json, char *const *name, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		fprintf(to, "%s\"%s\"", i == 0 ? "[" : json ? "," : ", ", name[i]);
	fputc(']', to);
}

static void put_places(struct pen *p, const struct cluster *c, const sj_node_type *s)
{
	if (s->racks != 0 && c->rack_names[s->rack] == NULL) {
		pair(p, "racks", "%u", s->racks);
	} else if (s->racks != 0) {
		put_key(p, "racks");
		write_names(p->to, p->json, c->rack_names + s->rack, s->racks);
		end_line(p);
	}
	if (c->site_count > 0)
		pair(p, "site", "\"%s\"", c->site_names[s->site]);
}

static void put_type(struct pen *p, const struct cluster *c, const struct node_type *k)
{
	const sj_node_type *s = &k->spec;
	struct pen in;

	pair(p, "type", "\"%s\"", k->name);
	pair(p, "count", "%u", s->count);
	pair(p, "cores", "%u", s->cores);
	put_double(p, "speed", s->speed, 1);
	put_bytes(p, "memory", s->mem_bytes);
	put_gpus(p, c, s);
	put_links(p, s);
	put_places(p, c, s);
	put_power(p, s->idle_w, s->busy_w);
	if (k->mtbf_text == NULL)
		return;
	in = begin(p, "failures");
	pair(&in, "mtbf", "\"%s\"", k->mtbf_text);
	pair(&in, "mttr", "\"%s\"", k->mttr_text);
	end(p);
}

/* ---- what stands above the types ----------------------------------------------------- */

/* Are numbers given in the order in which the types name them? Then a list of names
 * says nothing. `first` and `n` of a type are its range. */
static bool in_order(uint32_t first, uint32_t n, uint32_t *seen)
{
	if (n > 0 && first > *seen)
		return false;
	if (first + n > *seen)
		*seen = first + n;
	return true;
}

static bool models_in_order(const struct cluster *c)
{
	uint32_t seen = 0;

	for (uint32_t i = 0; i < c->type_count; i++) {
		uint32_t model = c->types[i].spec.gpu_model;

		if (model != 0 && !in_order(model - 1, 1, &seen))
			return false;
	}
	return seen == c->gpu_count;
}

static bool racks_in_order(const struct cluster *c)
{
	uint32_t seen = 0;

	for (uint32_t i = 0; i < c->type_count; i++)
		if (!in_order(c->types[i].spec.rack, c->types[i].spec.racks, &seen))
			return false;
	return true;
}

static bool sites_in_order(const struct cluster *c)
{
	uint32_t seen = 0;

	for (uint32_t i = 0; i < c->type_count && c->site_count > 0; i++)
		if (!in_order(c->types[i].spec.site, 1, &seen))
			return false;
	for (uint32_t i = 0; c->network != NULL && i < c->network->storage_count; i++)
		if (c->site_count > 0 && !in_order(c->network->storage[i].site, 1, &seen))
			return false;
	return true;
}

static void list_names(FILE *to, bool json, const char *key, char *const *name, uint32_t n)
{
	fprintf(to, json ? "\"%s\":" : "\n%s: ", key);
	write_names(to, json, name, n);
	fputc(json ? ',' : '\n', to);
}

/* Racks with names are numbered before those without when the file lists them. */
static uint32_t named(const struct cluster *c)
{
	uint32_t n = 0;

	while (n < c->rack_count && c->rack_names[n] != NULL)
		n++;
	return n;
}

static void write_square(FILE *to, bool json, const sj_interference *f)
{
	char text[64];

	for (uint32_t i = 0; i < f->kinds; i++) {
		fputs(!json ? "    - [" : i == 0 ? "[" : ",[", to);
		for (uint32_t k = 0; k < f->kinds; k++) {
			sj_format_double(f->slowdown[(size_t)i * f->kinds + k], text, sizeof(text));
			fprintf(to, "%s%s", k == 0 ? "" : json ? "," : ", ", text);
		}
		fputs(json ? "]" : "]\n", to);
	}
}

static void write_interference(FILE *to, bool json, const sj_interference *f)
{
	const char *scope = f->per_gpu ? "gpu" : "node";

	if (json) {
		fprintf(to, ",\"interference\":{\"scope\":\"%s\",\"slowdown\":[", scope);
		write_square(to, json, f);
		fputs("]}", to);
		return;
	}
	fprintf(to, "\n# How many times as long a task takes (row: its app) beside another (column).\n"
		    "interference:\n  scope: %s\n  slowdown:\n", scope);
	write_square(to, json, f);
}

/* ---- whole machines --------------------------------------------------------------------- */

char *platform_text(const struct cluster *c)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);
	bool failed;

	if (to == NULL)
		return NULL;
	fputc('{', to);
	if (!models_in_order(c))
		list_names(to, true, "gpu_models", c->gpu_names, c->gpu_count);
	if (!racks_in_order(c))
		list_names(to, true, "racks", c->rack_names, named(c));
	if (!sites_in_order(c))
		list_names(to, true, "sites", c->site_names, c->site_count);
	fputs("\"nodes\":[", to);
	for (uint32_t i = 0; i < c->type_count; i++) {
		struct pen p = { .to = to, .json = true, .first = true };

		fputs(i > 0 ? ",{" : "{", to);
		put_type(&p, c, &c->types[i]);
		fputc('}', to);
	}
	fputc(']', to);
	if (c->interference != NULL)
		write_interference(to, true, c->interference);
	if (c->network != NULL)
		network_write(to, true, c);
	fputc('}', to);
	failed = ferror(to);
	if (fclose(to) != 0 || failed) {
		free(text);
		return NULL;
	}
	return text;
}

/* What else could be said of a node, for whoever edits the file. */
static const char other_keys[] =
	"    # memory: 256GiB\n"
	"    # gpus: { count: 4, model: V100, memory: 32GiB }\n"
	"    # nic: { bandwidth: 25Gbit/s, latency: 2us }\n"
	"    # racks: 2\n"
	"    # power: { idle: 90W, busy: 300W }\n"
	"    # failures: { mtbf: 30d, mttr: 4h }\n";

static bool is_plain(const sj_node_type *s)
{
	return s->mem_bytes == 0 && s->gpus == 0 && s->nic_bytes_per_s == 0 && s->racks == 0;
}

void platform_write(FILE *to, const struct cluster *c)
{
	fputs("# A cluster for `sojourn run -c`. docs/CLUSTER.md tells every key;\n"
	      "# `sojourn cluster check FILE` finds what is wrong with a file.\n", to);
	for (uint32_t i = 0; i < c->note_count; i++)
		fprintf(to, "# Note: %s.\n", c->notes[i]);
	if (c->type_count == 0) {
		fprintf(to, "# One pool of identical processors without node boundaries.\n"
			    "procs: %u\n", c->model.procs);
		return;
	}
	for (uint32_t i = 0; i < c->gpu_count; i++)
		fprintf(to, "%s  - \"%s\"  # %u\n", i == 0 ? "\n# Number n of this list is gpu_model n "
			"of a job.\ngpu_models:\n" : "", c->gpu_names[i], i + 1);
	if (!racks_in_order(c))
		list_names(to, false, "racks", c->rack_names, named(c));
	if (!sites_in_order(c))
		list_names(to, false, "sites", c->site_names, c->site_count);
	fputs("\n# Nodes are numbered type after type. The speed of a core is relative to the one on\n"
	      "# which run times hold, 1 unless stated. Sizes need a unit: 1 GB is 10^9 bytes, 1 GiB\n"
	      "# is 2^30; a node without memory is never short of it.\nnodes:\n", to);
	for (uint32_t i = 0; i < c->type_count; i++) {
		struct pen p = { .to = to, .first = true };

		put_type(&p, c, &c->types[i]);
	}
	if (c->type_count == 1 && is_plain(&c->types[0].spec))
		fputs(other_keys, to);
	if (c->interference != NULL)
		write_interference(to, false, c->interference);
	if (c->network != NULL)
		network_write(to, false, c);
}
