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

#define PHASES_MAX 10000u
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

static int bad(const struct batsim_profiles *p, const char *profile, const char *fmt,
	       const char *word)
{
	char shown[41], what[200], kind[41];

	snprintf(what, sizeof(what), fmt, batsim_one_line(word, kind, sizeof(kind)));
	return sj_fail(p->err, SJ_EPARSE, "%s: jobs[%zu]: profile \"%s\" %s", p->file, p->job,
		       batsim_one_line(profile, shown, sizeof(shown)), what);
}

static int no_memory(const struct batsim_profiles *p)
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

/* A number from 0; absent is 0. */
static bool amount(const json_t *profile, const char *key, double *out)
{
	const json_t *v = json_object_get(profile, key);

	*out = json_number_value(v);
	return v == NULL || (json_is_number(v) && *out >= 0 && isfinite(*out));
}

/* Seconds of so many operations. */
static int computing(const struct batsim_profiles *p, const char *name, double operations,
		     double *seconds)
{
	*seconds = 0;
	if (operations == 0)
		return SJ_OK;
	if (!(p->speed > 0))
		return bad(p, name, "counts operations (\"%s\"), and nothing says at which speed: "
			   "give speed= behind the path, in operations a second, as in "
			   "FILE,speed=1e9", "cpu");
	*seconds = operations / p->speed;
	return SJ_OK;
}

/* ---- phases -------------------------------------------------------------------------- */

/* A phase with so many seconds of computing in the place of its share. */
static int add(struct batsim_profiles *p, const char *name, const sj_comm_phase *phase)
{
	if (p->phases == PHASES_MAX)
		return bad(p, name, "is more than 10000 others, one after the other%s", "");
	if (p->phases == p->room) {
		uint32_t room = p->room != 0 ? p->room * 2 : 16;
		sj_comm_phase *grown = realloc(p->phase, room * sizeof(*grown));

		if (grown == NULL)
			return no_memory(p);
		p->phase = grown;
		p->room = room;
	}
	p->phase[p->phases++] = *phase;
	return SJ_OK;
}

static void drop_phases(struct batsim_profiles *p)
{
	for (uint32_t i = 0; i < p->phases; i++)
		free((void *)p->phase[i].pairs);
	p->phases = 0;
}

/* A phase that computes for so long and sends these pairs, which become its own. */
static int add_pairs(struct batsim_profiles *p, const char *name, double seconds,
		     sj_comm_pair *pair, uint32_t count)
{
	sj_comm_phase h = { .op = SJ_COMM_PAIRS, .share = seconds, .overlap = 1, .pairs = pair,
			    .pair_count = count };
	int rc;

	if (count == 0) {
		free(pair);
		h = (sj_comm_phase){ .op = SJ_COMM_NONE, .share = seconds };
	}
	rc = add(p, name, &h);
	if (rc != SJ_OK && count != 0)
		free(pair);
	return rc;
}

/* ---- kinds of profiles ----------------------------------------------------------------- */

static int delay(struct batsim_profiles *p, const char *name, const json_t *profile)
{
	const json_t *v = json_object_get(profile, "delay");
	sj_comm_phase h = { .op = SJ_COMM_NONE, .share = json_number_value(v) };
	sj_time ns;

	if (!json_is_number(v) || !batsim_seconds(h.share, &ns))
		return bad(p, name, "has no \"%s\" from 0 to 4000000000 seconds", "delay");
	return add(p, name, &h);
}

/* The most that one processor computes; those of others are done by then. */
static int vector_time(const struct batsim_profiles *p, const char *name, const json_t *cpu,
		       uint32_t procs, double *seconds)
{
	double most = 0;

	if (cpu != NULL && json_array_size(cpu) != procs)
		return bad(p, name, "has no list \"%s\" of one number for each of the job's "
			   "processors", "cpu");
	for (size_t i = 0; i < json_array_size(cpu); i++) {
		const json_t *v = json_array_get(cpu, i);

		if (!json_is_number(v) || json_number_value(v) < 0)
			return bad(p, name, "has a number of operations in \"%s\" that is not one "
				   "from 0", "cpu");
		most = fmax(most, json_number_value(v));
	}
	return computing(p, name, most, seconds);
}

