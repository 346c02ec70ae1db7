/* SPDX-License-Identifier: GPL-3.0-or-later */
/* coflow_json.c - a study of coflows as one JSON document. */
#include <jansson.h>
#include <math.h>

#include "cli/coflow_out.h"
#include "cli/json_out.h"

static json_t *number(double v)
{
	return isfinite(v) ? json_real(v) : json_null();
}

static json_t *times(const struct coflow_times *x, bool judged)
{
	json_t *o = json_pack("{s:o, s:o, s:o, s:o}", "mean_s", number(x->mean), "p50_s",
			      number(x->p50), "p95_s", number(x->p95), "max_s", number(x->max));

	if (o == NULL || !judged)
		return o;
	json_object_set_new(o, "factor", number(x->factor));
	json_object_set_new(o, "factor_ci", json_pack("[o, o]", number(x->factor_ci.low),
						      number(x->factor_ci.high)));
	json_object_set_new(o, "factor_p95", number(x->factor_p95));
	return o;
}

static json_t *outcome(const struct coflow_outcome *o, bool judged)
{
	json_t *bins = json_object(), *cct = times(&o->all, judged);

	for (int b = 0; b < COFLOW_BINS; b++)
		json_object_set_new(bins, coflow_bin_names[b], times(&o->bin[b], judged));
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:I, s:f}", "order", o->spec, "cct", cct,
			 "bins", bins, "makespan_s", number(o->makespan_s), "slowdown_mean",
			 number(o->slowdown_mean), "computed", (json_int_t)o->computed, "wall_s",
			 (double)o->wall_ns / 1e9);
}

int coflow_out_json(const struct coflow_study *s, const char *workload, sj_error *err)
{
	const sj_coflow_case *c = &s->set->c;
	json_t *orders = json_array(), *bins = json_object();

	for (size_t i = 0; i < s->outcomes; i++)
		json_array_append_new(orders, outcome(&s->outcome[i], i > 0));
	for (int b = 0; b < COFLOW_BINS; b++)
		json_object_set_new(bins, coflow_bin_names[b],
				    json_pack("{s:I, s:f}", "coflows",
					      (json_int_t)s->bin_count[b], "bytes",
					      s->bin_bytes[b]));
	return json_out(json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:f, s:f, s:o, s:o, s:o}",
				  "schema", "sojourn.coflow/1", "workload", workload, "ports",
				  (json_int_t)c->ports, "coflows", (json_int_t)c->count, "flows",
				  (json_int_t)c->flows, "local_flows", (json_int_t)s->set->local,
				  "bytes", s->set->bytes, "bytes_per_s", c->send[0], "bins", bins,
				  "alone", times(&s->alone, false), "orders", orders),
			JSON_INDENT(1), err);
}
