/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * opscheck.c - is a policy table what this program understands?
 *
 * The table may come from a file built years ago against other headers, so the
 * fields are read in the order in which each vouches for the next: magic, ABI,
 * size, then the rest.
 */
#include <string.h>

#include "plugin/plugin.h"

#define STATE_MAX ((size_t)1 << 30) /* a larger state is a wild value */
#define NAME_MAX_LEN 64

static int check_version(const char *who, const sj_policy_ops *ops, sj_error *err)
{
	if (ops->magic != SJ_POLICY_MAGIC)
		return sj_fail(err, SJ_EINVAL, "%s: not a policy table (it begins "
			       "with 0x%08x, expected 0x%08x); does it begin with "
			       "SJ_POLICY_HEAD?", who, ops->magic, SJ_POLICY_MAGIC);
	if (ops->abi != SJ_POLICY_ABI || ops->ops_size != sizeof(*ops))
		return sj_fail(err, SJ_EABI, "%s: built for policy interface %u "
			       "(table of %zu bytes), but this program offers "
			       "interface %u (table of %zu bytes); compile it again "
			       "with -I$(sojourn policy --include-dir)", who,
			       ops->abi, ops->ops_size, SJ_POLICY_ABI, sizeof(*ops));
	return SJ_OK;
}

/* Names go into specs, file names and tables: letters, digits, '-', '_', '.'. */
static bool good_name(const char *name)
{
	size_t n = strlen(name);

	return n > 0 && n < NAME_MAX_LEN &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "0123456789-_.") == n;
}

static int check_param(const char *who, const sj_policy_ops *ops,
		       const sj_param *p, sj_error *err)
{
	size_t size = sj_param_size(p->type);

	if (!good_name(p->name))
		return sj_fail(err, SJ_EINVAL, "%s: parameter %td has the name "
			       "\"%s\"; expected letters, digits, '-', '_', '.'",
			       who, p - ops->params + 1, p->name);
	if (size == 0)
		return sj_fail(err, SJ_EINVAL, "%s: parameter %s has the unknown "
			       "type %d", who, p->name, (int)p->type);
	if (p->offset > ops->state_size || size > ops->state_size - p->offset)
		return sj_fail(err, SJ_EINVAL, "%s: parameter %s lies at bytes "
			       "%zu..%zu of a state of %zu bytes; is state_size set?",
			       who, p->name, p->offset, p->offset + size - 1,
			       ops->state_size);
	if (p->type == SJ_P_ENUM && (p->choices == NULL || p->choices[0] == NULL))
		return sj_fail(err, SJ_EINVAL, "%s: parameter %s is a choice "
			       "without `choices`", who, p->name);
	if (!(p->min <= p->max))
		return sj_fail(err, SJ_EINVAL, "%s: parameter %s has the empty range "
			       "%g..%g", who, p->name, p->min, p->max);
	if (p->help == NULL)
		return sj_fail(err, SJ_EINVAL, "%s: parameter %s has no help sentence",
			       who, p->name);
	for (const sj_param *q = ops->params; q != p; q++)
		if (strcmp(q->name, p->name) == 0)
			return sj_fail(err, SJ_EINVAL, "%s: parameter %s stands twice "
				       "in its table", who, p->name);
	return SJ_OK;
}

int policy_ops_check(const char *who, const sj_policy_ops *ops, sj_error *err)
{
	int rc;

	if (ops == NULL)
		return sj_fail(err, SJ_EINVAL, "%s: " SJ_POLICY_ENTRY "() returned "
			       "NULL, expected a policy table", who);
	rc = check_version(who, ops, err);
	if (rc != SJ_OK)
		return rc;
	if (ops->name == NULL)
		return sj_fail(err, SJ_EINVAL, "%s: the policy has no name", who);
	if (!good_name(ops->name))
		return sj_fail(err, SJ_EINVAL, "%s: the policy's name is \"%.80s\"; "
			       "expected up to %d letters, digits, '-', '_', '.'",
			       who, ops->name, NAME_MAX_LEN - 1);
	if (ops->summary == NULL)
		return sj_fail(err, SJ_EINVAL, "%s: policy %s has no summary", who,
			       ops->name);
	if (ops->schedule == NULL)
		return sj_fail(err, SJ_EINVAL, "%s: policy %s has no schedule(), the "
			       "one callback that is required", who, ops->name);
	if (ops->state_size > STATE_MAX)
		return sj_fail(err, SJ_EINVAL, "%s: policy %s wants a state of %zu "
			       "bytes; at most %zu are allowed, allocate the rest "
			       "with sj_alloc()", who, ops->name, ops->state_size,
			       STATE_MAX);
	for (const sj_param *p = ops->params; p != NULL && p->name != NULL; p++) {
		rc = check_param(who, ops, p, err);
		if (rc != SJ_OK)
			return rc;
	}
	return SJ_OK;
}
