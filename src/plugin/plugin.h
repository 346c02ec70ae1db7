/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * plugin.h - from a policy spec as typed to a policy table: built in, by another
 * name, or loaded from a shared object.
 *
 * Loading runs code of the file (constructors, its entry function); whoever must
 * survive that calls from a child process, as `policy check` does.
 */
#ifndef PLUGIN_H
#define PLUGIN_H

#include "sojourn/policy.h"

struct policy_choice {
	const sj_policy_ops *ops;
	char    *args;       /* of the spec, "" for none; owned */
	char    *path;       /* of the shared object; NULL: built in; owned */
	uint64_t bytes;      /* of the shared object */
	char     sha256[65]; /* of the shared object, hex; "" when built in */
};

/*
 * `spec` is NAME[:ARGS], ALIAS[:ARGS] (the alias is expanded and ARGS follow its
 * own arguments) or FILE[:ARGS], a FILE being what contains '/' or ends in ".so".
 * The object stays loaded until the program ends. ARGS are not looked at: that is
 * sj_run_create()'s part.
 *
 * SJ_OK      *out is set; policy_choice_fini() releases its strings
 * SJ_EUSAGE  malformed spec; unknown name (with the nearest known one)
 * SJ_ENOENT  no such file
 * SJ_EINVAL  not a shared object, no entry symbol, or a table that cannot be right
 * SJ_EABI    built for another interface; the sentence names both versions
 * SJ_ENOMEM
 */
int  policy_resolve(const char *spec, struct policy_choice *out, sj_error *err);
void policy_choice_fini(struct policy_choice *choice); /* accepts a zeroed one */

/* For sj_run_config.find_policy: a built-in name, an alias that is only another
 * name, or a file. NULL when there is none. */
const sj_policy_ops *policy_find(const char *name);

/* Is the table complete and consistent? `who` begins the sentence.
 * SJ_OK, SJ_EABI, SJ_EINVAL. */
int policy_ops_check(const char *who, const sj_policy_ops *ops, sj_error *err);

/* Directory to give to -I when compiling a policy: beside the program's build
 * tree or its installation. SJ_OK, or SJ_ENOENT. */
int policy_include_dir(char *buf, size_t size, sj_error *err);
/* Absolute path of the running program. SJ_OK, or SJ_EIO. */
int policy_program_path(char *buf, size_t size, sj_error *err);

#endif
