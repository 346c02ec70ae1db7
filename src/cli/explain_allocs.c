/* SPDX-License-Identifier: GPL-3.0-or-later */
/* explain_allocs.c - see explain_allocs.h. */
#include "cli/explain_allocs.h"

#include <inttypes.h>
#include <stdio.h>

#include "run/jobs_csv.h"

#define KEEP 16u /* lines, when not all are wanted */

struct telling {
	uint64_t total, at;
	bool     all;
};

static void count_one(void *self, const struct story_alloc *a)
{
	(void)a;
	((struct telling *)self)->total++;
}

/* ", GPUs 0-2 5" or ", 0.3 of GPU 1". */
static void print_gpus(const struct story_alloc *a)
{
	bool several = (a->gpus & (a->gpus - 1)) != 0;

	if (a->gpus == 0)
		return;
	if (a->gpu_milli < 1000)
		printf(", %g of", a->gpu_milli / 1e3);
	else
		putchar(',');
	printf(" GPU%s", several ? "s" : "");
	for (uint32_t g = 0, last; g < 64; g = last + 1) {
		last = g;
		if (!(a->gpus >> g & 1))
			continue;
		while (last < 63 && a->gpus >> (last + 1) & 1)
			last++;
		printf(last > g ? " %u-%u" : " %u", g, last);
	}
}

static void print_one(void *self, const struct story_alloc *a)
{
	struct telling *t = self;
	char from[32], to[32];

	if (t->at++ >= KEEP && !t->all)
		return;
	*jobs_csv_seconds(from, a->from_ns) = '\0';
	*jobs_csv_seconds(to, a->to_ns) = '\0';
	printf("  %14s  to %s", from, to);
	if (a->task != 0)
		printf(", task %u", a->task);
	if (a->node == UINT32_MAX) {
		printf(a->first == a->last ? ": processor %u" : ": processors %u-%u", a->first,
		       a->last);
	} else {
		printf(": node %u, %u core%s", a->node, a->cores, a->cores == 1 ? "" : "s");
		print_gpus(a);
		if (a->mem_bytes != 0)
			printf(", %.3g GiB", (double)a->mem_bytes / (1 << 30));
	}
	putchar('\n');
}

int explain_allocs_print(struct store *st, uint32_t run, uint64_t seq, bool all, sj_error *err)
{
	struct telling t = { .all = all };
	int rc = story_allocs(st, run, seq, count_one, &t, err);

	if (rc != SJ_OK || t.total == 0)
		return rc;
	printf("\n  where it ran:\n");
	rc = story_allocs(st, run, seq, print_one, &t, err);
	if (rc == SJ_OK && !all && t.total > KEEP)
		printf("  %14s  %" PRIu64 " more; --all shows them\n", "...", t.total - KEEP);
	return rc;
}

static void json_one(void *self, const struct story_alloc *a)
{
	json_t *o = json_object(), *gpus = json_array();

	json_object_set_new(o, "from_s", json_real((double)a->from_ns / 1e9));
	json_object_set_new(o, "to_s", json_real((double)a->to_ns / 1e9));
	json_object_set_new(o, "task", json_integer(a->task));
	if (a->node == UINT32_MAX) {
		json_object_set_new(o, "first", json_integer(a->first));
		json_object_set_new(o, "last", json_integer(a->last));
		json_decref(gpus);
	} else {
		for (uint32_t g = 0; g < 64; g++)
			if (a->gpus >> g & 1)
				json_array_append_new(gpus, json_integer(g));
		json_object_set_new(o, "node", json_integer(a->node));
		json_object_set_new(o, "ranks", json_integer(a->ranks));
		json_object_set_new(o, "cores", json_integer(a->cores));
		json_object_set_new(o, "gpus", gpus);
		json_object_set_new(o, "gpu_milli", json_integer(a->gpu_milli));
		json_object_set_new(o, "mem_bytes", json_integer((json_int_t)a->mem_bytes));
	}
	json_array_append_new(self, o);
}

int explain_allocs_json(struct store *st, uint32_t run, uint64_t seq, json_t *list,
			sj_error *err)
{
	return story_allocs(st, run, seq, json_one, list, err);
}
