/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * expr.h - arithmetic over what a policy may know of a task, compiled once.
 *
 *     (wait/estimate)^3*procs        if(procs>64,0,1)*min(wait,3600)
 *
 * Grammar, loosest first: one comparison < <= > >= == != (1 or 0), + -, * /,
 * unary -, ^ (to the right). Times are seconds as doubles. Division by zero is
 * IEEE 754's: x/0 is an infinity, 0/0 is not a number and sorts last.
 */
#ifndef SJ_EXPR_H
#define SJ_EXPR_H

#include "sojourn/policy.h"

/* X(name, text for help, changes with time) */
#define SJ_EXPR_VARIABLES(X)                                              \
	X(wait, "s since the task was ready", true)                       \
	X(now, "s, simulated time", true)                                 \
	X(submit, "s, when its job was submitted", false)                 \
	X(estimate, "s, run time as claimed by the user", false)          \
	X(procs, "processors", false)                                     \
	X(area, "procs x estimate", false)                                \
	X(deadline, "s, inf when there is none", false)                   \
	X(weight, "of the job, 1 unless stated", false)                   \
	X(priority, "of the job, 0 unless stated", false)                 \
	X(ranks, "equal parts that start together", false)                \
	X(cores, "processors per rank", false)                            \
	X(gpus, "GPUs of all ranks", false)                               \
	X(mem, "bytes of all ranks", false)                               \
	X(user, "the trace's number, 0 = unknown", false)                 \
	X(group, "the trace's number, 0 = unknown", false)                \
	X(queue, "the trace's number, 0 = unknown", false)                \
	X(app, "the trace's number, 0 = unknown", false)

typedef enum sj_expr_var {
#define X(name, text, dynamic) SJ_VAR_##name,
	SJ_EXPR_VARIABLES(X)
#undef X
	SJ_VAR_COUNT
} sj_expr_var;

typedef struct sj_expr sj_expr;

/*
 * In memory of alloc(alloc_ctx, size), which must not fail.
 * SJ_OK, or SJ_EUSAGE: the column, what was expected there, what was found.
 */
int    sj_expr_compile(const char *text, sj_expr **out, sj_alloc_fn *alloc,
		       void *alloc_ctx, sj_error *err);
/* No allocation, no failure: what cannot be computed is not a number. */
double sj_expr_value(const sj_expr *e, const sj_task *t, sj_time now);
bool   sj_expr_dynamic(const sj_expr *e);
/* Does the text use this variable? */
bool   sj_expr_uses(const sj_expr *e, sj_expr_var v);

double      sj_expr_variable(sj_expr_var v, const sj_task *t, sj_time now);
const char *sj_expr_variable_name(sj_expr_var v);

/* ---- shared by compiler and evaluation ------------------------------------ */

#define SJ_EXPR_STACK 64
#define SJ_EXPR_OPS   1024

enum sj_expr_code {
	SJ_OP_CONST, SJ_OP_VAR,
	SJ_OP_ADD, SJ_OP_SUB, SJ_OP_MUL, SJ_OP_DIV, SJ_OP_POW, SJ_OP_MIN, SJ_OP_MAX,
	SJ_OP_LT, SJ_OP_LE, SJ_OP_GT, SJ_OP_GE, SJ_OP_EQ, SJ_OP_NE,
	SJ_OP_NEG, SJ_OP_LOG, SJ_OP_LOG2, SJ_OP_LOG10, SJ_OP_SQRT, SJ_OP_EXP, SJ_OP_ABS,
	SJ_OP_FLOOR, SJ_OP_CEIL,
	SJ_OP_TIMES, /* to the power of a small whole number, by multiplication */
	SJ_OP_IF
};

struct sj_expr_op {
	uint32_t code, arg; /* arg: variable or number of factors */
	double   constant;
};

struct sj_expr {
	uint64_t          uses; /* bit per variable */
	uint32_t          count;
	struct sj_expr_op op[];
};

#endif
