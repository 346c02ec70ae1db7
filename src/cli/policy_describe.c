/* SPDX-License-Identifier: GPL-3.0-or-later */
/* policy_describe.c - the words for flags, parameter types, ranges and semantics. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "cli/policy_cmds.h"
#include "expr.h"

const struct semantics_row semantics_rows[] = {
	{ "order", offsetof(sj_semantics, order) },
	{ "blocking", offsetof(sj_semantics, blocking) },
	{ "reservation", offsetof(sj_semantics, reservation) },
	{ "preemption", offsetof(sj_semantics, preemption) },
	{ "placement", offsetof(sj_semantics, placement) },
	{ "tie-break", offsetof(sj_semantics, tie) },
	{ "instants", offsetof(sj_semantics, instants) },
	{ NULL, 0 },
};

const struct formula_variable formula_variables[] = {
#define X(name, text, dynamic) { #name, text, dynamic },
	SJ_EXPR_VARIABLES(X)
#undef X
	{ NULL, NULL, false },
};

const char formula_grammar[] =
	"Operators, loosest first: one comparison < <= > >= == != (1 or 0), + -, * /, "
	"unary -, ^ (to the right). Functions: min(a,b), max(a,b), if(condition,then,else), "
	"log, log2, log10, sqrt, exp, abs, floor, ceil, pow(a,b). The task with the larger "
	"value goes first; what is not a number goes last.";

const char *semantics_text(const sj_semantics *s, const struct semantics_row *row)
{
	const char *text = NULL;

	if (s != NULL)
		memcpy(&text, (const char *)s + row->offset, sizeof(text));
	return text != NULL ? text : "not stated";
}

void policy_flags_text(uint32_t flags, char *buf, size_t size)
{
	static const struct {
		uint32_t    flag;
		const char *text;
	} names[] = {
		{ SJ_PF_CLAIRVOYANT, "clairvoyant" },
		{ SJ_PF_PREEMPTS, "preempts" },
		{ SJ_PF_RESIZES, "resizes" },
		{ SJ_PF_COPIES, "copies" },
		{ SJ_PF_GRAPHS, "for graphs of tasks" },
		{ SJ_PF_DROPS_ZERO, "drops zero-length jobs" },
	};
	size_t n = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if ((flags & names[i].flag) != 0 && n < size)
			n += (size_t)snprintf(buf + n, size - n, "%s%s",
					      n > 0 ? ", " : "", names[i].text);
}

void policy_param_type(const sj_param *p, char *buf, size_t size)
{
	static const char *const words[] = {
		[SJ_P_INT] = "integer", [SJ_P_DOUBLE] = "number",
		[SJ_P_BOOL] = "yes|no", [SJ_P_TIME] = "duration",
		[SJ_P_BYTES] = "bytes", [SJ_P_RATE] = "rate",
		[SJ_P_STRING] = "text",
	};
	size_t n = 0;

	if (p->type != SJ_P_ENUM) {
		snprintf(buf, size, "%s",
			 policy_param_is_order(p) ? "order" : words[p->type]);
		return;
	}
	for (const char *const *c = p->choices; *c != NULL && n < size; c++)
		n += (size_t)snprintf(buf + n, size - n, "%s%s",
				      n > 0 ? "|" : "", *c);
}

void policy_param_range(const sj_param *p, char *buf, size_t size)
{
	buf[0] = '\0';
	if (p->min == 0 && p->max == 0)
		return;
	snprintf(buf, size, "%.15g to %.15g", p->min, p->max);
}

bool policy_param_is_order(const sj_param *p)
{
	return p->type == SJ_P_STRING &&
	       (strcmp(p->name, "order") == 0 || strcmp(p->name, "candidates") == 0 ||
		(p->unit != NULL && strcmp(p->unit, "order") == 0));
}
