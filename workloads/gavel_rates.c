/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gavel_rates.c - see gavel_rates.h. */
#include "gavel_rates.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define APART      "_unconsolidated"
#define KEY_MAX    256
#define MODELS_MAX 63
#define POINTS_MAX 64

struct gavel_rates {
	json_t      *document;
	const char  *model[MODELS_MAX];
	uint32_t     model_count;
	const json_t *reference, *apart; /* apart: NULL when there is none */
	const char  *name;               /* of the reference, as the file has it */
	bool         linear;
	struct names made;               /* keys whose scaling is in the deck: its number is
	                                  * the place here */
};

/* ---- the document ------------------------------------------------------------------- */

struct reading {
	sj_input *in;
	sj_error *err;
	int       rc;
};

static size_t read_more(void *buf, size_t size, void *self)
{
	struct reading *r = self;
	ptrdiff_t got = r->in->read(r->in, buf, size, r->err);

	if (got < 0)
		r->rc = (int)got;
	return got < 0 ? (size_t)-1 : (size_t)got;
}

static int load(sj_input *in, json_t **out, sj_error *err)
{
	struct reading r = { .in = in, .err = err, .rc = SJ_OK };
	json_error_t e;
	char why[JSON_ERROR_TEXT_LENGTH];

	*out = json_load_callback(read_more, &r, 0, &e);
	if (*out != NULL || r.rc != SJ_OK)
		return r.rc;
	lines_show(e.text, why, sizeof(why));
	return sj_fail(err, SJ_EPARSE, "%s:%d: not JSON: %s", in->name, e.line, why);
}

static bool ends_with(const char *text, const char *tail)
{
	size_t n = strlen(text), k = strlen(tail);

	return n >= k && strcmp(text + n - k, tail) == 0;
}

/* The kinds of GPU: every key that is not one of them taken apart. */
static int list_models(struct gavel_rates *g, const char *file, sj_error *err)
{
	const char *key;
	char shown[44];
	json_t *v;

	json_object_foreach(g->document, key, v) {
		lines_show(key, shown, sizeof(shown));
		if (!json_is_object(v))
			return sj_fail(err, SJ_EPARSE, "%s: \"%s\": expected an object of "
				       "throughputs by type of job", file, shown);
		if (ends_with(key, APART))
			continue;
		if (g->model_count == MODELS_MAX)
			return sj_fail(err, SJ_EPARSE, "%s: more than %d kinds of GPU", file,
				       MODELS_MAX);
		g->model[g->model_count++] = key;
	}
	return SJ_OK;
}

static int choose_reference(struct gavel_rates *g, const char *file, const char *reference,
			    sj_error *err)
{
	char key[KEY_MAX], have[200] = "", shown[44];
	size_t used = 0;

	g->reference = json_object_get(g->document, reference);
	if (g->reference != NULL && !ends_with(reference, APART)) {
		g->name = reference;
		snprintf(key, sizeof(key), "%.200s" APART, reference);
		g->apart = json_object_get(g->document, key);
		return SJ_OK;
	}
	for (uint32_t i = 0; i < g->model_count && used + 50 < sizeof(have); i++) {
		lines_show(g->model[i], shown, sizeof(shown));
		used += (size_t)snprintf(have + used, sizeof(have) - used, "%s%s",
					 i > 0 ? ", " : "", shown);
	}
	lines_show(reference, shown, sizeof(shown));
	return sj_fail(err, SJ_EUSAGE, "%s: there are no throughputs of reference=%s; "
		       "expected one of %s", file, shown, have);
}

int gavel_rates_read(sj_input *in, const char *reference, bool linear,
		     struct gavel_rates **out, sj_error *err)
{
	struct gavel_rates *g = calloc(1, sizeof(*g));
	int rc;

	if (g == NULL)
		return sj_fail(err, SJ_ENOMEM, "%s: no memory to read it", in->name);
	g->linear = linear;
	rc = load(in, &g->document, err);
	if (rc == SJ_OK && !json_is_object(g->document))
		rc = sj_fail(err, SJ_EPARSE, "%s: expected an object of throughputs by kind of "
			     "GPU", in->name);
	if (rc == SJ_OK)
		rc = list_models(g, in->name, err);
	if (rc == SJ_OK)
		rc = choose_reference(g, in->name, reference, err);
	if (rc != SJ_OK) {
		gavel_rates_free(g);
		return rc;
	}
	*out = g;
	return SJ_OK;
}

void gavel_rates_free(struct gavel_rates *g)
{
	if (g == NULL)
		return;
	json_decref(g->document);
	names_fini(&g->made);
	free(g);
}

