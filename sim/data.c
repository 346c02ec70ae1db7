/* SPDX-License-Identifier: GPL-3.0-or-later */
/* data.c - see data.h. */
#include "data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Shared files by name; those that no job has named yet are NULL. */
struct shared_files {
	uint32_t      count;
	struct file **file;
};

/* ---- copies ---------------------------------------------------------------------------- */

/* The first that is not below `at`. */
static uint32_t place_of(const struct file *f, uint32_t at)
{
	uint32_t low = 0, high = f->copies;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;

		if (f->copy[mid].at < at)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

struct file_copy *data_copy(const struct file *f, uint32_t at)
{
	uint32_t i = place_of(f, at);

	return i < f->copies && f->copy[i].at == at ? &f->copy[i] : NULL;
}

int data_copy_set(struct file *f, uint32_t at, uint32_t transfer)
{
	uint32_t i = place_of(f, at);

	if (i < f->copies && f->copy[i].at == at) {
		f->copy[i].transfer = transfer;
		return SJ_OK;
	}
	if (f->copies == f->room) {
		uint32_t room = f->room != 0 ? f->room * 2 : 1;
		struct file_copy *grown = realloc(f->copy, room * sizeof(*grown));

		if (grown == NULL)
			return SJ_ENOMEM;
		f->copy = grown;
		f->room = room;
	}
	memmove(&f->copy[i + 1], &f->copy[i], (f->copies - i) * sizeof(*f->copy));
	f->copy[i] = (struct file_copy){ at, transfer };
	f->copies++;
	return SJ_OK;
}

void data_copy_drop(struct file *f, uint32_t at)
{
	uint32_t i = place_of(f, at);

	if (i == f->copies || f->copy[i].at != at)
		return;
	f->copies--;
	memmove(&f->copy[i], &f->copy[i + 1], (f->copies - i) * sizeof(*f->copy));
}

uint32_t data_nearest(const sj_ctx *cx, const struct file *f, uint32_t to, double *alone_s)
{
	uint32_t best = NOWHERE;

	*alone_s = 0;
	for (uint32_t i = 0; i < f->copies; i++) {
		double s;

		if (f->copy[i].transfer != IS_HERE)
			continue;
		s = sj_network_alone(cx->network, f->copy[i].at, to, (double)f->bytes);
		if (best != NOWHERE && !(s < *alone_s))
			continue;
		best = f->copy[i].at;
		*alone_s = s;
	}
	return best;
}

/* ---- names and places --------------------------------------------------------------------- */

static const char *name_of(const sj_ctx *cx, const sj_file *f)
{
	const sj_workload_info *info = &cx->source->info;

	return f->name != 0 && f->name <= info->file_count ? info->file[f->name - 1] :
							     "without a name";
}

static int wrong(sj_ctx *cx, const sj_job *job, const sj_file *f, const char *what)
{
	return sj_fail(&cx->error, SJ_EINVAL, "job %lld: file \"%.80s\": %s",
		       (long long)job->id, name_of(cx, f), what);
}

uint32_t data_storages(const sj_ctx *cx)
{
	return cx->network != NULL ? sj_network_endpoints(cx->network) -
				     cx->ledger.node_count : 0;
}

/* SJ_OK and an endpoint, NOWHERE being everywhere at no cost. */
static int endpoint(sj_ctx *cx, const sj_job *job, const sj_file *f, uint32_t place,
		    uint32_t *out)
{
	uint32_t nodes = cx->ledger.node_count, all = nodes + data_storages(cx);
	const sj_workload_info *info = &cx->source->info;
	char what[200];

	*out = place;
	if (place == SJ_AT_STORAGE) {
		*out = all > nodes ? nodes : NOWHERE;
		return SJ_OK;
	}
	if (place < all)
		return SJ_OK;
	if (place >= SJ_AT_NAMED) {
		uint32_t n = place - SJ_AT_NAMED;
		bool known = n < info->place_count;

		*out = known && n < cx->config.place_count ? cx->config.places[n] : NOWHERE;
		if (*out < all)
			return SJ_OK;
		snprintf(what, sizeof(what), "no node or storage of the machine has the name "
			 "\"%.80s\"", known ? info->place[n] : "");
	} else if (all == nodes) {
		snprintf(what, sizeof(what), "place %u, but the machine has nodes 0 to %u and "
			 "no storage", place, nodes - 1);
	} else {
		snprintf(what, sizeof(what), "place %u, but the machine has nodes 0 to %u and "
			 "storages %u to %u", place, nodes - 1, nodes, all - 1);
	}
	return wrong(cx, job, f, what);
}

/* ---- files ------------------------------------------------------------------------------- */

static int shared_file(sj_ctx *cx, uint32_t name, struct file **out)
{
	struct shared_files *s = cx->shared_files;

	if (s == NULL)
		s = cx->shared_files = calloc(1, sizeof(*s));
	if (s == NULL)
		return SJ_ENOMEM;
	if (name >= s->count) {
		uint32_t count = name < 32 ? 64 : name * 2;
		struct file **grown = realloc(s->file, count * sizeof(struct file *));

		if (grown == NULL)
			return SJ_ENOMEM;
		memset(&grown[s->count], 0, (count - s->count) * sizeof(struct file *));
		s->file = grown;
		s->count = count;
	}
	if (s->file[name] == NULL) {
		s->file[name] = calloc(1, sizeof(struct file));
		if (s->file[name] == NULL)
			return SJ_ENOMEM;
		s->file[name]->bytes = UINT64_MAX;
	}
	*out = s->file[name];
	return SJ_OK;
}

static void file_fini(struct file *f)
{
	free(f->copy);
	f->copy = NULL;
}

void data_fini(sj_ctx *cx)
{
	struct shared_files *s = cx->shared_files;

	if (s == NULL)
		return;
	for (uint32_t i = 0; i < s->count; i++) {
		if (s->file[i] != NULL)
			file_fini(s->file[i]);
		free(s->file[i]);
	}
	free(s->file);
	free(s);
	cx->shared_files = NULL;
}

/* What the job says of the file, on top of what is known of a shared one. *to: where it
 * is written by a task of the job. */
static int describe(sj_ctx *cx, const sj_job *job, const sj_file *s, struct file *f,
		    uint32_t *to)
{
	if (f->bytes != UINT64_MAX && f->bytes != s->bytes)
		return wrong(cx, job, s, "an earlier job gave it another size");
	f->bytes = s->bytes;
	f->name = s->name;
	*to = NOWHERE;
	if (s->maker == 0 && s->at_count == 0 && f->copies == 0 && !f->anywhere)
		return wrong(cx, job, s, "nobody produces it, and it is nowhere at the start");
	if (cx->network == NULL) {
		f->anywhere = true;
		return SJ_OK;
	}
	if (s->maker != 0 && s->to != SJ_FILE_STAYS) {
		int rc = endpoint(cx, job, s, s->to, to);

		if (rc != SJ_OK)
			return rc;
	}
	for (uint32_t i = 0; i < s->at_count; i++) {
		uint32_t at;
		int rc = endpoint(cx, job, s, job->files->at[s->at_first + i], &at);

		if (rc == SJ_OK && at == NOWHERE)
			f->anywhere = true;
		else if (rc == SJ_OK)
			rc = data_copy_set(f, at, IS_HERE);
		if (rc != SJ_OK)
			return rc;
	}
	if (f->anywhere)
		cx->collect.bytes_anywhere += f->bytes;
	return SJ_OK;
}

static int check_files(sj_ctx *cx, const sj_job *job)
{
	const sj_job_files *g = job->files;

	for (uint32_t i = 0; i < g->file_count; i++) {
		const sj_file *f = &g->files[i];

		if (f->maker > job->task_count)
			return wrong(cx, job, f, "its maker is no task of the job");
		if (f->shared && (f->name == 0 || f->name > cx->source->info.file_count))
			return wrong(cx, job, f, "shared, so it needs a name");
		if (f->bytes > INT64_MAX || f->at_first > g->at_count ||
		    f->at_count > g->at_count - f->at_first)
			return wrong(cx, job, f, "size or places out of range");
	}
	for (uint32_t i = 0; i < g->read_count; i++)
		if (g->reads[i].task >= job->task_count || g->reads[i].file >= g->file_count)
			return sj_fail(&cx->error, SJ_EINVAL, "job %lld: task %u reads file %u, "
				       "but it has %u tasks and %u files", (long long)job->id,
				       g->reads[i].task, g->reads[i].file, job->task_count,
				       g->file_count);
	return SJ_OK;
}

/* Offsets out of counts, which stand one further: first[i + 1] is how many i has. */
static void add_up(uint32_t *first, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		first[i + 1] += first[i];
}

/* One block: the record, its files, its lists. */
static struct job_files *files_new(const sj_job *job)
{
	const sj_job_files *g = job->files;
	size_t n = job->task_count, files = g->file_count;
	size_t head = sizeof(struct job_files) + files * sizeof(struct file);
	struct job_files *jf = calloc(1, head + files * sizeof(struct file *) +
				      (2 * (n + 1) + g->read_count + 3 * files) * sizeof(uint32_t));

	if (jf == NULL)
		return NULL;
	jf->file = (struct file **)(void *)((char *)jf + head);
	jf->read_first = (uint32_t *)(void *)(jf->file + files);
	jf->made_first = jf->read_first + n + 1;
	jf->read = jf->made_first + n + 1;
	jf->made = jf->read + g->read_count;
	jf->maker = jf->made + files;
	jf->to = jf->maker + files;
	for (uint32_t i = 0; i < g->read_count; i++)
		jf->read_first[g->reads[i].task + 1]++;
	add_up(jf->read_first, job->task_count);
	/* Filling moves each offset to the next one's; they are put back behind it. */
	for (uint32_t i = 0; i < g->read_count; i++)
		jf->read[jf->read_first[g->reads[i].task]++] = g->reads[i].file;
	memmove(jf->read_first + 1, jf->read_first, n * sizeof(uint32_t));
	jf->read_first[0] = 0;
	for (uint32_t i = 0; i < files; i++)
		if (g->files[i].maker != 0)
			jf->made_first[g->files[i].maker]++;
	add_up(jf->made_first, job->task_count);
	for (uint32_t i = 0; i < files; i++)
		if (g->files[i].maker != 0)
			jf->made[jf->made_first[g->files[i].maker - 1]++] = i;
	memmove(jf->made_first + 1, jf->made_first, n * sizeof(uint32_t));
	jf->made_first[0] = 0;
	return jf;
}

static void files_free(struct job_files *jf)
{
	if (jf == NULL)
		return;
	for (uint32_t i = 0; i < jf->count; i++)
		if (jf->file[i] == &jf->own[i])
			file_fini(jf->file[i]);
	free(jf);
}

static int job_files(sj_ctx *cx, const sj_job *job, struct job_files **out)
{
	struct job_files *jf;
	int rc = check_files(cx, job);

	if (rc != SJ_OK)
		return rc;
	jf = files_new(job);
	if (jf == NULL)
		return SJ_ENOMEM;
	for (uint32_t i = 0; i < job->files->file_count && rc == SJ_OK; i++) {
		const sj_file *f = &job->files->files[i];

		jf->file[i] = &jf->own[i];
		jf->own[i].bytes = UINT64_MAX;
		jf->maker[i] = f->maker != 0 ? f->maker - 1 : NOWHERE;
		jf->count = i + 1;
		if (f->shared)
			rc = shared_file(cx, f->name, &jf->file[i]);
		if (rc == SJ_OK)
			rc = describe(cx, job, f, jf->file[i], &jf->to[i]);
	}
	if (rc != SJ_OK || cx->network == NULL) {
		files_free(jf);
		jf = NULL;
	}
	*out = jf;
	return rc;
}

/* ---- jobs ----------------------------------------------------------------------------------- */

static struct job_data *data_new(const sj_job *job, uint32_t edges)
{
	size_t n = job->task_count;
	struct job_data *d = malloc(sizeof(*d) + edges * sizeof(uint64_t) +
				    (2 * n + 1 + edges) * sizeof(uint32_t));

	if (d == NULL)
		return NULL;
	d->tasks = job->task_count;
	d->files = NULL;
	d->push = NULL;
	d->bytes = (uint64_t *)(void *)(d + 1);
	d->where = (uint32_t *)(void *)(d->bytes + edges);
	d->first = d->where + n;
	d->from = d->first + n + 1;
	memset(d->where, 0xff, n * sizeof(*d->where));
	memset(d->first, 0, (n + 1) * sizeof(*d->first));
	return d;
}

static void index_edges(struct job_data *d, const sj_job *job)
{
	for (uint32_t i = 0; i < job->edge_count; i++)
		d->first[job->edges[i].to] += job->edges[i].bytes != 0;
	for (uint32_t i = 1; i <= job->task_count; i++)
		d->first[i] += d->first[i - 1];
	/* Filling from the back leaves `first` as it must be. */
	for (uint32_t i = job->edge_count; i-- != 0;) {
		const sj_edge *e = &job->edges[i];

		if (e->bytes == 0)
			continue;
		d->from[--d->first[e->to]] = e->from;
		d->bytes[d->first[e->to]] = e->bytes;
	}
}

static void index_out(struct job_data *d, struct job_push *p)
{
	for (uint32_t k = 0; k < d->first[d->tasks]; k++)
		p->out_first[d->from[k] + 1]++;
	add_up(p->out_first, d->tasks);
	for (uint32_t t = 0; t < d->tasks; t++)
		for (uint32_t k = d->first[t]; k < d->first[t + 1]; k++) {
			uint32_t at = p->out_first[d->from[k]]++;

			p->out[at] = k;
			p->target[at] = t;
		}
	memmove(p->out_first + 1, p->out_first, d->tasks * sizeof(uint32_t));
	p->out_first[0] = 0;
}

static void index_readers(const struct job_data *d, struct job_push *p)
{
	const struct job_files *jf = d->files;

	for (uint32_t k = 0; k < jf->read_first[d->tasks]; k++)
		p->reader_first[jf->read[k] + 1]++;
	add_up(p->reader_first, jf->count);
	for (uint32_t t = 0; t < d->tasks; t++)
		for (uint32_t k = jf->read_first[t]; k < jf->read_first[t + 1]; k++)
			p->reader[p->reader_first[jf->read[k]]++] = t;
	memmove(p->reader_first + 1, p->reader_first, jf->count * sizeof(uint32_t));
	p->reader_first[0] = 0;
}

static struct job_push *push_new(struct job_data *d, const sj_job *job)
{
	size_t n = d->tasks, edges = d->first[n], files = d->files != NULL ? d->files->count : 0;
	size_t reads = d->files != NULL ? d->files->read_first[n] : 0;
	const sj_task_spec *task = job->task_count == 1 ? &job->task : job->tasks;
	struct job_push *p = calloc(1, sizeof(*p) + (2 * n + 1 + 2 * edges + files + 1 + reads) *
				    sizeof(uint32_t));

	if (p == NULL)
		return NULL;
	p->plan = (uint32_t *)(void *)(p + 1);
	p->out_first = p->plan + n;
	p->out = p->out_first + n + 1;
	p->target = p->out + edges;
	p->reader_first = p->target + edges;
	p->reader = p->reader_first + files + 1;
	for (uint32_t i = 0; i < n; i++)
		p->plan[i] = task[i].node != 0 ? task[i].node - 1 : NOWHERE;
	index_out(d, p);
	if (files != 0)
		index_readers(d, p);
	return p;
}

int data_job(sj_ctx *cx, struct job_rec *jr, const sj_job *job)
{
	struct job_files *files = NULL;
	uint32_t carrying = 0;
	uint64_t bytes = 0;
	struct job_data *d;
	int rc = job->files != NULL ? job_files(cx, job, &files) : SJ_OK;

	for (uint32_t i = 0; i < job->edge_count; i++) {
		carrying += job->edges[i].bytes != 0;
		bytes += job->edges[i].bytes;
	}
	for (uint32_t i = 0; rc == SJ_OK && job->files != NULL && i < job->files->read_count; i++)
		bytes += job->files->files[job->files->reads[i].file].bytes;
	if (cx->network == NULL)
		cx->collect.bytes_ignored += bytes;
	if (rc != SJ_OK || cx->network == NULL || (carrying == 0 && files == NULL))
		return rc;
	d = jr->data = data_new(job, carrying);
	if (d == NULL) {
		files_free(files);
		return SJ_ENOMEM;
	}
	d->files = files;
	index_edges(d, job);
	if (cx->config.staging == SJ_STAGING_PREFETCH) {
		d->push = push_new(d, job);
		if (d->push == NULL)
			return SJ_ENOMEM;
	}
	return SJ_OK;
}

void data_forget(struct job_rec *jr)
{
	if (jr->data == NULL)
		return;
	files_free(jr->data->files);
	free(jr->data->push);
	free(jr->data);
	jr->data = NULL;
}
