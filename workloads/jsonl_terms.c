/* SPDX-License-Identifier: GPL-3.0-or-later */
/* jsonl_terms.c - see jsonl_terms.h. */
#include "jsonl_terms.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lines.h"

#define POINTS_MAX 1024
#define MODELS_MAX 4096 /* in one list */

const char *const jsonl_layouts[] = { "any", "consolidated", "spread", NULL };

static int expected(char *why, size_t size, const char *what)
{
	snprintf(why, size, "%s", what);
	return SJ_EPARSE;
}

void jsonl_terms_fini(struct jsonl_terms *t)
{
	names_fini(&t->scalings.text);
	free(t->scalings.number);
	names_fini(&t->comms.text);
	free(t->comms.number);
}

/* ---- GPU models ------------------------------------------------------------------------ */

static bool is_name(const json_t *v)
{
	const char *s = json_string_value(v);

	if (s == NULL || *s == '\0' || json_string_length(v) > 256)
		return false;
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < 0x20 || *s == 0x7f)
			return false;
	return true;
}

int jsonl_gpu_models(struct jsonl_terms *t, const json_t *list, char *why, size_t size)
{
	struct names *names = &t->deck->gpu_model;

	if (json_array_size(list) == 0 || json_array_size(list) > MODELS_MAX)
		return expected(why, size, "1 to 4096 names of GPU models");
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *v = json_array_get(list, i);
		uint32_t number;

		if (!is_name(v))
			return expected(why, size, "names of GPU models, several of them with "
					"\"|\" between");
		if (names_number(names, json_string_value(v), &number, NULL) != SJ_OK)
			return expected(why, size, "more memory than there is");
		if (number != i + 1)
			return expected(why, size, "each name once");
	}
	t->listed = true;
	return SJ_OK;
}

int jsonl_gpu_model(struct jsonl_terms *t, const json_t *v, uint32_t *out, char *why,
		    size_t size)
{
	struct names *names = &t->deck->gpu_model;
	uint32_t known = names->count;
	int64_t number = json_integer_value(v);

	if (json_is_integer(v) && number >= 0 &&
	    number <= (t->listed ? (int64_t)known : UINT32_MAX)) {
		*out = (uint32_t)number;
		t->by_number |= number > 0;
	} else if (is_name(v) && names_number(names, json_string_value(v), out, NULL) == SJ_OK) {
		t->by_name = true;
	} else {
		return expected(why, size, t->listed ? "a name of gpu_models or its number" :
				"a name, or a number of the machine's models");
	}
	if (t->listed && names->count > known)
		return expected(why, size, "one of gpu_models in the first line");
	if (!t->listed && t->by_name && t->by_number)
		return expected(why, size, "either names or numbers in one file, unless the "
				"first line has gpu_models");
	return SJ_OK;
}

/* ---- scalings ---------------------------------------------------------------------------- */

bool jsonl_number(const json_t *o, const char *key, double none, double min, double max,
		  double *out)
{
	const json_t *v = json_object_get(o, key);

	*out = v != NULL ? json_number_value(v) : none;
	return v == NULL || (json_is_number(v) && *out >= min && *out <= max);
}

/* [[ranks, speed], ...], ranks ascending. */
static bool read_points(const json_t *list, sj_speedup_point *p, uint32_t *count)
{
	size_t n = json_array_size(list);

	if (n == 0 || n > POINTS_MAX)
		return false;
	for (size_t i = 0; i < n; i++) {
		const json_t *pair = json_array_get(list, i);
		const json_t *ranks = json_array_get(pair, 0), *speed = json_array_get(pair, 1);

		if (json_array_size(pair) != 2 || !json_is_number(ranks) || !json_is_number(speed))
			return false;
		p[i] = (sj_speedup_point){ json_number_value(ranks), json_number_value(speed) };
		if (p[i].ranks <= (i > 0 ? p[i - 1].ranks : 0) || p[i].speed < 0)
			return false;
	}
	*count = (uint32_t)n;
	return true;
}

static bool read_rate(const json_t *v, double *out)
{
	*out = json_number_value(v);
	return json_is_number(v) && *out >= 0;
}

