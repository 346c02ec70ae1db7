/* SPDX-License-Identifier: GPL-3.0-or-later */
/* coflow_set.c - see coflow_set.h. */
#include "coflow/coflow_set.h"

#include <inttypes.h>
#include <stdlib.h>

#define JOBS_AT_ONCE 64

static int grow(void **array, uint32_t *cap, uint64_t want, size_t size)
{
	uint64_t room = *cap == 0 ? 1024 : *cap;
	void *more;

	if (want <= *cap)
		return SJ_OK;
	while (room < want)
		room *= 2;
	if (room > UINT32_MAX / 2)
		return SJ_ENOMEM;
	more = realloc(*array, (size_t)room * size);
	if (more == NULL)
		return SJ_ENOMEM;
	*array = more;
	*cap = (uint32_t)room;
	return SJ_OK;
}

/* One stage only: what a task has received it cannot send on. */
static int check_job(const sj_job *j, const char *name, uint8_t *role, sj_error *err)
{
	for (uint32_t i = 0; i < j->task_count; i++)
		role[i] = 0;
	for (uint32_t i = 0; i < j->edge_count; i++) {
		const sj_edge *e = &j->edges[i];
		uint32_t end[2] = { e->from, e->to };

		for (int k = 0; k < 2; k++) {
			role[end[k]] |= (uint8_t)(1 << k);
			if (j->tasks[end[k]].node == 0)
				return sj_fail(err, SJ_EINVAL, "%s: job %" PRId64 ": task %u has "
					       "no node; a flow is between tasks that have one",
					       name, j->id, end[k]);
			if (role[end[k]] == 3)
				return sj_fail(err, SJ_EINVAL, "%s: job %" PRId64 ": task %u "
					       "receives and sends; a coflow has one stage", name,
					       j->id, end[k]);
		}
	}
	return SJ_OK;
}

static int add_job(struct coflow_set *s, const sj_job *j, bool skip_local, const char *name,
		   sj_error *err)
{
	uint8_t *role = malloc(j->task_count);
	int rc = role == NULL ? SJ_ENOMEM : check_job(j, name, role, err);

	free(role);
	if (rc == SJ_EINVAL)
		return rc;
	if (rc == SJ_OK)
		rc = grow((void **)&s->coflow, &s->coflow_cap, (uint64_t)s->c.count + 1,
			  sizeof(*s->coflow));
	if (rc == SJ_OK)
		rc = grow((void **)&s->flow, &s->flow_cap, (uint64_t)s->c.flows + j->edge_count,
			  sizeof(*s->flow));
	if (rc != SJ_OK)
		return sj_fail(err, SJ_ENOMEM, "%s: no memory for more than %u flows", name,
			       s->c.flows);
	s->coflow[s->c.count++] = (sj_coflow){ j->id, j->submit_ns, s->c.flows, j->edge_count };
	for (uint32_t i = 0; i < j->edge_count; i++) {
		uint32_t src = j->tasks[j->edges[i].from].node, dst = j->tasks[j->edges[i].to].node;
		bool skip = skip_local && src == dst;

		s->c.ports = src > s->c.ports ? src : s->c.ports;
		s->c.ports = dst > s->c.ports ? dst : s->c.ports;
		s->local += src == dst;
		s->bytes += (double)j->edges[i].bytes;
		s->flow[s->c.flows++] = (sj_coflow_flow){
			src - 1, dst - 1, skip ? 0 : (double)j->edges[i].bytes,
		};
	}
	return SJ_OK;
}

static int read_jobs(sj_source *source, struct coflow_set *s, bool skip_local, const char *name,
		     sj_error *err)
{
	sj_job job[JOBS_AT_ONCE];
	uint32_t n;
	int rc;

	while ((rc = source->ops->fill(source, job, JOBS_AT_ONCE, &n, err)) == SJ_OK)
		for (uint32_t i = 0; i < n; i++) {
			if (job[i].edge_count == 0) {
				s->without_flows++;
				continue;
			}
			rc = add_job(s, &job[i], skip_local, name, err);
			if (rc != SJ_OK)
				return rc;
		}
	return rc == SJ_END ? SJ_OK : rc;
}

int coflow_set_read(sj_source *source, const char *name, double bytes_per_s, bool skip_local,
		    struct coflow_set *out, sj_error *err)
{
	int rc;

	*out = (struct coflow_set){ .c.ports = source->info.max_nodes };
	rc = read_jobs(source, out, skip_local, name, err);
	if (rc == SJ_OK && out->c.count == 0)
		rc = sj_fail(err, SJ_EINVAL, "%s: no coflow in it: no job has edges between tasks",
			     name);
	if (rc == SJ_OK) {
		out->speed = malloc(out->c.ports * sizeof(*out->speed));
		if (out->speed == NULL)
			rc = sj_fail(err, SJ_ENOMEM, "%s: no memory for %u ports", name,
				     out->c.ports);
	}
	if (rc != SJ_OK) {
		coflow_set_fini(out);
		return rc;
	}
	for (uint32_t i = 0; i < out->c.ports; i++)
		out->speed[i] = bytes_per_s;
	out->c.send = out->c.receive = out->speed;
	out->c.coflow = out->coflow;
	out->c.flow = out->flow;
	return SJ_OK;
}

void coflow_set_fini(struct coflow_set *s)
{
	free(s->coflow);
	free(s->flow);
	free(s->speed);
	*s = (struct coflow_set){ 0 };
}
