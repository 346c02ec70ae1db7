/* SPDX-License-Identifier: GPL-3.0-or-later */
/* audit_nodes.h - the part of the audit that knows of nodes and GPUs. */
#ifndef POLICYCHECK_AUDIT_NODES_H
#define POLICYCHECK_AUDIT_NODES_H

#include "policycheck/trial.h"

/* No node or GPU is overcommitted at any instant; each job held the cores it asked for.
 * SJ_OK or SJ_EINVARIANT. */
int audit_nodes(const struct trial *t, const struct outcome *out, sj_error *err);

#endif
