/* SPDX-License-Identifier: GPL-3.0-or-later */
/* batsim_task.c - profiles of Batsim that are one thing: a delay, a parallel task, a transfer
 * from or to a storage. As a phase each; see batsim_profile.c. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "batsim_profile.h"

#define PHASES_MAX 10000u
#define READERS_MAX 1000000u /* of a storage */

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
		return batsim_bad(p, name, "counts operations (\"%s\"), and nothing says at which speed: "
			   "give speed= behind the path, in operations a second, as in "
			   "FILE,speed=1e9", "cpu");
	*seconds = operations / p->speed;
	return SJ_OK;
}

/* A phase with so many seconds of computing in the place of its share. */
static int add(struct batsim_profiles *p, const char *name, const sj_comm_phase *phase)
{
	if (p->phases == PHASES_MAX)
		return batsim_bad(p, name, "is more than 10000 others, one after the other%s", "");
	if (p->phases == p->room) {
		uint32_t room = p->room != 0 ? p->room * 2 : 16;
		sj_comm_phase *grown = realloc(p->phase, room * sizeof(*grown));

		if (grown == NULL)
			return batsim_no_memory(p);
		p->phase = grown;
		p->room = room;
	}
	p->phase[p->phases++] = *phase;
	return SJ_OK;
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
		return batsim_bad(p, name, "has no \"%s\" from 0 to 4000000000 seconds", "delay");
	return add(p, name, &h);
}

/* The most that one processor computes; those of others are done by then. */
static int vector_time(const struct batsim_profiles *p, const char *name, const json_t *cpu,
		       uint32_t procs, double *seconds)
{
	double most = 0;

	if (cpu != NULL && json_array_size(cpu) != procs)
		return batsim_bad(p, name, "has no list \"%s\" of one number for each of the job's "
			   "processors", "cpu");
	for (size_t i = 0; i < json_array_size(cpu); i++) {
		const json_t *v = json_array_get(cpu, i);

		if (!json_is_number(v) || json_number_value(v) < 0)
			return batsim_bad(p, name, "has a number of operations in \"%s\" that is not one "
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
		return batsim_bad(p, name, "has no list \"%s\" of one number for each pair of the job's "
			   "processors", "com");
	pair = malloc((n + 1) * sizeof(*pair));
	if (pair == NULL)
		return batsim_no_memory(p);
	for (size_t i = 0; i < n; i++) {
		const json_t *v = json_array_get(com, i);
		uint32_t from = (uint32_t)(i / procs), to = (uint32_t)(i % procs);

		if (!json_is_number(v) || json_number_value(v) < 0) {
			free(pair);
			return batsim_bad(p, name, "has a number of bytes in \"%s\" that is not one from 0",
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
	return batsim_bad(p, name, "has a \"%s\" that is not known", "generation_strategy");
}

/* The same on each processor, and between any two. */
static int homogeneous(struct batsim_profiles *p, const char *name, const json_t *profile,
		       uint32_t procs, bool total)
{
	sj_comm_phase h = { .op = SJ_ALL_TO_ALL, .way = SJ_WAY_DIRECT, .overlap = 1 };
	double cpu;
	int rc = SJ_OK;

	if (!amount(profile, "cpu", &cpu))
		return batsim_bad(p, name, "has no number of operations \"%s\"", "cpu");
	if (!amount(profile, "com", &h.bytes))
		return batsim_bad(p, name, "has no number of bytes \"%s\"", "com");
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
		return batsim_bad(p, name, "does not say by a word which storage it uses%s", "");
	if (names_number(&p->deck->place, text, out, NULL) != SJ_OK)
		return batsim_no_memory(p);
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
		return batsim_bad(p, name, "has no number of bytes \"%s\"", "bytes_to_read\" or \"_write");
	if (procs > READERS_MAX)
		return batsim_bad(p, name, "is used by a job of more than 1000000 processors%s", "");
	if (total && procs > 0)
		part = 1.0 / procs;
	pair = malloc((2 * (size_t)procs + 1) * sizeof(*pair));
	if (pair == NULL)
		return batsim_no_memory(p);
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
	int rc = pair != NULL ? SJ_OK : batsim_no_memory(p);

	if (rc == SJ_OK && !amount(profile, "nb_bytes", &pair->bytes))
		rc = batsim_bad(p, name, "has no number of bytes \"%s\"", "nb_bytes");
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

int batsim_task(struct batsim_profiles *p, const char *name, const json_t *profile,
		enum batsim_kind kind, uint32_t procs)
{
	switch (kind) {
	case DELAY:
		return delay(p, name, profile);
	case PARALLEL:
		return parallel(p, name, profile, procs);
	case STORAGE:
		return with_storage(p, name, profile, procs);
	case BETWEEN_STORAGES:
		return between_storages(p, name, profile);
	default:
		return homogeneous(p, name, profile, procs, kind == TOTAL);
	}
}
