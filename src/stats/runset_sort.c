/* SPDX-License-Identifier: GPL-3.0-or-later */
/* runset_sort.c - which runs are one workload, one configuration, one replication. */
#include "stats/runset_sort.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool same_workload(const struct run_info *a, const struct run_info *b)
{
	if (a->sha256[0] != '\0' || b->sha256[0] != '\0')
		return strcmp(a->sha256, b->sha256) == 0;
	return strcmp(a->workload, b->workload) == 0;
}

bool same_configuration(const struct run_info *a, const struct run_info *b)
{
	return strcmp(a->policy, b->policy) == 0 && strcmp(a->clock, b->clock) == 0 &&
	       strcmp(a->overrun, b->overrun) == 0 &&
	       strcmp(a->estimates, b->estimates) == 0 &&
	       strcmp(a->failures, b->failures) == 0 &&
	       strcmp(a->checkpoint, b->checkpoint) == 0 &&
	       strcmp(a->stragglers, b->stragglers) == 0 &&
	       strcmp(a->staging, b->staging) == 0 &&
	       strcmp(a->collectives, b->collectives) == 0 && a->job_limit == b->job_limit;
}

/* ---- building -------------------------------------------------------------------------- */

static struct run_group *group_of(struct runset *set, const struct run_info *r)
{
	struct run_group *bigger;

	for (size_t g = 0; g < set->groups; g++) {
		const struct run_info *first = set->group[g].config[0].run[0];

		if (same_workload(first, r) && strcmp(first->cluster, r->cluster) == 0)
			return &set->group[g];
	}
	bigger = realloc(set->group, (set->groups + 1) * sizeof(*bigger));
	if (bigger == NULL)
		return NULL;
	set->group = bigger;
	bigger += set->groups++;
	*bigger = (struct run_group){ .workload = r->workload, .cluster = r->cluster };
	return bigger;
}

static struct configuration *configuration_of(struct run_group *g, const struct run_info *r)
{
	struct configuration *bigger;

	for (size_t c = 0; c < g->configs; c++)
		if (same_configuration(g->config[c].run[0], r))
			return &g->config[c];
	bigger = realloc(g->config, (g->configs + 1) * sizeof(*bigger));
	if (bigger == NULL)
		return NULL;
	g->config = bigger;
	bigger += g->configs++;
	*bigger = (struct configuration){ .runs = 0 };
	return bigger;
}

/* A run with this seed was there already: the later one counts. */
static void replace(struct runset *set, const struct run_info **old, const struct run_info *r)
{
	if (strcmp((*old)->digest, r->digest) != 0)
		runset_note(set, "%s, seed %" PRIu64 ": run %u of %s and run %u of %s have "
			    "the same settings and different schedules (made by %s and %s); "
			    "the later one is used", r->policy, r->seed, (*old)->id,
			    (*old)->path, r->id, r->path, (*old)->version, r->version);
	*old = r;
}

static int add_to(struct runset *set, struct configuration *c, const struct run_info *r)
{
	const struct run_info **bigger;
	size_t at = c->runs;

	for (size_t i = 0; i < c->runs; i++) {
		if (c->run[i]->seed == r->seed) {
			replace(set, &c->run[i], r);
			return SJ_OK;
		}
	}
	bigger = realloc(c->run, (c->runs + 1) * sizeof(*bigger));
	if (bigger == NULL)
		return SJ_ENOMEM;
	c->run = bigger;
	for (; at > 0 && c->run[at - 1]->seed > r->seed; at--)
		c->run[at] = c->run[at - 1];
	c->run[at] = r;
	c->runs++;
	return SJ_OK;
}

/* ---- labels ------------------------------------------------------------------------------- */

/* Settings in which the runs of one group may differ. */
enum setting { CLOCK, OVERRUN, ESTIMATES, FAILURES, CHECKPOINT, STRAGGLERS, STAGING,
	       COLLECTIVES, LIMIT,
	       SETTINGS };
static const char *const setting_names[SETTINGS] = { "clock", "overrun", "estimates", "failures",
						      "checkpoint", "stragglers", "staging",
						      "collectives", "limit" };