/* `cpu` of each processor; `com`, row after row, what each sends to each. What one sends to
 * itself does not leave it. */
static int parallel(struct batsim_profiles *p, const char *name, const json_t *profile,
		    uint32_t procs)
{
	const json_t *com = json_object_get(profile, "com");
	size_t n = json_array_size(com);
	sj_comm_pair *pair;
	uint32_t pairs = 0;
	double seconds;
	int rc = vector_time(p, name, json_object_get(profile, "cpu"), procs, &seconds);

	if (rc != SJ_OK)
		return rc;
	if (com != NULL && n != (uint64_t)procs * procs)
		return bad(p, name, "has no list \"%s\" of one number for each pair of the job's "
			   "processors", "com");
	pair = malloc((n + 1) * sizeof(*pair));
	if (pair == NULL)
		return no_memory(p);
	for (size_t i = 0; i < n; i++) {
		const json_t *v = json_array_get(com, i);
		uint32_t from = (uint32_t)(i / procs), to = (uint32_t)(i % procs);

		if (!json_is_number(v) || json_number_value(v) < 0) {
			free(pair);
			return bad(p, name, "has a number of bytes in \"%s\" that is not one from 0",
				   "com");
		}
		if (from != to && json_number_value(v) > 0)
			pair[pairs++] = (sj_comm_pair){ from, to, json_number_value(v) };
	}
	return add_pairs(p, name, seconds, pair, pairs);
}

/* Are amounts those of the whole job? */
static int in_total(const struct batsim_profiles *p, const char *name, const json_t *profile,
		    bool *total)
{
	static const char *const each[] = { "DefinedAmountsUsedForEachValue",
					    "defined_amount_used_for_each_value" };
	static const char *const spread[] = { "DefinedAmountsSpreadUniformly",
					      "defined_amount_spread_uniformly" };
	const json_t *v = json_object_get(profile, "generation_strategy");
	const char *text = json_string_value(v);

	*total = false;
	if (v == NULL)
		return SJ_OK;
	for (int i = 0; text != NULL && i < 2; i++) {
		*total |= strcmp(text, spread[i]) == 0;
		if (*total || strcmp(text, each[i]) == 0)
			return SJ_OK;
	}
	return bad(p, name, "has a \"%s\" that is not known", "generation_strategy");
}

/* The same on each processor, and between any two. */
static int homogeneous(struct batsim_profiles *p, const char *name, const json_t *profile,
		       uint32_t procs, bool total)
{
	sj_comm_phase h = { .op = SJ_ALL_TO_ALL, .way = SJ_WAY_DIRECT, .overlap = 1 };
	double cpu;
	int rc = SJ_OK;

	if (!amount(profile, "cpu", &cpu))
		return bad(p, name, "has no number of operations \"%s\"", "cpu");
	if (!amount(profile, "com", &h.bytes))
		return bad(p, name, "has no number of bytes \"%s\"", "com");
	if (!total)
		rc = in_total(p, name, profile, &total);
	if (rc == SJ_OK)
		rc = computing(p, name, total && procs > 0 ? cpu / procs : cpu, &h.share);
	if (rc != SJ_OK)
		return rc;
	if (total && procs > 1)
		h.bytes /= (double)procs * (procs - 1);
	if (h.bytes == 0 || procs < 2)
		h = (sj_comm_phase){ .op = SJ_COMM_NONE, .share = h.share };
	return add(p, name, &h);
}

/* A storage by its label. */
static int storage(struct batsim_profiles *p, const char *name, const json_t *label,
		   const char *none, uint32_t *out)
{
	const char *text = label != NULL ? json_string_value(label) : none;

	if (text == NULL || *text == '\0')
		return bad(p, name, "does not say by a word which storage it uses%s", "");
	if (names_number(&p->deck->place, text, out, NULL) != SJ_OK)
		return no_memory(p);
	*out += SJ_AT_NAMED - 1;
	return SJ_OK;
}