/* A list by number, or an object by name. `rate` has room for MODELS_MAX. */
static bool read_rates(struct jsonl_terms *t, const json_t *v, double *rate, uint32_t *count)
{
	const char *name;
	json_t *x;

	*count = 0;
	if (json_is_array(v) && json_array_size(v) <= MODELS_MAX) {
		for (; *count < json_array_size(v); ++*count)
			if (!read_rate(json_array_get(v, *count), &rate[*count]))
				return false;
		return true;
	}
	if (!json_is_object(v))
		return false;
	json_object_foreach((json_t *)v, name, x) {
		uint32_t known = t->deck->gpu_model.count, number = 0;

		if (names_number(&t->deck->gpu_model, name, &number, NULL) != SJ_OK ||
		    number == 0 || number > MODELS_MAX || (t->listed && number > known))
			return false;
		t->by_name = true;
		while (*count < number)
			rate[(*count)++] = 1;
		if (!read_rate(x, &rate[number - 1]))
			return false;
	}
	return true;
}

static const char *const speedups[] = {
	[SJ_SPEEDUP_LINEAR] = "linear", [SJ_SPEEDUP_AMDAHL] = "amdahl",
	[SJ_SPEEDUP_DOWNEY] = "downey", [SJ_SPEEDUP_TABLE] = "table",
};

static bool read_kind(const json_t *o, sj_speedup *kind)
{
	const json_t *v = json_object_get(o, "speedup");

	*kind = SJ_SPEEDUP_LINEAR;
	if (v == NULL)
		return true;
	for (int k = 0; json_is_string(v) && k <= SJ_SPEEDUP_TABLE; k++)
		if (strcmp(json_string_value(v), speedups[k]) == 0) {
			*kind = (sj_speedup)k;
			return true;
		}
	return false;
}

/* Every key is one of the format, and of this kind of speed-up. */
static const char *odd_key(const json_t *o, sj_speedup kind)
{
	const char *key;
	json_t *v;

	json_object_foreach((json_t *)o, key, v) {
		bool ok = strcmp(key, "speedup") == 0 || strcmp(key, "model_rate") == 0 ||
			  strcmp(key, "apart") == 0 || strcmp(key, "node_rate") == 0;

		ok |= kind == SJ_SPEEDUP_AMDAHL && strcmp(key, "serial") == 0;
		ok |= kind == SJ_SPEEDUP_DOWNEY && (strcmp(key, "A") == 0 ||
						    strcmp(key, "sigma") == 0);
		ok |= kind == SJ_SPEEDUP_TABLE && strcmp(key, "points") == 0;
		if (!ok)
			return key;
	}
	return NULL;
}

static bool read_node_rates(const json_t *list, double *rate, uint32_t *count)
{
	if (!json_is_array(list) || json_array_size(list) > MODELS_MAX)
		return false;
	for (*count = 0; *count < json_array_size(list); ++*count)
		if (!read_rate(json_array_get(list, *count), &rate[*count]) || rate[*count] == 0)
			return false;
	return true;
}

