/* SPDX-License-Identifier: GPL-3.0-or-later */
/* policy_cmds.h - the verbs of `sojourn policy` and what they share. */
#ifndef POLICY_CMDS_H
#define POLICY_CMDS_H

#include "cli/cli.h"
#include "sojourn/order.h"
#include "sojourn/policy.h"

/* argv[0] is the verb. */
command_fn policy_list_cmd;
command_fn policy_help_cmd;
command_fn policy_new_cmd;
command_fn policy_check_cmd;

/* ---- how a policy is described, in text, markdown and JSON ------------------- */

/* "clairvoyant, preempts" or "". */
void policy_flags_text(uint32_t flags, char *buf, size_t size);
/* "integer", "duration", "rebuild|compress". */
void policy_param_type(const sj_param *p, char *buf, size_t size);
/* "1 to 1e+06", "at least 0", or "" when any value will do. */
void policy_param_range(const sj_param *p, char *buf, size_t size);
/* Does the parameter take a queue order (sojourn/order.h)? */
bool policy_param_is_order(const sj_param *p);

/* What a formula (expr:...) may name, and how it is written. */
struct formula_variable {
	const char *name, *text;
	bool        dynamic; /* changes while a job waits */
};
extern const struct formula_variable formula_variables[]; /* ends with a NULL name */
extern const char formula_grammar[];

/* One line of sj_semantics; a row of the table below. */
struct semantics_row {
	const char *label;
	size_t      offset; /* in sj_semantics */
};
extern const struct semantics_row semantics_rows[]; /* ends with a NULL label */
const char *semantics_text(const sj_semantics *s, const struct semantics_row *row);

/* One document each, on stdout: everything, and one policy (path NULL: built in).
 * Returns the exit status. */
int policy_list_json(void);
int policy_help_json(const sj_policy_ops *ops, const char *path);

/* docs/POLICIES.md, whole. */
void policy_markdown(FILE *to);

/* NAME's directory with a policy, a Makefile and a test, as text files. */
struct policy_file {
	const char *name;    /* "@NAME@.c" */
	const char *text;    /* @NAME@, @IDENT@, @SOJOURN@ are replaced */
	bool        executable;
};
extern const struct policy_file policy_template[]; /* ends with a NULL name */

#endif
