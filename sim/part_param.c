/* SPDX-License-Identifier: GPL-3.0-or-later */
/* part_param.c - parameters of a part that change while the run goes on. */
#include <math.h>
#include <string.h>

#include "policy_state.h"

static int find(const sj_subpolicy *part, const char *name, const sj_param **out, sj_error *err)
{
	const sj_policy_ops *ops = part->ops;

	for (const sj_param *p = ops->params; p != NULL && p->name != NULL; p++) {
		if (strcmp(p->name, name) != 0)
			continue;
		*out = p;
		return p->live ? SJ_OK : sj_fail(err, SJ_EUSAGE, "%s: \"%s\" cannot change during a "
						 "run", ops->name, name);
	}
	return sj_fail(err, SJ_EUSAGE, "%s: has no parameter \"%.40s\"", ops->name, name);
}

int sj_part_get(const sj_subpolicy *part, const char *name, double *value, sj_error *err)
{
	const char *self = policy_part_self(part);
	const sj_param *p = NULL;
	int rc = find(part, name, &p, err);

	if (rc != SJ_OK)
		return rc;
	switch (p->type) {
	case SJ_P_INT:    *value = (double)*(const int64_t *)(self + p->offset); break;
	case SJ_P_DOUBLE: *value = *(const double *)(self + p->offset); break;
	case SJ_P_TIME:   *value = (double)*(const sj_time *)(self + p->offset) / SJ_NS_PER_S; break;
	default:          return sj_fail(err, SJ_EUSAGE, "%s: \"%s\" is no number",
					 part->ops->name, name);
	}
	return SJ_OK;
}

int sj_part_set(const sj_subpolicy *part, const char *name, double value, sj_error *err)
{
	char *self = policy_part_self(part);
	const sj_param *p = NULL;
	int rc = find(part, name, &p, err);

	if (rc != SJ_OK)
		return rc;
	if (isnan(value) || ((p->min != 0 || p->max != 0) && (value < p->min || value > p->max)))
		return sj_fail(err, SJ_EUSAGE, "%s: %s=%g is not from %g to %g", part->ops->name,
			       name, value, p->min, p->max);
	switch (p->type) {
	case SJ_P_INT:    *(int64_t *)(self + p->offset) = llround(value); break;
	case SJ_P_DOUBLE: *(double *)(self + p->offset) = value; break;
	case SJ_P_TIME:   *(sj_time *)(self + p->offset) = llround(value * SJ_NS_PER_S); break;
	default:          return sj_fail(err, SJ_EUSAGE, "%s: \"%s\" is no number",
					 part->ops->name, name);
	}
	return SJ_OK;
}

bool sj_part_is_whole(const sj_subpolicy *part, const char *name)
{
	const sj_param *p = NULL;

	return find(part, name, &p, NULL) == SJ_OK && p->type == SJ_P_INT;
}