/* The lists of `s` lie in the caller's arrays, rates of models before those of nodes. */
static const char *read_scaling(struct jsonl_terms *t, const json_t *o, sj_scaling *s,
				sj_speedup_point *points, double *rate)
{
	const json_t *node_rates = json_object_get(o, "node_rate");
	const json_t *rates = json_object_get(o, "model_rate");

	*s = (sj_scaling){ .points = points, .model_rate = rate, .node_rate = rate + MODELS_MAX };
	if (!json_is_object(o))
		return "an object, or the number of one of scalings";
	if (!read_kind(o, &s->kind))
		return "\"speedup\" to be \"linear\", \"amdahl\", \"downey\" or \"table\"";
	if (odd_key(o, s->kind) != NULL)
		return "no other keys than speedup, model_rate, apart, node_rate and what this speedup has: "
		       "serial (amdahl), A and sigma (downey), points (table)";
	if (!jsonl_number(o, "serial", s->kind == SJ_SPEEDUP_AMDAHL ? -1 : 0, 0, 1, &s->serial) ||
	    s->serial < 0)
		return "\"serial\", a number from 0 to 1";
	if (!jsonl_number(o, "A", s->kind == SJ_SPEEDUP_DOWNEY ? -1 : 0, 1, 1e12, &s->A) ||
	    s->A < 0)
		return "\"A\", a number from 1";
	if (!jsonl_number(o, "sigma", 0, 0, 1e12, &s->sigma))
		return "\"sigma\", a number from 0";
	if (s->kind == SJ_SPEEDUP_TABLE &&
	    !read_points(json_object_get(o, "points"), points, &s->point_count))
		return "\"points\", a list of [ranks, speed] with ranks ascending";
	if (rates != NULL && !read_rates(t, rates, rate, &s->model_count))
		return "\"model_rate\", rates from 0 as a list by number, or by name of "
		       "gpu_models";
	if (!jsonl_number(o, "apart", 1, 1e-9, 1e9, &s->apart))
		return "\"apart\", a number above 0";
	if (node_rates != NULL && !read_node_rates(node_rates, rate + MODELS_MAX, &s->node_count))
		return "\"node_rate\", a list of rates above 0, from node 0 on";
	return NULL;
}

static int add_scaling(struct jsonl_terms *t, const json_t *o, uint32_t *number, char *why,
		       size_t size)
{
	sj_speedup_point *points = malloc(POINTS_MAX * sizeof(*points));
	double *rate = malloc(2 * MODELS_MAX * sizeof(*rate));
	sj_scaling s;
	const char *wrong = "more memory than there is";
	int rc = SJ_EPARSE;

	if (points != NULL && rate != NULL)
		wrong = read_scaling(t, o, &s, points, rate);
	if (wrong == NULL)
		rc = deck_add_scaling(t->deck, &s, number, NULL);
	free(points);
	free(rate);
	return rc == SJ_OK ? SJ_OK : expected(why, size, wrong != NULL ? wrong :
					      "more memory than there is");
}

int jsonl_scalings(struct jsonl_terms *t, const json_t *list, char *why, size_t size)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		char what[160];
		uint32_t number;

		if (add_scaling(t, json_array_get(list, i), &number, what, sizeof(what)) != SJ_OK) {
			snprintf(why, size, "in number %zu: %s", i + 1, what);
			return SJ_EPARSE;
		}
	}
	t->listed_scalings = (uint32_t)json_array_size(list);
	return SJ_OK;
}

uint32_t *jsonl_written(struct jsonl_written *w, const json_t *o)
{
	char *text = json_dumps(o, JSON_COMPACT | JSON_SORT_KEYS);
	uint32_t known = w->text.count, place = 0, *bigger;
	int rc = SJ_ENOMEM;

	if (text != NULL)
		rc = names_number(&w->text, text, &place, NULL);
	free(text);
	if (rc != SJ_OK)
		return NULL;
	if (w->text.count > known) {
		bigger = realloc(w->number, w->text.count * sizeof(*bigger));
		if (bigger == NULL)
			return NULL;
		w->number = bigger;
		w->number[place - 1] = 0;
	}
	return &w->number[place - 1];
}

/* Written out: one like it may be there already. */
static int find_written(struct jsonl_terms *t, const json_t *o, uint32_t *out, char *why,
			size_t size)
{
	uint32_t *number = jsonl_written(&t->scalings, o);
	int rc = SJ_OK;

	if (number == NULL)
		return expected(why, size, "more memory than there is");
	if (*number == 0)
		rc = add_scaling(t, o, number, why, size);
	*out = *number;
	return rc;
}

int jsonl_scaling(struct jsonl_terms *t, const json_t *v, uint32_t *out, char *why,
		  size_t size)
{
	if (json_is_object(v))
		return find_written(t, v, out, why, size);
	if (!json_is_integer(v) || json_integer_value(v) < 0 ||
	    json_integer_value(v) > t->listed_scalings)
		return expected(why, size, "an object, or the number of one of scalings in the "
				"first line");
	*out = (uint32_t)json_integer_value(v);
	return SJ_OK;
}
