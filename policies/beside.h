/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * beside.h - on nodes, a place for a task beside others that may have to give way.
 */
#ifndef BESIDE_H
#define BESIDE_H

#include "sojourn/suppose.h"

/*
 * Within a supposition in which `others`, which run, are gone: *where is a place for t
 * that leaves them where they are, if there is one; else t takes the place of some: in
 * their order each stays as long as t still fits. t has its place afterwards, and the
 * others are gone as before. SJ_OK; SJ_EFULL: it does not fit at all; a policy fault.
 * O(others) searches of a place when some must give way, else one.
 */
int beside_place(sj_ctx *cx, const sj_task *t, const sj_task *const *others, uint32_t n,
		 sj_placement *where);

#endif
