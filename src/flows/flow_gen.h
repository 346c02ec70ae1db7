/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow_gen.h - transfers drawn at random between the nodes of a machine. */
#ifndef FLOW_GEN_H
#define FLOW_GEN_H

#include "flows/flow_case.h"

/* `spec` is NAME[:k=v,...], as of flow_gen_help. SJ_OK; SJ_EUSAGE; SJ_ENOMEM. */
int flow_gen(const char *spec, uint64_t seed, struct flow_case *c, sj_error *err);

#endif
