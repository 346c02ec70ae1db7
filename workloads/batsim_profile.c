/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * batsim_profile.c - see batsim_profile.h.
 *
 * A parallel task computes and sends at the same time: it is a phase with full overlap that
 * sends all its pairs at once. SimGrid's model of such a task moves all of it at one pace,
 * that of its most loaded resource; alone that is the same. A sequence is one phase after
 * the other; when it is repeated each repetition is a step. Computing takes the most loaded
 * processor's operations at `speed`; a delay is computing too.
 */
#include "batsim_profile.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "timetext.h"

#define DEPTH_MAX  100u

struct batsim_runs {
	sj_time  work_ns;
	uint64_t steps;
	uint32_t comm;
	bool     replay;
};

/* ---- messages ---------------------------------------------------------------------- */

const char *batsim_one_line(const char *from, char *to, size_t size)
{
	size_t n = 0;

	for (; from[n] != '\0' && n + 1 < size; n++) {
		unsigned char c = (unsigned char)from[n];

		to[n] = c < 0x20 || c > 0x7e ? '?' : (char)c;
	}
	to[n] = '\0';
	return to;
}

int batsim_bad(const struct batsim_profiles *p, const char *profile, const char *fmt,
	       const char *word)
{
	char shown[41], what[200], kind[41];

	snprintf(what, sizeof(what), fmt, batsim_one_line(word, kind, sizeof(kind)));
	return sj_fail(p->err, SJ_EPARSE, "%s: jobs[%zu]: profile \"%s\" %s", p->file, p->job,
		       batsim_one_line(profile, shown, sizeof(shown)), what);
}

int batsim_no_memory(const struct batsim_profiles *p)
{
	return sj_fail(p->err, SJ_ENOMEM, "%s: no memory for its profiles", p->file);
}

/* ---- values ------------------------------------------------------------------------ */

bool batsim_seconds(double s, sj_time *ns)
{
	char text[40];

	snprintf(text, sizeof(text), "%.15g", s);
	return isfinite(s) && s >= 0 && text_decimal(text, TIME_S, ns) == SJ_OK;
}

/* ---- phases -------------------------------------------------------------------------- */

static void drop_phases(struct batsim_profiles *p)
{
	for (uint32_t i = 0; i < p->phases; i++)
		free((void *)p->phase[i].pairs);
	p->phases = 0;
}

/* ---- which kind it is --------------------------------------------------------------------- */

/* The present names, then those of older versions. */
static const struct {
	const char *type;
	enum batsim_kind kind;
} kinds[] = {
	{ "DelayProfile", DELAY }, { "delay", DELAY },
	{ "ParallelTaskProfile", PARALLEL }, { "ptask", PARALLEL }, { "parallel", PARALLEL },
	{ "msg_par", PARALLEL },
	{ "ParallelTaskHomogeneousProfile", HOMOGENEOUS }, { "ptask_homogeneous", HOMOGENEOUS },
	{ "parallel_homogeneous", HOMOGENEOUS }, { "msg_par_hg", HOMOGENEOUS },
	{ "parallel_homogeneous_total", TOTAL }, { "msg_par_hg_tot", TOTAL },
	{ "ParallelTaskOnStorageHomogeneousProfile", STORAGE },
	{ "ptask_on_storage_homogeneous", STORAGE }, { "parallel_homogeneous_pfs", STORAGE },
	{ "msg_par_hg_pfs", STORAGE },
	{ "ParallelTaskDataStagingBetweenStoragesProfile", BETWEEN_STORAGES },
	{ "ptask_data_staging_between_storages", BETWEEN_STORAGES },
	{ "data_staging", BETWEEN_STORAGES },
	{ "SequentialCompositionProfile", SEQUENCE }, { "composed", SEQUENCE },
	{ "sequence", SEQUENCE },
	{ "TraceReplayProfile", REPLAY }, { "smpi", REPLAY }, { "trace_replay", REPLAY },
	{ "usage_trace", REPLAY },
};

static int find_kind(const struct batsim_profiles *p, const char *name, const json_t *profile,
		     enum batsim_kind *kind)
{
	const char *type = json_string_value(json_object_get(profile, "type"));

	if (profile == NULL)
		return batsim_bad(p, name, "is not among the \"%s\"", "profiles");
	if (type == NULL)
		return batsim_bad(p, name, "has no \"%s\" that is a word", "type");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].type, type) == 0) {
			*kind = kinds[i].kind;
			return SJ_OK;
		}
	return batsim_bad(p, name, "is of type \"%s\", which is not known", type);
}

static int repeats(const struct batsim_profiles *p, const char *name, const json_t *profile,
		   uint64_t *out)
{
	const json_t *v = json_object_get(profile, "repeat");

	if (v == NULL)
		v = json_object_get(profile, "nb");
	*out = v != NULL ? (uint64_t)json_integer_value(v) : 1;
	if (v != NULL && (!json_is_integer(v) || json_integer_value(v) < 1 ||
			  json_integer_value(v) > 1000000000))
		return batsim_bad(p, name, "has no number \"%s\" from 1 to 1000000000", "repeat");
	return SJ_OK;
}

static int expand(struct batsim_profiles *p, const char *name, uint32_t procs, uint32_t depth);

