/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * registry.c - the policies built into the program, and their other names.
 *
 * Adding a policy: its declaration, its row in the table, both in the order in
 * which `policy list` shows them. Nothing else knows the list.
 */
#include "sojourn/policy.h"

/* One line per policy; each is defined in the file of its name. */

const sj_policy_ops *const sj_policies[] = {
	NULL,
};

/* Names that stand for a spec. An alias may not hide a policy. */
const sj_policy_alias sj_policy_aliases[] = {
	{ "fcfs", "fifo" },
	{ NULL, NULL },
};
