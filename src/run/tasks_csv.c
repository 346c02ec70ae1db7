/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tasks_csv.c - see tasks_csv.h. */
#include "run/tasks_csv.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "run/jobs_csv.h"
#include "run/outfile.h"

struct tasks_csv {
	struct outfile *out;
};

static char *put(char *to, sj_time ns)
{
	*to++ = ',';
	return jobs_csv_seconds(to, ns);
}

static int on_graph(void *self, const sj_graph_record *g, sj_error *err)
{
	struct tasks_csv *c = self;

	for (uint32_t i = 0; i < g->tasks; i++) {
		char *start = outfile_room(c->out, 256), *at = start;

		if (start == NULL)
			break;
		at += sprintf(at, "%" PRId64 ",%" PRIu32, g->job, i);
		at = put(at, g->submit_ns);
		at = put(at, g->start_ns[i]);
		at = put(at, g->finish_ns[i]);
		at = put(at, g->slack_ns[i]);
		at = put(at, g->critical_ns);
		at = put(at, g->critical_data_ns);
		*at++ = '\n';
		outfile_advance(c->out, (size_t)(at - start));
	}
	return outfile_error(c->out, err);
}

int tasks_csv_open(const char *path, struct tasks_csv **out, sj_error *err)
{
	struct tasks_csv *c = calloc(1, sizeof(*c));
	int rc;

	if (c == NULL)
		return SJ_ENOMEM;
	rc = outfile_open(path, &c->out, err);
	if (rc != SJ_OK) {
		tasks_csv_close(c, false, NULL);
		return rc;
	}
	outfile_puts(c->out, "job_id,task,submission_time,starting_time,finish_time,slack,"
			     "critical_path,critical_path_data\n");
	*out = c;
	return SJ_OK;
}

sj_sink tasks_csv_sink(struct tasks_csv *c)
{
	return (sj_sink){ .self = c, .graph = on_graph };
}

int tasks_csv_close(struct tasks_csv *c, bool keep, sj_error *err)
{
	int rc;

	if (c == NULL)
		return SJ_OK;
	rc = outfile_close(c->out, keep, err);
	free(c);
	return rc;
}
