/* SPDX-License-Identifier: GPL-3.0-or-later */
/* comm_run.c - see comm_run.h. */
#include "comm_run.h"

#include <math.h>
#include <stdio.h>

#include "harness/product.h"
#include "kinds.h"

static const char *write_job(struct check *k, const struct comm_run *c)
{
	const char *path = format("%s/comm.jsonl", k->r->scratch);
	FILE *to = fopen(path, "w");

	if (to == NULL) {
		report_fail(k->r, "%s cannot be written", path);
		return NULL;
	}
	fprintf(to, "{\"submit_ns\":0,\"procs\":%u,\"runtime_ns\":%.0f,\"steps\":%llu,"
		"\"comm\":{\"op\":\"%s\",\"bytes\":%.17g,\"overlap\":%.17g", c->ranks,
		c->compute * 1e9 * (double)c->steps, (unsigned long long)c->steps, c->op,
		c->bytes, c->overlap);
	if (c->way != NULL)
		fprintf(to, ",\"way\":\"%s\"", c->way);
	if (c->servers != 0)
		fprintf(to, ",\"servers\":%u", c->servers);
	if (c->gamma > 0)
		fprintf(to, ",\"combine\":%.17g", 1 / c->gamma);
	fprintf(to, "}}\n");
	fclose(to);
	return path;
}

/* A route has two cables, each with half of alpha. */
double comm_run_step(struct check *k, const struct comm_run *c)
{
	const char *path = write_job(k, c);
	struct args a = { 0 };
	const json_t *runs;
	json_t *doc;

	if (path == NULL)
		return NAN;
	args_add(&a, "run");
	args_add(&a, "-w");
	args_add(&a, "%s", path);
	args_add(&a, "-c");
	args_add(&a, "nodes=%u,cores=1,topology=star,bw=%.0fB/s,lat=%.0fns", c->ranks,
		 1 / c->beta, c->alpha * 1e9 / 2);
	args_add(&a, "-p");
	args_add(&a, "fifo");
	args_add(&a, "--collectives");
	args_add(&a, "%s", c->form);
	args_add(&a, "--no-store");
	args_add(&a, "--check");
	doc = product_json(k->r, &a);
	runs = json_object_get(doc, "runs");
	return json_number_value(json_object_get(json_object_get(json_array_get(runs, 0), "metrics"),
						 "makespan_s")) / (double)c->steps;
}
