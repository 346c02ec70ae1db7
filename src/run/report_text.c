/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report_text.c - see report_text.h. */
#include "run/report_text.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "cli/table_text.h"

struct report_number report_count(uint64_t n)
{
	struct report_number out;
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRIu64, n);
	number_group(digits, out.text);
	return out;
}

struct report_number report_real(double x, int decimals)
{
	struct report_number none = { "-" }, out;
	char digits[40];

	if (!isfinite(x))
		return none;
	if (fabs(x) >= 1e18 || x < 0) { /* too long to group; negative does not occur */
		snprintf(out.text, sizeof(out.text), "%.6g", x);
		return out;
	}
	snprintf(digits, sizeof(digits), "%.*f", decimals, x);
	number_group(digits, out.text);
	return out;
}

/* Seconds: tenths while they are few. */
static struct report_number seconds(double s)
{
	return report_real(s, s < 1000 ? 1 : 0);
}

struct table_text *report_text_begin(void)
{
	struct table_text *t = table_text_create();

	table_text_row(t, "policy", "jobs", "mean wait [s]", "p95", "max", "mean bsld",
		       "util.", "makespan [s]", "jobs/s", NULL);
	table_text_rule(t);
	return t;
}

void report_text_run(struct table_text *t, const struct session_result *r, bool failed)
{
	const double *m = r->metrics.value;
	double wall_s = (double)r->wall_ns / 1e9;

	table_text_cellf(t, "%s%s%s", r->canonical, r->stats.clairvoyant ? " *" : "",
			 failed ? " (failed)" : "");
	table_text_cell(t, report_count(r->stats.jobs_done).text);
	table_text_cell(t, seconds(m[SJ_M_WAIT_MEAN]).text);
	table_text_cell(t, seconds(m[SJ_M_WAIT_P95]).text);
	table_text_cell(t, seconds(m[SJ_M_WAIT_MAX]).text);
	table_text_cell(t, report_real(m[SJ_M_BSLD], 2).text);
	table_text_cell(t, report_real(m[SJ_M_UTILIZATION], 4).text);
	table_text_cell(t, seconds(m[SJ_M_MAKESPAN]).text);
	table_text_cell(t, report_real((double)r->stats.jobs_done / wall_s, 0).text);
	table_text_end_row(t);
}

#define SPEC_SHOWN 160 /* a longer one is told in numbers */

static void put_machine(const struct cluster *c, FILE *to)
{
	if (strlen(c->text) <= SPEC_SHOWN)
		fputs(c->text, to);
	else
		fprintf(to, "%s nodes of %s types, %s cores, %s GPUs",
			report_count(c->node_count).text, report_count(c->type_count).text,
			report_count(c->model.procs).text,
			report_real(capacity_of(c, 0).gpus, 0).text);
}

int report_text_print(const struct table_text *t, const struct lab *lab,
		      const struct loads *offered, bool clairvoyant, FILE *to)
{
	char others[80];
	int rc;

	fprintf(to, "%s on ", lab->workload->spec);
	put_machine(&lab->cluster, to);
	if (isfinite(offered->of[LOAD_CORES]))
		fprintf(to, ", offered load %.3f", offered->of[LOAD_CORES]);
	loads_text(offered, LOAD_GPUS, false, others, sizeof(others));
	if (others[0] != '\0')
		fprintf(to, " (%s)", others);
	fputc('\n', to);
	rc = table_text_print(t, to, table_text_unicode(to));
	if (clairvoyant)
		fprintf(to, "* knows true run times, which no real scheduler does\n");
	return rc;
}
