/* SPDX-License-Identifier: GPL-3.0-or-later */
/* policy_common.c - the parameters that all policies share, and how they take effect. */
#include "policy_common.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core.h"
#include "place.h"
#include "policy_state.h"

#define TYPICAL_MAX 256u

struct common {
	int         place;   /* sj_place_strategy */
	const char *typical;
};

static const sj_param table[] = {
	{ .name = "place", .type = SJ_P_ENUM, .offset = offsetof(struct common, place),
	  .def = "first", .choices = sj_place_names,
	  .help = "Which nodes a task gets: the first with room; best or worst fit by GPUs, then "
		  "cores, left; pack onto the fullest in use; spread over the emptiest, a rank "
		  "each; least growth of fragmentation; largest dot product of demand and room; "
		  "nearest to the task's data; at random." },
	{ .name = "typical", .type = SJ_P_STRING, .offset = offsetof(struct common, typical),
	  .def = "", .unit = "CORES/GPUS[*WEIGHT],...",
	  .help = "With place=frag: the demands that fragmentation is measured by; empty: those "
		  "of the ranks submitted so far." },
	{ .name = NULL },
};
static const sj_param none[] = { { .name = NULL } };

const sj_param *sj_policy_common_params(const sj_policy_ops *ops)
{
	return (ops->flags & SJ_PF_PLACES) != 0 ? none : table;
}

/* ---- typical demands ----------------------------------------------------------------- */

/* "8/0.5*3", which is taken apart. */
static int parse_one(char *text, sj_typical *m)
{
	char *gpu = strchr(text, '/'), *times = strchr(text, '*');
	int64_t cores, weight = 1;
	double gpus;

	if (gpu == NULL || (times != NULL && times < gpu))
		return SJ_EUSAGE;
	*gpu++ = '\0';
	if (times != NULL)
		*times++ = '\0';
	if (sj_parse_int("cores", text, &cores, NULL) != SJ_OK ||
	    sj_parse_double("GPUs", gpu, &gpus, NULL) != SJ_OK ||
	    (times != NULL && sj_parse_int("weight", times, &weight, NULL) != SJ_OK))
		return SJ_EUSAGE;
	if (cores < 0 || cores > UINT32_MAX || weight < 1 || weight > UINT32_MAX ||
	    !(gpus >= 0 && gpus <= SJ_NODE_GPUS_MAX))
		return SJ_EUSAGE;
	m->cores = (uint32_t)cores;
	m->gpu_milli = (uint32_t)lround(gpus * SJ_GPU_WHOLE);
	m->gpu_models = 0;
	m->weight = (uint64_t)weight;
	return fabs(gpus * SJ_GPU_WHOLE - m->gpu_milli) < 1e-6 ? SJ_OK : SJ_EUSAGE;
}

int sj_typical_parse(const char *who, const char *text, sj_typical *out, uint32_t cap,
		     uint32_t *count, sj_error *err)
{
	char one[48], parts[48];

	*count = 0;
	while (*text != '\0') {
		size_t n = strcspn(text, ",");

		if (*count == cap)
			return sj_fail(err, SJ_EUSAGE, "%s: more than %u typical demands", who, cap);
		snprintf(one, sizeof(one), "%.*s", (int)(n < sizeof(one) ? n : sizeof(one) - 1), text);
		memcpy(parts, one, sizeof(parts));
		if (n >= sizeof(one) || parse_one(parts, &out[*count]) != SJ_OK)
			return sj_fail(err, SJ_EUSAGE, "%s: \"%s\" is not a demand; expected "
				       "CORES/GPUS[*WEIGHT] with GPUs in steps of 0.001, as in "
				       "12/2 or 4/0.5*3", who, one);
		++*count;
		text += n;
		text += *text == ',';
	}
	return SJ_OK;
}

/* ---- binding --------------------------------------------------------------------------- */

static bool has_param(const sj_param *own, const char *name)
{
	for (; own != NULL && own->name != NULL; own++)
		if (strcmp(own->name, name) == 0)
			return true;
	return false;
}

/* Own parameters, then the common ones behind the state. A part of another policy places
 * as that does unless told otherwise. */
static const sj_param *join_tables(sj_ctx *cx, const sj_policy_ops *ops, size_t behind,
				   const char *place)
{
	size_t n = 0, k = 0;
	sj_param *all;

	while (ops->params != NULL && ops->params[n].name != NULL)
		n++;
	all = sj_alloc(cx, (n + sizeof(table) / sizeof(table[0])) * sizeof(*all));
	for (; k < n; k++)
		all[k] = ops->params[k];
	for (const sj_param *p = sj_policy_common_params(ops); p->name != NULL; p++) {
		bool part = place != NULL;

		if (has_param(ops->params, p->name) || (part && strcmp(p->name, "place") != 0))
			continue;
		all[k] = *p;
		all[k].offset += behind;
		if (part)
			all[k].def = place;
		k++;
	}
	all[k].name = NULL;
	return all;
}

static void *alloc_for_params(void *cx, size_t size)
{
	return sj_alloc(cx, size);
}

