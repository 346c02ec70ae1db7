/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * elastic, goodput - tasks of variable size have ranks where these gain most.
 *
 * Every task that runs has the least that it can do with; what is left goes, again and
 * again, to the task with the largest gain for each processor (or GPU) that it takes
 * more. Speeds come from the task's own speed-up on reference nodes.
 *
 * elastic: the gain is the time by which the end of the task comes nearer: its work left x
 * (1 / speed now - 1 / speed then); Peng et al.'s Optimus.
 *
 * goodput: the gain is in the power mean, with exponent `fair`, of what tasks get in
 * comparison with an even part of the machine: speed / speed on that part. Qiao et al.'s
 * Pollux searches for it by a genetic algorithm, over speeds in useful progress, statistical
 * efficiency included; here the search is exact where speed-ups are concave, and
 * deterministic. With a speed-up made of goodput (`trace elastic --speedup goodput:...`)
 * the speeds are the same quantity.
 *
 * Gains are followed along the upper concave hull of what sizes are worth, so that a step
 * that gains nothing by itself does not hide one behind it. A task whose next step does not
 * fit any more gets the best size that does, and no further. Where all steps are of one
 * rank and take the same, no other division is better. A pass costs O(sizes + steps x log
 * tasks).
 */
#include <float.h>
#include <math.h>
#include <stdio.h>

#include "sizes.h"

enum aim { AIM_TIME, AIM_GOODPUT };

/* A vertex of the hull of what a task's sizes are worth. */
struct step {
	uint32_t ranks; /* up to here */
	double   worth;
	double   gain;  /* on the way, for each unit that it takes */
};

/* The steps of one task; the first has its least size. */
struct path {
	uint32_t at, end; /* into s->step */
};

struct elastic {
	struct sizes sizes;
	enum aim     aim;
	double       fair;  /* exponent of the power mean, < 1 and not 0 */
	struct step *step;
	uint32_t     steps, step_cap;
	struct path *path;  /* by place in sizes.live */
	uint32_t    *heap;  /* of those, largest gain of the next step first */
	uint32_t     count, path_cap;
};

/* ---- what sizes are worth ------------------------------------------------------------- */

/* Ranks of an even part of the machine. */
static uint32_t even_part(const struct sizes *s, uint32_t n, const sj_task *t)
{
	struct sizes_room rank = sizes_of_rank(t);
	uint64_t part = rank.procs > 0 ? s->all.procs / n / rank.procs : UINT32_MAX;
	uint32_t most = t->ranks_max > 0 ? t->ranks_max : t->ranks;

	if (rank.gpu_milli > 0 && s->all.gpu_milli / n / rank.gpu_milli < part)
		part = s->all.gpu_milli / n / rank.gpu_milli;
	return part < 1 ? 1 : part < most ? (uint32_t)part : most;
}

static double work_left(sj_ctx *cx, const sj_task *t)
{
	sj_time left = t->estimate_ns - sj_task_attained(cx, t);

	return left > SJ_NS_PER_S ? (double)left : SJ_NS_PER_S; /* late ones end at any moment */
}

/* Larger is better. */
static double worth(struct elastic *s, sj_ctx *cx, const sj_task *t, uint32_t n, uint32_t ranks)
{
	double speed = sj_rate(cx, t, ranks, NULL);

	if (speed <= 0)
		return -DBL_MAX / 4; /* differences must be numbers */
	if (s->aim == AIM_TIME)
		return -work_left(cx, t) / speed;
	speed /= sj_rate(cx, t, even_part(&s->sizes, n, t), NULL);
	return s->fair > 0 ? pow(speed, s->fair) : -pow(speed, s->fair);
}

/* Units that a rank takes: of what it takes the larger part of. */
static double units(const struct sizes *s, const sj_task *t)
{
	struct sizes_room rank = sizes_of_rank(t);
	double procs = (double)rank.procs / (double)s->all.procs;
	double gpus = s->all.gpu_milli > 0 ? (double)rank.gpu_milli / (double)s->all.gpu_milli : 0;

	return fmax(procs, gpus);
}

/* ---- hulls ----------------------------------------------------------------------------- */

static void add_step(struct elastic *s, sj_ctx *cx, struct step step)
{
	if (s->steps == s->step_cap) {
		uint32_t cap = s->step_cap != 0 ? 2 * s->step_cap : 256;

		s->step = sj_grow(cx, s->step, s->step_cap * sizeof(*s->step),
				  cap * sizeof(*s->step));
		s->step_cap = cap;
	}
	s->step[s->steps++] = step;
}

