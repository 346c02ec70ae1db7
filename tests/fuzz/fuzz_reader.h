/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fuzz_reader.h - one input for a reader: opened with and without a machine and a
 * limit, drained, rewound, drained again. What comes out must keep the contract of
 * a source: ordered submits, times in range, the same jobs twice.
 */
#ifndef FUZZ_READER_H
#define FUZZ_READER_H

#include <stdlib.h>
#include <string.h>

#include "sojourn/workload.h"

struct fuzz_input {
	sj_input       in; /* first */
	const uint8_t *bytes;
	size_t         size, at;
};

static ptrdiff_t fuzz_read(sj_input *self, void *buf, size_t size, sj_error *err)
{
	struct fuzz_input *f = (struct fuzz_input *)self;
	size_t n = f->size - f->at;

	(void)err;
	if (n > size)
		n = size;
	if (n > 61) /* blocks end in the middle of things */
		n = 61;
	memcpy(buf, f->bytes + f->at, n);
	f->at += n;
	return (ptrdiff_t)n;
}

static void must(bool ok)
{
	if (!ok)
		abort();
}

/* Drains the source; a sum over its jobs. */
static uint64_t fuzz_drain(sj_source *s, uint64_t *count)
{
	sj_job jobs[3];
	sj_time last = 0;
	uint64_t sum = 0;
	sj_error err;
	uint32_t n;
	int rc;

	*count = 0;
	while ((rc = s->ops->fill(s, jobs, 3, &n, &err)) == SJ_OK) {
		must(n >= 1 && n <= 3);
		for (uint32_t i = 0; i < n; i++) {
			const sj_job *j = &jobs[i];
			const sj_task_spec *t = j->task_count > 1 ? j->tasks : &j->task;

			must(j->submit_ns >= last && j->submit_ns <= SJ_TIME_MAX);
			must(j->task_count >= 1);
			last = j->submit_ns;
			for (uint32_t k = 0; k < j->task_count; k++) {
				must(t[k].ranks >= 1 && t[k].work_ns >= 0 &&
				     t[k].estimate_ns >= 0 && t[k].work_ns <= SJ_TIME_MAX);
				sum = sum * 31 + (uint64_t)t[k].work_ns + t[k].ranks;
			}
			sum = sum * 31 + (uint64_t)j->submit_ns + (uint64_t)j->id;
		}
		*count += n;
	}
	must(rc == SJ_END && n == 0);
	return sum;
}

static void fuzz_reader(const sj_reader_ops *reader, const uint8_t *bytes, size_t size)
{
	static const sj_reader_options options[] = { { 0 }, { .procs = 4 }, { .limit = 2 } };

	reader->sniff((const char *)bytes, size);
	for (size_t i = 0; i < 3; i++) {
		struct fuzz_input f = { { "fuzz", fuzz_read }, bytes, size, 0 };
		sj_source *s = NULL;
		sj_error err = { 0 };
		uint64_t first, again = 0, sum;
		int rc = reader->open(&f.in, &options[i], &s, &err);

		if (rc != SJ_OK) {
			must(s == NULL && err.text[0] != '\0' && strchr(err.text, '\n') == NULL);
			continue;
		}
		sum = fuzz_drain(s, &first);
		must(s->ops->rewind(s, &err) == SJ_OK && fuzz_drain(s, &again) == sum);
		must(first == again && first == s->info.kept);
		must(options[i].limit == 0 || first <= options[i].limit);
		s->ops->free(s);
	}
}

#endif
