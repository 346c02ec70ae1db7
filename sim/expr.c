/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * expr.c - compiling a formula to postfix: recursive descent, one function per
 * level of the grammar in expr.h. Evaluation is expr_value.c.
 */
#include "expr.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "units.h"

#define DEPTH_MAX  100  /* of nesting */
#define NUMBER_MAX 64   /* characters of a number */
#define POWER_MAX  16   /* whole exponents up to here are products */

struct compiler {
	const char       *text, *at;
	sj_error         *err;
	int               rc;       /* SJ_OK until the first error */
	uint32_t          nesting;
	uint32_t          depth;    /* values on the stack at this point */
	uint64_t          uses;
	uint32_t          count;
	struct sj_expr_op op[SJ_EXPR_OPS];
};

static const struct function {
	const char *name;
	uint32_t    code, args; /* args 0: one or more, folded from the left */
} functions[] = {
	{ "min", SJ_OP_MIN, 0 },     { "max", SJ_OP_MAX, 0 },     { "if", SJ_OP_IF, 3 },
	{ "log", SJ_OP_LOG, 1 },     { "log2", SJ_OP_LOG2, 1 },   { "log10", SJ_OP_LOG10, 1 },
	{ "sqrt", SJ_OP_SQRT, 1 },   { "exp", SJ_OP_EXP, 1 },     { "abs", SJ_OP_ABS, 1 },
	{ "floor", SJ_OP_FLOOR, 1 }, { "ceil", SJ_OP_CEIL, 1 },   { "pow", SJ_OP_POW, 2 },
};
#define FUNCTIONS (sizeof(functions) / sizeof(functions[0]))

/* ---- errors ------------------------------------------------------------------ */

static void fail(struct compiler *c, const char *at, const char *what)
{
	if (c->rc == SJ_OK)
		c->rc = sj_fail(c->err, SJ_EUSAGE, "formula \"%s\", column %zu: %s",
				sj_quote(c->text, strlen(c->text)).text,
				(size_t)(at - c->text) + 1, what);
}

static void expected(struct compiler *c, const char *what)
{
	char text[256];
	char found[SJ_QUOTE_MAX + 8];

	if (*c->at == '\0')
		snprintf(found, sizeof(found), "the end");
	else
		snprintf(found, sizeof(found), "\"%s\"", sj_quote(c->at, 1).text);
	snprintf(text, sizeof(text), "expected %s, found %s", what, found);
	fail(c, c->at, text);
}

/* ---- output -------------------------------------------------------------------- */

/* `pops` values become one. */
static void emit(struct compiler *c, uint32_t code, uint32_t arg, double constant,
		 uint32_t pops)
{
	if (c->rc != SJ_OK)
		return;
	if (c->count == SJ_EXPR_OPS) {
		fail(c, c->at, "the formula is too long (more than 1024 operations)");
		return;
	}
	c->depth = c->depth - pops + 1;
	if (c->depth > SJ_EXPR_STACK) {
		fail(c, c->at, "too many values wait for their operator (more than 64)");
		return;
	}
	c->op[c->count++] = (struct sj_expr_op){ code, arg, constant };
}

/* A small whole exponent becomes a product. */
static void emit_power(struct compiler *c)
{
	struct sj_expr_op *last;
	double n;

	if (c->rc != SJ_OK)
		return;
	last = &c->op[c->count - 1];
	n = last->constant;
	if (last->code == SJ_OP_CONST && n >= 1 && n <= POWER_MAX &&
	    n == floor(n)) {
		*last = (struct sj_expr_op){ SJ_OP_TIMES, (uint32_t)n, 0 };
		c->depth--;
		return;
	}
	emit(c, SJ_OP_POW, 0, 0, 2);
}

/* ---- input ----------------------------------------------------------------------- */

static void blanks(struct compiler *c)
{
	while (*c->at == ' ' || *c->at == '\t')
		c->at++;
}

static bool accept(struct compiler *c, const char *token)
{
	size_t n = strlen(token);

	blanks(c);
	if (c->rc != SJ_OK || strncmp(c->at, token, n) != 0)
		return false;
	c->at += n;
	return true;
}

static bool is_letter(char x)
{
	return (x >= 'a' && x <= 'z') || (x >= 'A' && x <= 'Z') || x == '_';
}

static bool is_digit(char x)
{
	return x >= '0' && x <= '9';
}

static void comparison(struct compiler *c);
static void signed_power(struct compiler *c);

/* ---- grammar ------------------------------------------------------------------------ */

static void number(struct compiler *c)
{
	const char *begin = c->at;
	char text[NUMBER_MAX];
	double value;
	size_t n;

	while (is_digit(*c->at) || *c->at == '.')
		c->at++;
	if ((*c->at == 'e' || *c->at == 'E') &&
	    (is_digit(c->at[1]) || ((c->at[1] == '-' || c->at[1] == '+') && is_digit(c->at[2]))))
		for (c->at += 2; is_digit(*c->at); c->at++)
			;
	n = (size_t)(c->at - begin);
	if (n >= sizeof(text)) {
		fail(c, begin, "a number of more than 63 characters");
		return;
	}
	memcpy(text, begin, n);
	text[n] = '\0';
	if (sj_parse_double("", text, &value, NULL) != SJ_OK) {
		fail(c, begin, "not a number, or one out of range");
		return;
	}
	emit(c, SJ_OP_CONST, 0, value, 0);
}

