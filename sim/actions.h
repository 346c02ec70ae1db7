/* SPDX-License-Identifier: GPL-3.0-or-later */
/* actions.h - what the files with actions of policies share. */
#ifndef ACTIONS_H
#define ACTIONS_H

#include "pace.h"

/* The policy did what it must not: ends the run with a sentence. */
int action_misuse(sj_ctx *cx, const struct task *t, const char *action, const char *why);
/* At the head of every action: SJ_OK, or why nothing may be done any more. */
int action_count(sj_ctx *cx, const struct task *t, const char *action);
/* "it is ready", "it is running already" ... */
const char *action_state(const struct task *t);
/* Out of memory: ends the run. */
int action_no_memory(sj_ctx *cx);
/* What sj_ledger_take() returned, in the words of an action. */
int action_taken(sj_ctx *cx, const struct task *t, const char *action, int rc);
/* t runs from now on, on the ranks it asked for; what it holds was taken. */
int action_begin(sj_ctx *cx, struct task *t);

#endif