static double slope(const struct step *from, uint32_t ranks, double worth)
{
	return (worth - from->worth) / (ranks - from->ranks);
}

/* Of the sizes of one task, as long as larger ones are worth more. */
static void add_path(struct elastic *s, sj_ctx *cx, uint32_t n, uint32_t i)
{
	const struct sized *m = &s->sizes.live[i];
	double unit = units(&s->sizes, m->task);
	uint32_t first = s->steps;

	add_step(s, cx, (struct step){ m->least, worth(s, cx, m->task, n, m->least), 0 });
	for (uint32_t ranks = m->least + 1; ranks <= m->most; ranks++) {
		double is = worth(s, cx, m->task, n, ranks);

		if (is <= s->step[s->steps - 1].worth)
			continue;
		while (s->steps - first > 1 &&
		       slope(&s->step[s->steps - 1], ranks, is) >=
			       s->step[s->steps - 1].gain * unit)
			s->steps--;
		add_step(s, cx, (struct step){ ranks, is,
					       slope(&s->step[s->steps - 1], ranks, is) / unit });
	}
	s->path[i] = (struct path){ first, s->steps };
}

/* ---- the largest gains first ------------------------------------------------------------- */

static double next_gain(const struct elastic *s, uint32_t i)
{
	return s->step[s->path[i].at + 1].gain;
}

/* Of equal gains the first to arrive. */
static bool before(const struct elastic *s, uint32_t a, uint32_t b)
{
	double ga = next_gain(s, a), gb = next_gain(s, b);

	return ga != gb ? ga > gb : a < b;
}

static void sift_down(struct elastic *s, uint32_t at)
{
	uint32_t moving = s->heap[at], child;

	while ((child = 2 * at + 1) < s->count) {
		if (child + 1 < s->count && before(s, s->heap[child + 1], s->heap[child]))
			child++;
		if (before(s, moving, s->heap[child]))
			break;
		s->heap[at] = s->heap[child];
		at = child;
	}
	s->heap[at] = moving;
}

/* Ranks of t for which there is room, at most `most`. */
static uint32_t fits(const struct sizes_room *left, const sj_task *t, uint32_t most)
{
	struct sizes_room rank = sizes_of_rank(t);
	uint64_t ranks = most;

	if (rank.procs > 0 && left->procs / rank.procs < ranks)
		ranks = left->procs / rank.procs;
	if (rank.gpu_milli > 0 && left->gpu_milli / rank.gpu_milli < ranks)
		ranks = left->gpu_milli / rank.gpu_milli;
	return (uint32_t)ranks;
}

static void give(struct sizes_room *left, struct sized *m, uint32_t ranks)
{
	struct sizes_room rank = sizes_of_rank(m->task);

	left->procs -= rank.procs * (ranks - m->next);
	left->gpu_milli -= rank.gpu_milli * (ranks - m->next);
	m->next = ranks;
}

/* The best size on the way to one that does not fit. */
static uint32_t best_that_fits(struct elastic *s, sj_ctx *cx, uint32_t n, const struct sized *m,
			       uint32_t more)
{
	double most = worth(s, cx, m->task, n, m->next);
	uint32_t best = m->next;

	for (uint32_t ranks = m->next + 1; ranks <= m->next + more; ranks++) {
		double is = worth(s, cx, m->task, n, ranks);

		if (is > most) {
			most = is;
			best = ranks;
		}
	}
	return best;
}

/* One step of the first in the heap, which then has its new place or is out. */
static void take_step(struct elastic *s, sj_ctx *cx, uint32_t n, struct sizes_room *left)
{
	uint32_t i = s->heap[0];
	struct sized *m = &s->sizes.live[i];
	uint32_t to = s->step[s->path[i].at + 1].ranks;
	uint32_t more = fits(left, m->task, to - m->next);
	bool whole = m->next + more == to;

	give(left, m, whole ? to : best_that_fits(s, cx, n, m, more));
	s->path[i].at++;
	if (!whole || s->path[i].at + 1 == s->path[i].end)
		s->heap[0] = s->heap[--s->count];
	if (s->count > 0)
		sift_down(s, 0);
}