static const char *setting_text(const struct run_info *r, enum setting s, char buf[32])
{
	switch (s) {
	case CLOCK:     return r->clock;
	case OVERRUN:   return r->overrun;
	case ESTIMATES: return r->estimates;
	case FAILURES:  return r->failures[0] != '\0' ? r->failures : "none";
	case CHECKPOINT: return r->checkpoint[0] != '\0' ? r->checkpoint : "none";
	case STRAGGLERS: return r->stragglers[0] != '\0' ? r->stragglers : "none";
	case STAGING:   return r->staging;
	case COLLECTIVES: return r->collectives;
	default:
		snprintf(buf, 32, "%" PRIu64, r->job_limit);
		return r->job_limit == 0 ? "none" : buf;
	}
}

static bool setting_differs(const struct run_group *g, enum setting s)
{
	char a[32], b[32];

	for (size_t c = 1; c < g->configs; c++)
		if (strcmp(setting_text(g->config[0].run[0], s, a),
			   setting_text(g->config[c].run[0], s, b)) != 0)
			return true;
	return false;
}

static int make_label(const struct run_group *g, struct configuration *c)
{
	char buf[32];
	size_t size;
	FILE *f = open_memstream(&c->label, &size);

	if (f == NULL)
		return SJ_ENOMEM;
	fputs(c->run[0]->policy, f);
	for (int s = 0; s < SETTINGS; s++)
		if (setting_differs(g, (enum setting)s))
			fprintf(f, " %s=%s", setting_names[s],
				setting_text(c->run[0], (enum setting)s, buf));
	return fclose(f) == 0 ? SJ_OK : SJ_ENOMEM;
}

/* ---- what a reader should know --------------------------------------------------------------- */

static void note_differences(struct runset *set, const struct run_group *g)
{
	for (int s = 0; s < SETTINGS; s++)
		if (setting_differs(g, (enum setting)s))
			runset_note(set, "%s on %s: the runs differ in --%s, so the policy is "
				    "not all that is compared", g->workload, g->cluster,
				    setting_names[s]);
}

static void note_groups(struct runset *set)
{
	for (size_t a = 0; a < set->groups; a++) {
		for (size_t b = a + 1; b < set->groups; b++) {
			const struct run_group *x = &set->group[a], *y = &set->group[b];
			const struct run_info *p = x->config[0].run[0], *q = y->config[0].run[0];

			if (same_workload(p, q))
				runset_note(set, "%s was run on %s and on %s; these are compared "
					    "apart", x->workload, x->cluster, y->cluster);
			else if (strcmp(x->workload, y->workload) == 0)
				runset_note(set, "%s: different files under one name (SHA-256 "
					    "%.12s and %.12s); these are compared apart",
					    x->workload, p->sha256, q->sha256);
		}
	}
}

/* When no seed changes anything, several seeds are one observation. */
static void merge_equal_seeds(struct runset *set, struct run_group *g)
{
	bool several = false;

	for (size_t c = 0; c < g->configs; c++) {
		const struct configuration *x = &g->config[c];

		several = several || x->runs > 1;
		for (size_t i = 1; i < x->runs; i++)
			if (strcmp(x->run[i]->digest, x->run[0]->digest) != 0)
				return;
	}
	if (!several)
		return;
	for (size_t c = 0; c < g->configs; c++)
		g->config[c].runs = 1;
	runset_note(set, "%s on %s: every seed gives the same schedules, so they count as one "
		    "replication", g->workload, g->cluster);
}

int runset_sort(struct runset *set)
{
	int rc = SJ_OK;

	for (size_t i = 0; i < set->runs && rc == SJ_OK; i++) {
		struct run_group *g = group_of(set, &set->run[i]);
		struct configuration *c = g == NULL ? NULL : configuration_of(g, &set->run[i]);

		rc = c == NULL ? SJ_ENOMEM : add_to(set, c, &set->run[i]);
	}
	for (size_t g = 0; g < set->groups && rc == SJ_OK; g++) {
		for (size_t c = 0; c < set->group[g].configs && rc == SJ_OK; c++)
			rc = make_label(&set->group[g], &set->group[g].config[c]);
		if (rc == SJ_OK) {
			note_differences(set, &set->group[g]);
			merge_equal_seeds(set, &set->group[g]);
		}
	}
	if (rc == SJ_OK)
		note_groups(set);
	return rc;
}