int gavel_rates_models(const struct gavel_rates *g, struct deck *d, sj_error *err)
{
	int rc = SJ_OK;

	for (uint32_t i = 0; i < g->model_count && rc == SJ_OK; i++) {
		uint32_t number;

		rc = names_number(&d->gpu_model, g->model[i], &number, err);
	}
	return rc;
}

/* ---- one number ------------------------------------------------------------------------ */

/* Steps per second of the job alone; 0: not there, or not a throughput. */
static double measured(const json_t *table, const char *type, uint32_t gpus)
{
	char key[KEY_MAX];
	double v;

	if (snprintf(key, sizeof(key), "('%s', %u)", type, gpus) >= (int)sizeof(key))
		return 0;
	v = json_number_value(json_object_get(json_object_get(table, key), "null"));
	return isfinite(v) && v > 0 ? v : 0;
}

/* "('TYPE', N)" of this type: N, else 0. */
static uint32_t gpus_of_key(const char *key, const char *type)
{
	size_t n = strlen(type);
	unsigned long gpus;
	char *end;

	if (strncmp(key, "('", 2) != 0 || strncmp(key + 2, type, n) != 0 ||
	    strncmp(key + 2 + n, "', ", 3) != 0)
		return 0;
	gpus = strtoul(key + n + 5, &end, 10);
	return strcmp(end, ")") == 0 && gpus <= UINT32_MAX ? (uint32_t)gpus : 0;
}

/* Of what was measured, or (linear) in proportion to the next smaller number. */
static double throughput(const struct gavel_rates *g, const json_t *table, const char *type,
			 uint32_t gpus)
{
	double v = measured(table, type, gpus);
	uint32_t best = 0;
	const char *key;
	json_t *job;

	if (v > 0 || !g->linear)
		return v;
	json_object_foreach((json_t *)table, key, job) {
		uint32_t n = gpus_of_key(key, type);

		if (n > best && n < gpus && measured(table, type, n) > 0)
			best = n;
	}
	return best > 0 ? measured(table, type, best) * gpus / best : 0;
}

/* ---- scalings ---------------------------------------------------------------------------- */

static int by_ranks(const void *x, const void *y)
{
	const sj_speedup_point *a = x, *b = y;

	return (a->ranks > b->ranks) - (a->ranks < b->ranks);
}

/* Every measured number of GPUs, and this one. */
static uint32_t list_points(const struct gavel_rates *g, const char *type, uint32_t gpus,
			    sj_speedup_point *p)
{
	uint32_t n = 0;
	const char *key;
	json_t *job;
	double one;

	json_object_foreach((json_t *)g->reference, key, job) {
		uint32_t k = gpus_of_key(key, type);
		double v = k > 0 && k != gpus ? measured(g->reference, type, k) : 0;

		if (v > 0 && n + 1 < POINTS_MAX)
			p[n++] = (sj_speedup_point){ k, v };
	}
	p[n++] = (sj_speedup_point){ gpus, throughput(g, g->reference, type, gpus) };
	qsort(p, n, sizeof(*p), by_ranks);
	one = p[0].speed / p[0].ranks;
	for (uint32_t i = 0; i < n; i++)
		p[i].speed /= one;
	return n;
}

static int make_scaling(struct gavel_rates *g, struct deck *d, const char *type,
			uint32_t gpus, double reference, uint32_t *number, sj_error *err)
{
	sj_speedup_point points[POINTS_MAX];
	double rate[MODELS_MAX], apart;
	sj_scaling s = { .kind = SJ_SPEEDUP_TABLE, .points = points, .model_rate = rate,
			 .model_count = g->model_count };

	s.point_count = list_points(g, type, gpus, points);
	for (uint32_t m = 0; m < g->model_count; m++)
		rate[m] = throughput(g, json_object_get(g->document, g->model[m]), type, gpus) /
			  reference;
	apart = g->apart != NULL ? throughput(g, g->apart, type, gpus) : 0;
	s.apart = apart > 0 ? apart / reference : 1;
	return deck_add_scaling(d, &s, number, err);
}

int gavel_rates_find(struct gavel_rates *g, struct deck *d, const char *type, uint32_t gpus,
		     double *steps_per_s, uint32_t *scaling, sj_error *err)
{
	uint32_t known = g->made.count, number = 0;
	char key[KEY_MAX];
	int rc;

	*scaling = 0;
	*steps_per_s = gpus > 0 ? throughput(g, g->reference, type, gpus) : 0;
	if (!(*steps_per_s > 0))
		return SJ_OK;
	snprintf(key, sizeof(key), "('%.200s', %u)", type, gpus);
	rc = names_number(&g->made, key, scaling, err);
	if (rc != SJ_OK || g->made.count == known)
		return rc;
	return make_scaling(g, d, type, gpus, *steps_per_s, &number, err);
}