static void divide(struct sizes *sizes, sj_ctx *cx, uint32_t n)
{
	struct elastic *s = (struct elastic *)sizes;
	struct sizes_room left = sizes->all;

	if (n > s->path_cap) {
		s->path = sj_grow(cx, s->path, s->path_cap * sizeof(*s->path),
				  2 * n * sizeof(*s->path));
		s->heap = sj_grow(cx, s->heap, s->path_cap * sizeof(*s->heap),
				  2 * n * sizeof(*s->heap));
		s->path_cap = 2 * n;
	}
	s->steps = s->count = 0;
	for (uint32_t i = 0; i < n; i++) {
		struct sized *m = &sizes->live[i];

		m->next = 0;
		give(&left, m, m->least);
		add_path(s, cx, n, i);
		if (s->path[i].end - s->path[i].at > 1)
			s->heap[s->count++] = i;
	}
	for (uint32_t i = s->count / 2; i-- > 0;)
		sift_down(s, i);
	while (s->count > 0)
		take_step(s, cx, n, &left);
}

/* ---- the policies ------------------------------------------------------------------------ */

static void explain(struct sizes *sizes, sj_ctx *cx, const struct sized *m, uint32_t ranks,
		    char *buf, size_t size)
{
	struct elastic *s = (struct elastic *)sizes;
	double speed = sj_rate(cx, m->task, ranks, NULL);
	double more = ranks < m->most ? sj_rate(cx, m->task, ranks + 1, NULL) : speed;

	if (s->aim == AIM_TIME)
		snprintf(buf, size, "speed %.4g, %.4gs to go; one rank more gains %.4gs", speed,
			 work_left(cx, m->task) / speed / SJ_NS_PER_S,
			 work_left(cx, m->task) * (1 / speed - 1 / more) / SJ_NS_PER_S);
	else
		snprintf(buf, size, "speed %.4g; one rank more makes it %.4g", speed, more);
}

static int init(struct elastic *s, sj_ctx *cx, enum aim aim, const char *counter)
{
	s->aim = aim;
	s->sizes.resizes = sj_counter(cx, counter);
	s->sizes.divide = divide;
	s->sizes.explain = explain;
	return SJ_OK;
}

static int elastic_init(void *self, sj_ctx *cx)
{
	return init(self, cx, AIM_TIME, "elastic.resizes");
}

static int goodput_init(void *self, sj_ctx *cx)
{
	struct elastic *s = self;

	if (s->fair == 0)
		return sj_policy_fail(cx, SJ_EUSAGE, "policy goodput: fair: 0 is no exponent; "
				      "expected a number below or above it");
	return init(s, cx, AIM_GOODPUT, "goodput.resizes");
}

static const sj_param elastic_params[] = {
	SIZES_PARAMS(struct elastic, "10min"),
	{ .name = NULL },
};

static const sj_param goodput_params[] = {
	SIZES_PARAMS(struct elastic, "1min"),
	{ .name = "fair", .type = SJ_P_DOUBLE, .offset = offsetof(struct elastic, fair),
	  .def = "-1", .min = -100, .max = 1,
	  .help = "Exponent of the mean: 1 is the sum of speeds; the lower, the more it is that "
		  "of the slowest." },
	{ .name = NULL },
};

static const sj_semantics elastic_semantics = {
	SIZES_SEMANTICS,
	.tie = "of equal gains the first to arrive",
};

const sj_policy_ops sj_policy_elastic = {
	SJ_POLICY_HEAD,
	.name = "elastic",
	.summary = "ranks go where ends come nearer most, for moldable and malleable tasks",
	.cite = "Peng et al., Optimus: an efficient dynamic resource scheduler for deep learning "
		"clusters, EuroSys 2018",
	.semantics = &elastic_semantics,
	.flags = SJ_PF_RESIZES,
	.state_size = sizeof(struct elastic),
	.params = elastic_params,
	.init = elastic_init,
	SIZES_CALLBACKS,
};

const sj_policy_ops sj_policy_goodput = {
	SJ_POLICY_HEAD,
	.name = "goodput",
	.summary = "ranks go where the mean of speeds, against even parts, gains most",
	.cite = "Qiao et al., Pollux: co-adaptive cluster scheduling for goodput-optimized deep "
		"learning, OSDI 2021",
	.semantics = &elastic_semantics,
	.flags = SJ_PF_RESIZES,
	.state_size = sizeof(struct elastic),
	.params = goodput_params,
	.init = goodput_init,
	SIZES_CALLBACKS,
};