int policy_state_make(sj_ctx *cx, const sj_policy_ops *ops, const char *args,
		      const char *place, struct policy_state *out)
{
	size_t behind = (ops->state_size + 15) / 16 * 16;
	struct common *common;
	char who[96];
	char *self = sj_alloc(cx, behind + sizeof(*common));

	common = (struct common *)(void *)(self + behind);
	common->typical = "";
	snprintf(who, sizeof(who), "policy %s", ops->name);
	out->params = join_tables(cx, ops, behind, place);
	out->self = self;
	if (sj_params_bind(who, out->params, args, self, alloc_for_params, cx, &cx->error) !=
	    SJ_OK) {
		cx->fault = 1;
		return SJ_EUSAGE;
	}
	out->place = (uint32_t)common->place;
	out->typical = common->typical;
	if (out->place == SJ_PLACE_FIRST && out->typical[0] == '\0')
		return SJ_OK;
	if (cx->ledger.node_count == 0)
		return sj_policy_fail(cx, SJ_EUSAGE, "%s: %s: a pool of processors has no nodes "
				      "to choose between; describe them, as in nodes=16,cores=8", who,
				      out->place != SJ_PLACE_FIRST ? "place" : "typical");
	if (out->typical[0] != '\0' && out->place != SJ_PLACE_FRAG)
		return sj_policy_fail(cx, SJ_EUSAGE, "%s: typical: only with place=frag", who);
	return SJ_OK;
}

int policy_state_use(sj_ctx *cx, const struct policy_state *s)
{
	sj_typical typical[TYPICAL_MAX];
	uint32_t count;
	char who[112];

	if (cx->ledger.node_count == 0)
		return SJ_OK;
	sj_place_use(&cx->ledger, (sj_place_strategy)s->place);
	if (s->typical[0] == '\0')
		return SJ_OK;
	snprintf(who, sizeof(who), "policy %s: typical", cx->ops->name);
	if (sj_typical_parse(who, s->typical, typical, TYPICAL_MAX, &count, &cx->error) != SJ_OK) {
		cx->fault = 1;
		return SJ_EUSAGE;
	}
	if (sj_place_set_typical(&cx->ledger, typical, count) != SJ_OK)
		return sj_policy_fail(cx, SJ_ENOMEM, "out of memory");
	return SJ_OK;
}

/* ---- a part that places otherwise -------------------------------------------------------- */

/* Stands before a policy that is a part of another: its strategy holds while it acts. */
struct part {
	const sj_policy_ops *real;
	void                *self;
	sj_place_strategy    place, outer;
	sj_policy_ops        ops;
};

static void *enter(void *self, sj_ctx *cx)
{
	struct part *p = self;

	p->outer = sj_place_used(&cx->ledger);
	sj_place_use(&cx->ledger, p->place);
	return p->self;
}

static int leave(void *self, sj_ctx *cx, int rc)
{
	sj_place_use(&cx->ledger, ((struct part *)self)->outer);
	return rc;
}

static int part_init(void *self, sj_ctx *cx)
{
	void *inner = enter(self, cx);

	return leave(self, cx, ((struct part *)self)->real->init(inner, cx));
}

static void part_fini(void *self, sj_ctx *cx)
{
	((struct part *)self)->real->fini(((struct part *)self)->self, cx);
}

static int part_on_submit(void *self, sj_ctx *cx, const sj_task *tasks[], uint32_t count,
			  const sj_job *graph)
{
	void *inner = enter(self, cx);

	return leave(self, cx, ((struct part *)self)->real->on_submit(inner, cx, tasks, count,
								      graph));
}

static int part_on_ready(void *self, sj_ctx *cx, const sj_task *t)
{
	void *inner = enter(self, cx);

	return leave(self, cx, ((struct part *)self)->real->on_ready(inner, cx, t));
}

static int part_on_done(void *self, sj_ctx *cx, const sj_task *t, sj_outcome how)
{
	void *inner = enter(self, cx);

	return leave(self, cx, ((struct part *)self)->real->on_done(inner, cx, t, how));
}

static int part_on_timer(void *self, sj_ctx *cx, uint64_t token)
{
	void *inner = enter(self, cx);

	return leave(self, cx, ((struct part *)self)->real->on_timer(inner, cx, token));
}

static int part_on_node(void *self, sj_ctx *cx, uint32_t node, bool up)
{
	void *inner = enter(self, cx);

	return leave(self, cx, ((struct part *)self)->real->on_node(inner, cx, node, up));
}

static int part_on_room(void *self, sj_ctx *cx, uint32_t node)
{
	void *inner = enter(self, cx);

	return leave(self, cx, ((struct part *)self)->real->on_room(inner, cx, node));
}

static int part_schedule(void *self, sj_ctx *cx)
{
	void *inner = enter(self, cx);

	return leave(self, cx, ((struct part *)self)->real->schedule(inner, cx));
}

void policy_state_part(sj_ctx *cx, const sj_policy_ops *ops, const struct policy_state *s,
		       sj_subpolicy *sub)
{
	struct part *p;

	sub->ops = ops;
	sub->self = s->self;
	if (cx->ledger.node_count == 0 ||
	    sj_place_used(&cx->ledger) == (sj_place_strategy)s->place)
		return;
	p = sj_alloc(cx, sizeof(*p));
	p->real = ops;
	p->self = s->self;
	p->place = (sj_place_strategy)s->place;
	p->ops = *ops;
	p->ops.init = ops->init != NULL ? part_init : NULL;
	p->ops.fini = ops->fini != NULL ? part_fini : NULL;
	p->ops.on_submit = ops->on_submit != NULL ? part_on_submit : NULL;
	p->ops.on_ready = ops->on_ready != NULL ? part_on_ready : NULL;
	p->ops.on_done = ops->on_done != NULL ? part_on_done : NULL;
	p->ops.on_timer = ops->on_timer != NULL ? part_on_timer : NULL;
	p->ops.on_node = ops->on_node != NULL ? part_on_node : NULL;
	p->ops.on_room = ops->on_room != NULL ? part_on_room : NULL;
	p->ops.schedule = part_schedule;
	sub->ops = &p->ops;
	sub->self = p;
	if (p->place == SJ_PLACE_FRAG) /* from the first task on */
		sj_place_count_demands(&cx->ledger);
}

void *policy_part_self(const sj_subpolicy *sub)
{
	return sub->ops->schedule == part_schedule ? ((struct part *)sub->self)->self : sub->self;
}
