/* SPDX-License-Identifier: GPL-3.0-or-later */
/* log.c - simulates one whole log through the command line. */
#include "conformance.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/csv.h"
#include "harness/product.h"

const char *log_find(const char *folder, const char *file)
{
	const char *plain = format("%s/%s", folder, file);
	const char *packed = format("%s.gz", plain);

	if (access(packed, R_OK) == 0)
		return packed;
	return access(plain, R_OK) == 0 ? plain : NULL;
}

bool log_simulate(struct report *r, const struct log_run *what, json_t **doc,
		  struct schedule *jobs)
{
	char *csv = format("%s/jobs.csv", r->scratch);
	struct args a = { 0 };

	args_add(&a, "run");
	args_add(&a, "-w");
	args_add(&a, "swf:%s", what->log);
	args_add(&a, "-c");
	args_add(&a, "procs=%s", what->procs);
	args_add(&a, "-p");
	args_add(&a, "%s", what->policy);
	if (what->overrun != NULL)
		args_add(&a, "--overrun=%s", what->overrun);
	if (what->limit != NULL)
		args_add(&a, "--limit=%s", what->limit);
	args_add(&a, "--no-store");
	args_add(&a, "--jobs-csv=%s", csv);
	*doc = product_json(r, &a);
	if (*doc == NULL || !schedule_read(r, file_read(csv, NULL), jobs))
		return false;
	unlink(csv);
	return true;
}

void report_printed(struct report *r, const char *what, double got,
		    const char *expected)
{
	const char *dot = strchr(expected, '.');
	double unit = pow(10, dot != NULL ? -(double)strlen(dot + 1) : 0);

	report_number(r, what, got, strtod(expected, NULL), 0,
		      dot != NULL ? unit * 0.5000001 : 0);
}

static void say_missing(const void *arg, struct report *r)
{
	report_skip(r, "%s is not there", (const char *)arg);
}

char *expected_file(struct item_list *l, const char *folder, const char *file)
{
	const char *path = format("%s/%s", folder, file);
	char *text = file_read(path, NULL);

	if (text == NULL)
		item_add(l, file, say_missing, path);
	return text;
}

void item_add(struct item_list *l, const char *id,
	      void (*run)(const void *, struct report *), const void *arg)
{
	l->item = realloc(l->item, (l->count + 1) * sizeof(*l->item));
	if (l->item == NULL)
		abort();
	l->item[l->count++] = (struct item){ id, run, arg };
}
