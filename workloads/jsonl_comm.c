/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * jsonl_comm.c - what tasks of the native format communicate: the number of one that the
 * first line lists, one phase written out as an object, or several as a list.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jsonl_terms.h"

#define PHASES_MAX 10000
#define PAIRS_MAX  1000000
#define RANK_MAX   (SJ_COMM_PLACE - 1)

static const char no_memory[] = "more memory than there is";

static const char *const keys[] = { "op", "way", "bytes", "share", "overlap", "servers",
				    "combine", "grid", "periodic", "pairs", NULL };

static bool find_word(const json_t *o, const char *key, const char *const *words, int count,
		      uint16_t *out)
{
	const json_t *v = json_object_get(o, key);

	for (int i = 0; json_is_string(v) && i < count; i++)
		if (strcmp(json_string_value(v), words[i]) == 0) {
			*out = (uint16_t)i;
			return true;
		}
	return false;
}

static const char *odd_key(const json_t *o)
{
	const char *key;
	json_t *v;

	json_object_foreach((json_t *)o, key, v) {
		int i = 0;

		while (keys[i] != NULL && strcmp(keys[i], key) != 0)
			i++;
		if (keys[i] == NULL)
			return key;
	}
	return NULL;
}

static bool read_grid(const json_t *list, uint32_t grid[SJ_COMM_GRID])
{
	size_t n = json_array_size(list);

	if (n == 0 || n > SJ_COMM_GRID)
		return false;
	for (size_t i = 0; i < n; i++) {
		const json_t *v = json_array_get(list, i);

		if (!json_is_integer(v) || json_integer_value(v) < 1 ||
		    json_integer_value(v) > RANK_MAX)
			return false;
		grid[i] = (uint32_t)json_integer_value(v);
	}
	return true;
}

/* A rank, the name of a place, or any shared storage. */
static bool read_end(struct jsonl_terms *t, const json_t *v, uint32_t *out)
{
	const char *text = json_string_value(v);
	json_int_t k = json_integer_value(v);

	if (text == NULL) {
		*out = (uint32_t)k;
		return json_is_integer(v) && k >= 0 && k <= RANK_MAX;
	}
	*out = SJ_AT_STORAGE;
	if (strcmp(text, "storage") == 0)
		return true;
	if (*text == '\0' || names_number(&t->deck->place, text, out, NULL) != SJ_OK)
		return false;
	*out += SJ_AT_NAMED - 1;
	return true;
}

static bool read_pairs(struct jsonl_terms *t, const json_t *list, sj_comm_phase *h)
{
	size_t n = json_array_size(list);
	sj_comm_pair *pairs;

	if (n == 0 || n > PAIRS_MAX || (pairs = malloc(n * sizeof(*pairs))) == NULL)
		return false;
	h->pairs = pairs;
	h->pair_count = (uint32_t)n;
	for (size_t i = 0; i < n; i++) {
		const json_t *p = json_array_get(list, i), *bytes = json_array_get(p, 2);

		pairs[i].bytes = json_number_value(bytes);
		if (json_array_size(p) != 3 || !read_end(t, json_array_get(p, 0), &pairs[i].from) ||
		    !read_end(t, json_array_get(p, 1), &pairs[i].to) || !json_is_number(bytes) ||
		    pairs[i].bytes < 0)
			return false;
	}
	return true;
}

/* What only one operation has: a key that must be there, and elsewhere must not. */
static const char *read_own(struct jsonl_terms *t, const json_t *o, sj_comm_phase *h)
{
	const json_t *servers = json_object_get(o, "servers");
	const json_t *periodic = json_object_get(o, "periodic");

	if ((servers != NULL) != (h->op == SJ_COMM_SERVERS) ||
	    (servers != NULL && (!json_is_integer(servers) || json_integer_value(servers) < 1 ||
				 json_integer_value(servers) > RANK_MAX)))
		return "\"servers\", from 1, with the operation servers only";
	h->servers = (uint32_t)json_integer_value(servers);
	if ((json_object_get(o, "grid") != NULL) != (h->op == SJ_COMM_HALO) ||
	    (h->op == SJ_COMM_HALO && !read_grid(json_object_get(o, "grid"), h->grid)))
		return "\"grid\", a list of 1 to 3 sizes, with the operation halo only";
	if (periodic != NULL && (h->op != SJ_COMM_HALO || !json_is_boolean(periodic)))
		return "\"periodic\", true or false, with the operation halo only";
	h->periodic = json_is_true(periodic);
	if ((json_object_get(o, "pairs") != NULL) != (h->op == SJ_COMM_PAIRS) ||
	    (h->op == SJ_COMM_PAIRS && !read_pairs(t, json_object_get(o, "pairs"), h)))
		return "\"pairs\", a list of [from, to, bytes] with ranks or names of places, with "
		       "the operation pairs only";
	return NULL;
}

