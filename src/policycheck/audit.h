/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * audit.h - checks what a run handed out against what was put in, without trusting
 * the core's own bookkeeping.
 */
#ifndef POLICYCHECK_AUDIT_H
#define POLICYCHECK_AUDIT_H

#include "policycheck/trial.h"

/*
 * Every job is accounted for exactly once; none starts before its submit; each ran
 * for as long as its length, its estimate and the overrun rule say; no processor
 * is held twice at a time, no node and no GPU overcommitted; each job held as many
 * processors as it asked for.
 * SJ_OK or SJ_EINVARIANT.
 */
int audit(const struct trial *t, const struct outcome *out, sj_error *err);

#endif