/* All processors read from a storage, and write to it. */
static int with_storage(struct batsim_profiles *p, const char *name, const json_t *profile,
			uint32_t procs)
{
	double bytes[2], part = 1;
	sj_comm_pair *pair;
	uint32_t at, n = 0;
	bool total;
	int rc = in_total(p, name, profile, &total);

	if (rc == SJ_OK)
		rc = storage(p, name, json_object_get(profile, "storage"), "pfs", &at);
	if (rc != SJ_OK)
		return rc;
	if (!amount(profile, "bytes_to_read", &bytes[0]) ||
	    !amount(profile, "bytes_to_write", &bytes[1]))
		return bad(p, name, "has no number of bytes \"%s\"", "bytes_to_read\" or \"_write");
	if (total && procs > 0)
		part = 1.0 / procs;
	pair = malloc((2 * (size_t)procs + 1) * sizeof(*pair));
	if (pair == NULL)
		return no_memory(p);
	for (uint32_t r = 0; r < procs; r++) {
		if (bytes[0] > 0)
			pair[n++] = (sj_comm_pair){ at, r, bytes[0] * part };
		if (bytes[1] > 0)
			pair[n++] = (sj_comm_pair){ r, at, bytes[1] * part };
	}
	return add_pairs(p, name, 0, pair, n);
}

/* From one storage to another. */
static int between_storages(struct batsim_profiles *p, const char *name,
			    const json_t *profile)
{
	sj_comm_pair *pair = malloc(sizeof(*pair));
	int rc = pair != NULL ? SJ_OK : no_memory(p);

	if (rc == SJ_OK && !amount(profile, "nb_bytes", &pair->bytes))
		rc = bad(p, name, "has no number of bytes \"%s\"", "nb_bytes");
	if (rc == SJ_OK)
		rc = storage(p, name, json_object_get(profile, "from"), NULL, &pair->from);
	if (rc == SJ_OK)
		rc = storage(p, name, json_object_get(profile, "to"), NULL, &pair->to);
	if (rc != SJ_OK) {
		free(pair);
		return rc;
	}
	return add_pairs(p, name, 0, pair, pair->bytes > 0 && pair->from != pair->to);
}

/* ---- which kind it is --------------------------------------------------------------------- */

enum kind { DELAY, PARALLEL, HOMOGENEOUS, TOTAL, STORAGE, BETWEEN_STORAGES, SEQUENCE, REPLAY };

/* The present names, then those of older versions. */
static const struct {
	const char *type;
	enum kind   kind;
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
		     enum kind *kind)
{
	const char *type = json_string_value(json_object_get(profile, "type"));

	if (profile == NULL)
		return bad(p, name, "is not among the \"%s\"", "profiles");
	if (type == NULL)
		return bad(p, name, "has no \"%s\" that is a word", "type");
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].type, type) == 0) {
			*kind = kinds[i].kind;
			return SJ_OK;
		}
	return bad(p, name, "is of type \"%s\", which is not known", type);
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
		return bad(p, name, "has no number \"%s\" from 1 to 1000000000", "repeat");
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
		return bad(p, name, "has no list \"%s\" of profiles", "seq");
	if (depth == DEPTH_MAX)
		return bad(p, name, "is a sequence of sequences, 100 deep or without end%s", "");
	json_array_foreach(list, i, v) {
		if (!json_is_string(v))
			return bad(p, name, "has something in \"%s\" that is no name of a profile",
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
	enum kind kind;
	int rc = find_kind(p, name, profile, &kind);

	if (rc != SJ_OK)
		return rc;
	switch (kind) {
	case DELAY:
		return delay(p, name, profile);
	case PARALLEL:
		return parallel(p, name, profile, procs);
	case HOMOGENEOUS:
	case TOTAL:
		return homogeneous(p, name, profile, procs, kind == TOTAL);
	case STORAGE:
		return with_storage(p, name, profile, procs);
	case BETWEEN_STORAGES:
		return between_storages(p, name, profile);
	case SEQUENCE:
		return within(p, name, profile, procs, depth);
	default:
		return SJ_END;
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
		return bad(p, name, "has a run time out of range (\"%s\")", "cpu");
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
	enum kind kind;
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
		return no_memory(p);
	if (p->seen.count > known) {
		struct batsim_runs *grown = known & (known - 1) ? p->runs :
			realloc(p->runs, (known != 0 ? 2 * (size_t)known : 1) * sizeof(*grown));

		if (grown == NULL)
			return no_memory(p);
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
