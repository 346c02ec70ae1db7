/* SPDX-License-Identifier: GPL-3.0-or-later */
/* expr_value.c - evaluating a compiled formula for one task. */
#include <math.h>

#include "expr.h"

static const bool dynamic[SJ_VAR_COUNT] = {
#define X(name, text, dyn) [SJ_VAR_##name] = dyn,
	SJ_EXPR_VARIABLES(X)
#undef X
};

const char *sj_expr_variable_name(sj_expr_var v)
{
	static const char *const names[SJ_VAR_COUNT] = {
#define X(name, text, dyn) [SJ_VAR_##name] = #name,
		SJ_EXPR_VARIABLES(X)
#undef X
	};

	return names[v];
}

static double seconds(sj_time t)
{
	return (double)t / (double)SJ_NS_PER_S;
}

double sj_expr_variable(sj_expr_var v, const sj_task *t, sj_time now)
{
	switch (v) {
	case SJ_VAR_wait:     return t->ready_ns < now ? seconds(now - t->ready_ns) : 0;
	case SJ_VAR_now:      return seconds(now);
	case SJ_VAR_submit:   return seconds(t->submit_ns);
	case SJ_VAR_estimate: return seconds(t->estimate_ns);
	case SJ_VAR_procs:    return t->procs;
	case SJ_VAR_area:     return (double)t->procs * seconds(t->estimate_ns);
	case SJ_VAR_deadline: return t->deadline_ns == SJ_NEVER ? (double)INFINITY
								: seconds(t->deadline_ns);
	case SJ_VAR_weight:   return t->weight;
	case SJ_VAR_priority: return t->priority;
	case SJ_VAR_ranks:    return t->ranks;
	case SJ_VAR_cores:    return t->cores;
	case SJ_VAR_gpus:     return (double)t->ranks * (double)t->gpu_milli / SJ_GPU_WHOLE;
	case SJ_VAR_mem:      return (double)t->ranks * (double)t->mem_bytes;
	case SJ_VAR_user:     return t->user;
	case SJ_VAR_group:    return t->group;
	case SJ_VAR_queue:    return t->queue;
	case SJ_VAR_app:      return t->app;
	case SJ_VAR_COUNT:    break;
	}
	return (double)NAN;
}

/* The same product on every machine, which pow() does not promise. */
static double product(double x, uint32_t factors)
{
	double p = x;

	for (uint32_t i = 1; i < factors; i++)
		p *= x;
	return p;
}

static double unary(uint32_t code, double x)
{
	switch (code) {
	case SJ_OP_NEG:   return -x;
	case SJ_OP_LOG:   return log(x);
	case SJ_OP_LOG2:  return log2(x);
	case SJ_OP_LOG10: return log10(x);
	case SJ_OP_SQRT:  return sqrt(x);
	case SJ_OP_EXP:   return exp(x);
	case SJ_OP_ABS:   return fabs(x);
	case SJ_OP_FLOOR: return floor(x);
	case SJ_OP_CEIL:  return ceil(x);
	default:          return (double)NAN;
	}
}

static double binary(uint32_t code, double a, double b)
{
	switch (code) {
	case SJ_OP_ADD: return a + b;
	case SJ_OP_SUB: return a - b;
	case SJ_OP_MUL: return a * b;
	case SJ_OP_DIV: return a / b;
	case SJ_OP_POW: return pow(a, b);
	/* Unlike fmin, "not a number" wins: a hole in the data stays visible. */
	case SJ_OP_MIN: return a < b || isnan(a) ? a : b;
	case SJ_OP_MAX: return a > b || isnan(a) ? a : b;
	case SJ_OP_LT:  return a < b;
	case SJ_OP_LE:  return a <= b;
	case SJ_OP_GT:  return a > b;
	case SJ_OP_GE:  return a >= b;
	case SJ_OP_EQ:  return a == b;
	case SJ_OP_NE:  return a != b;
	default:        return (double)NAN;
	}
}

double sj_expr_value(const sj_expr *e, const sj_task *t, sj_time now)
{
	double stack[SJ_EXPR_STACK], *top = stack - 1; /* depth was checked by the compiler */

	for (uint32_t i = 0; i < e->count; i++) {
		const struct sj_expr_op *op = &e->op[i];

		if (op->code == SJ_OP_CONST) {
			*++top = op->constant;
		} else if (op->code == SJ_OP_VAR) {
			*++top = sj_expr_variable((sj_expr_var)op->arg, t, now);
		} else if (op->code == SJ_OP_IF) {
			top -= 2;
			top[0] = top[0] != 0 ? top[1] : top[2];
		} else if (op->code == SJ_OP_TIMES) {
			*top = product(*top, op->arg);
		} else if (op->code >= SJ_OP_NEG) {
			*top = unary(op->code, *top);
		} else {
			top--;
			*top = binary(op->code, top[0], top[1]);
		}
	}
	return *top;
}

bool sj_expr_uses(const sj_expr *e, sj_expr_var v)
{
	return (e->uses >> v & 1) != 0;
}

bool sj_expr_dynamic(const sj_expr *e)
{
	for (unsigned v = 0; v < SJ_VAR_COUNT; v++)
		if (dynamic[v] && sj_expr_uses(e, (sj_expr_var)v))
			return true;
	return false;
}