static void unknown_name(struct compiler *c, const char *name, size_t length)
{
	const char *names[SJ_VAR_COUNT + FUNCTIONS], *near;
	sj_quoted word = sj_quote(name, length);
	char text[512];
	size_t n = 0;

	for (unsigned v = 0; v < SJ_VAR_COUNT; v++)
		names[n++] = sj_expr_variable_name((sj_expr_var)v);
	for (size_t i = 0; i < FUNCTIONS; i++)
		names[n++] = functions[i].name;
	near = sj_nearest(word.text, names, n);
	if (near != NULL) {
		snprintf(text, sizeof(text), "nothing is called \"%s\"; did you mean \"%s\"?",
			 word.text, near);
	} else {
		size_t used = (size_t)snprintf(text, sizeof(text), "nothing is called \"%s\"; known are",
					       word.text);

		for (size_t i = 0; i < n && used < sizeof(text); i++)
			used += (size_t)snprintf(text + used, sizeof(text) - used, " %s", names[i]);
	}
	fail(c, name, text);
}

static void call(struct compiler *c, const struct function *f)
{
	uint32_t given = 0;
	char text[96];

	if (!accept(c, "(")) {
		snprintf(text, sizeof(text), "\"(\" behind the function %s", f->name);
		expected(c, text);
		return;
	}
	do {
		comparison(c);
		given++;
		if (f->args == 0 && given > 1)
			emit(c, f->code, 0, 0, 2);
		if (f->args != 0 && given > f->args)
			break;
	} while (accept(c, ","));
	if (f->args != 0 && given != f->args) {
		snprintf(text, sizeof(text), "%s takes %u argument%s", f->name, f->args,
			 f->args == 1 ? "" : "s");
		fail(c, c->at, text);
		return;
	}
	if (!accept(c, ")"))
		expected(c, "\",\" or \")\"");
	else if (f->code == SJ_OP_POW)
		emit_power(c);
	else if (f->args != 0)
		emit(c, f->code, 0, 0, f->args);
}

static void name(struct compiler *c)
{
	const char *begin = c->at;
	size_t n;

	while (is_letter(*c->at) || is_digit(*c->at))
		c->at++;
	n = (size_t)(c->at - begin);
	for (unsigned v = 0; v < SJ_VAR_COUNT; v++) {
		const char *known = sj_expr_variable_name((sj_expr_var)v);

		if (strlen(known) == n && strncmp(known, begin, n) == 0) {
			c->uses |= UINT64_C(1) << v;
			emit(c, SJ_OP_VAR, v, 0, 0);
			return;
		}
	}
	for (size_t i = 0; i < FUNCTIONS; i++) {
		if (strlen(functions[i].name) == n && strncmp(functions[i].name, begin, n) == 0) {
			call(c, &functions[i]);
			return;
		}
	}
	unknown_name(c, begin, n);
}

static void primary(struct compiler *c)
{
	if (accept(c, "(")) {
		comparison(c);
		if (!accept(c, ")"))
			expected(c, "an operator or \")\"");
	} else if (is_digit(*c->at) || *c->at == '.') {
		number(c);
	} else if (is_letter(*c->at)) {
		name(c);
	} else {
		expected(c, "a number, a variable, a function or \"(\"");
	}
}

static void power(struct compiler *c)
{
	primary(c);
	if (accept(c, "^")) {
		signed_power(c);
		if (c->rc == SJ_OK)
			emit_power(c);
	}
}

/* -a^2 is -(a^2), and 2^-1 is allowed: the sign binds looser on the left. */
static void signed_power(struct compiler *c)
{
	if (++c->nesting > DEPTH_MAX)
		fail(c, c->at, "nested too deeply (more than 100 levels)");
	if (c->rc == SJ_OK && accept(c, "-")) {
		signed_power(c);
		emit(c, SJ_OP_NEG, 0, 0, 1);
	} else if (c->rc == SJ_OK) {
		(void)accept(c, "+");
		power(c);
	}
	c->nesting--;
}

static void product(struct compiler *c)
{
	signed_power(c);
	while (c->rc == SJ_OK) {
		if (accept(c, "*")) {
			signed_power(c);
			emit(c, SJ_OP_MUL, 0, 0, 2);
		} else if (accept(c, "/")) {
			signed_power(c);
			emit(c, SJ_OP_DIV, 0, 0, 2);
		} else {
			return;
		}
	}
}

static void sum(struct compiler *c)
{
	product(c);
	while (c->rc == SJ_OK) {
		if (accept(c, "+")) {
			product(c);
			emit(c, SJ_OP_ADD, 0, 0, 2);
		} else if (accept(c, "-")) {
			product(c);
			emit(c, SJ_OP_SUB, 0, 0, 2);
		} else {
			return;
		}
	}
}

static void comparison(struct compiler *c)
{
	/* Longer tokens first. */
	static const struct { const char *token; uint32_t code; } ops[] = {
		{ "<=", SJ_OP_LE }, { ">=", SJ_OP_GE }, { "==", SJ_OP_EQ },
		{ "!=", SJ_OP_NE }, { "<", SJ_OP_LT },  { ">", SJ_OP_GT },
	};

	sum(c);
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]) && c->rc == SJ_OK; i++) {
		if (accept(c, ops[i].token)) {
			sum(c);
			emit(c, ops[i].code, 0, 0, 2);
			return;
		}
	}
}

int sj_expr_compile(const char *text, sj_expr **out, sj_alloc_fn *alloc, void *alloc_ctx,
		    sj_error *err)
{
	struct compiler c = { .text = text, .at = text, .err = err };
	sj_expr *e;

	comparison(&c);
	blanks(&c);
	if (c.rc == SJ_OK && *c.at != '\0')
		expected(&c, "an operator or the end");
	if (c.rc != SJ_OK)
		return c.rc;
	e = alloc(alloc_ctx, sizeof(*e) + c.count * sizeof(e->op[0]));
	e->uses = c.uses;
	e->count = c.count;
	memcpy(e->op, c.op, c.count * sizeof(e->op[0]));
	*out = e;
	return SJ_OK;
}