/* All of a sequence, once. */
static int one_after_another(struct batsim_profiles *p, const char *name,
			     const json_t *profile, uint32_t procs, uint32_t depth)
{
	const json_t *list = json_object_get(profile, "seq"), *v;
	size_t i;
	int rc = SJ_OK;

	if (json_array_size(list) == 0)
		return batsim_bad(p, name, "has no list \"%s\" of profiles", "seq");
	if (depth == DEPTH_MAX)
		return batsim_bad(p, name, "is a sequence of sequences, 100 deep or without end%s", "");
	json_array_foreach(list, i, v) {
		if (!json_is_string(v))
			return batsim_bad(p, name, "has something in \"%s\" that is no name of a profile",
				   "seq");
		rc = expand(p, json_string_value(v), procs, depth + 1);
		if (rc != SJ_OK)
			return rc;
	}
	return rc;
}

/* A sequence within another one is written out as often as it is repeated. */
static int within(struct batsim_profiles *p, const char *name, const json_t *profile,
		  uint32_t procs, uint32_t depth)
{
	uint64_t times;
	int rc = repeats(p, name, profile, &times);

	for (uint64_t i = 0; i < times && rc == SJ_OK; i++)
		rc = one_after_another(p, name, profile, procs, depth);
	return rc;
}

static int expand(struct batsim_profiles *p, const char *name, uint32_t procs, uint32_t depth)
{
	const json_t *profile = json_object_get(p->all, name);
	enum batsim_kind kind;
	int rc = find_kind(p, name, profile, &kind);

	if (rc != SJ_OK)
		return rc;
	switch (kind) {
	case SEQUENCE:
		return within(p, name, profile, procs, depth);
	case REPLAY:
		return SJ_END;
	default:
		return batsim_task(p, name, profile, kind, procs);
	}
}

/* ---- a job's ------------------------------------------------------------------------------ */

/* Phases that follow each other without a word are one. */
static uint32_t join_silent(struct batsim_profiles *p)
{
	uint32_t n = 0, silent = 0;

	for (uint32_t i = 0; i < p->phases; i++) {
		bool is_silent = p->phase[i].op == SJ_COMM_NONE;

		if (n > 0 && is_silent && p->phase[n - 1].op == SJ_COMM_NONE) {
			p->phase[n - 1].share += p->phase[i].share;
			continue;
		}
		silent += is_silent;
		p->phase[n++] = p->phase[i];
	}
	p->phases = n;
	return silent;
}

static int finish(struct batsim_profiles *p, const char *name, uint64_t steps,
		  struct batsim_runs *out)
{
	bool talks = join_silent(p) != p->phases;
	const sj_comm comm = { p->phases, p->phase };
	double sum = 0;

	for (uint32_t i = 0; i < p->phases; i++)
		sum += p->phase[i].share;
	if (!batsim_seconds(sum * (double)steps, &out->work_ns))
		return batsim_bad(p, name, "has a run time out of range (\"%s\")", "cpu");
	if (!talks)
		return SJ_OK;
	for (uint32_t i = 0; i < p->phases; i++)
		p->phase[i].share = sum > 0 ? p->phase[i].share / sum : 1.0 / p->phases;
	out->steps = steps;
	return deck_add_comm(p->deck, &comm, &out->comm, p->err);
}

static int read_profile(struct batsim_profiles *p, const char *name, uint32_t procs,
			struct batsim_runs *out)
{
	const json_t *profile = json_object_get(p->all, name);
	enum batsim_kind kind;
	uint64_t steps = 1;
	int rc = find_kind(p, name, profile, &kind);

	*out = (struct batsim_runs){ .work_ns = -1 };
	if (rc == SJ_OK && kind == SEQUENCE) {
		rc = repeats(p, name, profile, &steps);
		if (rc == SJ_OK)
			rc = one_after_another(p, name, profile, procs, 0);
	} else if (rc == SJ_OK) {
		rc = expand(p, name, procs, 0);
	}
	out->replay = rc == SJ_END;
	if (rc == SJ_OK)
		rc = finish(p, name, steps, out);
	drop_phases(p);
	return rc == SJ_END ? SJ_OK : rc;
}

int batsim_profile(struct batsim_profiles *p, const char *name, sj_task_spec *task)
{
	uint32_t known = p->seen.count, number;
	size_t size = strlen(name) + 16;
	char *key = malloc(size);
	int rc = SJ_ENOMEM;

	if (key != NULL) {
		snprintf(key, size, "%u %s", task->ranks, name);
		rc = names_number(&p->seen, key, &number, NULL);
	}
	free(key);
	if (rc != SJ_OK)
		return batsim_no_memory(p);
	if (p->seen.count > known) {
		struct batsim_runs *grown = known & (known - 1) ? p->runs :
			realloc(p->runs, (known != 0 ? 2 * (size_t)known : 1) * sizeof(*grown));

		if (grown == NULL)
			return batsim_no_memory(p);
		p->runs = grown;
		rc = read_profile(p, name, task->ranks, &p->runs[number - 1]);
		if (rc != SJ_OK)
			return rc;
	}
	task->work_ns = p->runs[number - 1].work_ns;
	task->steps = p->runs[number - 1].steps;
	task->comm = p->runs[number - 1].comm;
	return p->runs[number - 1].replay ? SJ_END : SJ_OK;
}

void batsim_profiles_fini(struct batsim_profiles *p)
{
	drop_phases(p);
	names_fini(&p->seen);
	free(p->runs);
	free(p->phase);
}
