/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kind_divisible.c - load that can be cut anywhere. Without communication: equal chunks that
 * free nodes take one after the other, cut so that all end together. On a star from a root
 * that sends to one node after the other: one part each, whose bytes are real transfers and
 * whose fractions the simulation is asked for.
 */
#include <math.h>
#include <stdlib.h>

#include "kinds.h"
#include "task_graph.h"

enum { NODES_MAX = 16 };

/* ---- by chunks ------------------------------------------------------------------------------ */

/* W / (sum of speeds) is a chunk: node i has time for speed[i] of them until all end. */
void show_divisible_static(struct check *k)
{
	const json_t *speed = input_array(k, "speed");
	size_t n = json_array_size(speed), chunks = 0;
	const double load = input_number(k, "W");
	struct text cluster = { 0 };
	double share[NODES_MAX] = { 0 }, last = 0;
	struct task_graph g;
	struct graph_slot *slot;

	if (n > NODES_MAX || !graph_begin(k, &g, "chunks"))
		return;
	for (size_t i = 0; i < n; i++) {
		double s = json_number_value(json_array_get(speed, i));

		chunks += (size_t)s;
		text_add(&cluster, "%s{type: n%zu, count: 1, cores: 1, speed: %g}",
			 i == 0 ? "{nodes: [" : ", ", i, s);
	}
	text_add(&cluster, "]}");
	for (size_t i = 0; i < chunks; i++)
		graph_task(&g, load / (double)chunks, -1);
	graph_end(&g);
	slot = graph_slots(k, &g, text_string(&cluster), "fifo");
	if (slot == NULL)
		return;
	for (size_t i = 0; i < chunks; i++) {
		share[slot[i].place] += load / (double)chunks;
		last = fmax(last, slot[i].to_s);
	}
	expect_numbers(k, "share", share, n);
	expect_number(k, "makespan", last);
}

/* ---- on a star -------------------------------------------------------------------------------- */

/* Times are in units of this many seconds and a load of 1 is so many bytes, so that whole
 * nanoseconds, bytes and bytes per second do not show in ten digits. */
#define UNIT_S     1000.0
#define UNIT_BYTES 1e15

struct star {
	size_t n;
	double w[NODES_MAX], z[NODES_MAX]; /* per unit of load: compute, send */
};

static const char *star_cluster(const struct star *s)
{
	struct text t = { 0 };

	text_add(&t, "{network: {topology: star}, nodes: [{type: root, count: 1, cores: 1, "
		     "nic: {bandwidth: 1000TB/s, latency: 0s}}");
	for (size_t i = 0; i < s->n; i++)
		text_add(&t, ", {type: n%zu, count: 1, cores: 1, nic: {bandwidth: %.0fB/s, "
			     "latency: 0s}}", i + 1, UNIT_BYTES / UNIT_S / s->z[i]);
	text_add(&t, "]}");
	return text_string(&t);
}

/*
 * Task 0 is the load on the root; task i receives part i on node i, after task i - 1 has
 * received its part; task n + i computes it. When each node ends, in units of time.
 */
static bool star_ends(struct check *k, const struct star *s, const double *part, double *end)
{
	struct task_graph g;
	struct graph_slot *slot;

	if (!graph_begin(k, &g, "star"))
		return false;
	graph_task(&g, 0, 0);
	for (size_t i = 0; i < s->n; i++)
		graph_task(&g, 0, (int)i + 1);
	for (size_t i = 0; i < s->n; i++)
		graph_task(&g, part[i] * s->w[i] * UNIT_S, (int)i + 1);
	for (uint32_t i = 1; i <= s->n; i++) {
		graph_edge(&g, 0, i, part[i - 1] * UNIT_BYTES);
		if (i > 1)
			graph_edge(&g, i - 1, i, 0);
		graph_edge(&g, i, (uint32_t)s->n + i, 0);
	}
	graph_end(&g);
	slot = graph_slots(k, &g, star_cluster(s), "firstfit");
	for (size_t i = 0; slot != NULL && i < s->n; i++)
		end[i] = slot[1 + s->n + i].to_s / UNIT_S;
	return slot != NULL;
}

static double latest(const double *end, size_t n)
{
	double last = 0;

	for (size_t i = 0; i < n; i++)
		last = fmax(last, end[i]);
	return last;
}

/*
 * How long each node takes for a load of 1 that it alone gets is z + w, and z when another
 * gets its load behind it: from these, equal ends one after the other (Bharadwaj, Ghose and
 * Robertazzi 2003).
 */
static bool equal_ends(struct check *k, const struct star *s, double *part)
{
	double ratio = 1, sum = 1;

	part[0] = 1;
	for (size_t i = 1; i < s->n; i++) {
		double alone[NODES_MAX] = { 0 }, end[NODES_MAX], first, both;

		/* The end of i - 1 alone, then of i alone: w of i - 1 and z + w of i. */
		alone[i - 1] = 1;
		if (!star_ends(k, s, alone, end))
			return false;
		/* What i - 1 computed is its end less the time at which i, with nothing,
		 * had its turn. */
		first = end[i - 1] - end[i];
		alone[i - 1] = 0;
		alone[i] = 1;
		if (!star_ends(k, s, alone, end))
			return false;
		both = end[i];
		ratio *= first / both;
		sum += part[i] = ratio;
	}
	for (size_t i = 0; i < s->n; i++)
		part[i] /= sum;
	return true;
}

/* No other way of cutting is better: a hundredth moved from any node to any other. */
static bool best(struct check *k, const struct star *s, const double *part, double makespan)
{
	for (size_t from = 0; from < s->n; from++)
		for (size_t to = 0; to < s->n; to++) {
			double other[NODES_MAX], end[NODES_MAX];

			if (from == to)
				continue;
			for (size_t i = 0; i < s->n; i++)
				other[i] = part[i];
			other[from] -= 0.01 * part[from];
			other[to] += 0.01 * part[from];
			if (!star_ends(k, s, other, end))
				return false;
			k->r->checked++;
			if (!(latest(end, s->n) > makespan)) {
				report_fail(k->r, "load moved from node %zu to %zu ends at %.10g, "
					    "not after %.10g", from + 1, to + 1,
					    latest(end, s->n), makespan);
				return false;
			}
		}
	return true;
}

void show_divisible_load_star(struct check *k)
{
	const json_t *w = input_array(k, "w_compute_per_unit");
	const json_t *z = input_array(k, "z_link_per_unit");
	const double load = input_number(k, "load");
	struct star s = { .n = json_array_size(w) };
	double part[NODES_MAX], end[NODES_MAX];

	if (s.n < 2 || s.n > NODES_MAX || json_array_size(z) != s.n || load != 1) {
		report_skip(k->r, "other than a load of 1 on 2 to %d nodes", NODES_MAX);
		return;
	}
	for (size_t i = 0; i < s.n; i++) {
		s.w[i] = json_number_value(json_array_get(w, i));
		s.z[i] = json_number_value(json_array_get(z, i));
	}
	if (!equal_ends(k, &s, part) || !star_ends(k, &s, part, end))
		return;
	for (size_t i = 1; i < s.n; i++)
		report_number(k->r, format("end of node %zu", i + 1), end[i], end[0], 1e-9, 0);
	expect_numbers(k, "fractions", part, s.n);
	expect_number(k, "makespan", latest(end, s.n));
	best(k, &s, part, latest(end, s.n));
}