static const char *read_phase(struct jsonl_terms *t, const json_t *o, sj_comm_phase *h)
{
	bool bytes;

	if (!json_is_object(o))
		return "an object, a list of them, or the number of one of comms";
	if (odd_key(o) != NULL)
		return "no other keys than op, way, bytes, share, overlap, servers, combine, grid, "
		       "periodic and pairs";
	if (!find_word(o, "op", sj_comm_op_names, SJ_COMM_OPS, &h->op))
		return "\"op\" to be all-reduce, reduce-scatter, all-gather, broadcast, reduce, "
		       "all-to-all, servers, halo, pairs or none";
	if (json_object_get(o, "way") != NULL &&
	    (h->op >= SJ_COLLECTIVE_OPS ||
	     !find_word(o, "way", sj_collective_way_names, SJ_COLLECTIVE_WAYS, &h->way) ||
	     h->way == SJ_WAY_SERVER))
		return "\"way\", that of a collective, as docs/NETWORK.md lists them";
	bytes = h->op != SJ_COMM_PAIRS && h->op != SJ_COMM_NONE;
	if ((json_object_get(o, "bytes") != NULL) != bytes ||
	    !jsonl_number(o, "bytes", 0, 0, 1e18, &h->bytes))
		return "\"bytes\", a number from 0, unless the operation is pairs or none";
	if (!jsonl_number(o, "share", -1, 0, 1, &h->share))
		return "\"share\", a number from 0 to 1";
	if (!jsonl_number(o, "overlap", 0, 0, 1, &h->overlap))
		return "\"overlap\", a number from 0 to 1";
	if (!jsonl_number(o, "combine", 0, 0, 1e18, &h->combine_bytes_per_s))
		return "\"combine\", bytes per second from 0";
	return read_own(t, o, h);
}

/* None stated: equal parts. Else those that are not stated compute nothing. */
static void fill_shares(sj_comm_phase *phase, uint32_t count)
{
	bool stated = false;

	for (uint32_t i = 0; i < count; i++)
		stated |= phase[i].share >= 0;
	for (uint32_t i = 0; i < count; i++)
		if (phase[i].share < 0)
			phase[i].share = stated ? 0 : 1.0 / count;
}

static int add_comm(struct jsonl_terms *t, const json_t *v, uint32_t *number, char *why,
		    size_t size)
{
	uint32_t count = json_is_array(v) ? (uint32_t)json_array_size(v) : 1;
	const char *wrong = count == 0 || count > PHASES_MAX ? "1 to 10000 phases" : NULL;
	sj_comm_phase *phase = wrong == NULL ? calloc(count, sizeof(*phase)) : NULL;
	const sj_comm comm = { count, phase };

	if (wrong == NULL && phase == NULL)
		wrong = no_memory;
	for (uint32_t i = 0; wrong == NULL && i < count; i++)
		wrong = read_phase(t, json_is_array(v) ? json_array_get(v, i) : v, &phase[i]);
	if (wrong == NULL) {
		fill_shares(phase, count);
		if (deck_add_comm(t->deck, &comm, number, NULL) != SJ_OK)
			wrong = no_memory;
	}
	for (uint32_t i = 0; phase != NULL && i < count; i++)
		free((void *)phase[i].pairs);
	free(phase);
	if (wrong != NULL)
		snprintf(why, size, "%s", wrong);
	return wrong == NULL ? SJ_OK : SJ_EPARSE;
}

int jsonl_comms(struct jsonl_terms *t, const json_t *list, char *why, size_t size)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		char what[160];
		uint32_t number;

		if (add_comm(t, json_array_get(list, i), &number, what, sizeof(what)) != SJ_OK) {
			snprintf(why, size, "in number %zu: %s", i + 1, what);
			return SJ_EPARSE;
		}
	}
	t->listed_comms = (uint32_t)json_array_size(list);
	return SJ_OK;
}

int jsonl_comm(struct jsonl_terms *t, const json_t *v, uint32_t *out, char *why, size_t size)
{
	uint32_t *number;
	int rc = SJ_OK;

	if (json_is_integer(v) && json_integer_value(v) >= 0 &&
	    json_integer_value(v) <= t->listed_comms) {
		*out = (uint32_t)json_integer_value(v);
		return SJ_OK;
	}
	if (!json_is_object(v) && !json_is_array(v)) {
		snprintf(why, size, "an object, a list of them, or the number of one of comms in "
			 "the first line");
		return SJ_EPARSE;
	}
	number = jsonl_written(&t->comms, v);
	if (number == NULL) {
		snprintf(why, size, "%s", no_memory);
		return SJ_ENOMEM;
	}
	if (*number == 0)
		rc = add_comm(t, v, number, why, size);
	*out = *number;
	return rc;
}
