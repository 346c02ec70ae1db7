/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * order_table.c - the orders by name. A new order is one row: its formula is in
 * the notation of expr.h, larger value first, and is compiled when it is used.
 * Rows that compare whole numbers also have an exact key in integers, below.
 *
 * An estimate of 0 counts as 1 ns where a formula divides by it or takes its
 * logarithm: such a task goes first among the short ones, as is the limit.
 */
#include <string.h>

#include "order_key.h"

#define R "max(estimate,1e-9)"
#define S "if(submit==0,0.1,submit)"

static const char sc17[] = "Carastan-Santos, de Camargo, \"Obtaining dynamic scheduling policies "
			   "with simulation and machine learning\", SC 2017";
static const char tang[] = "Tang, Lan, Desai, Buettner, \"Fault-aware, utility-based job scheduling "
			   "on Blue Gene/P systems\", CLUSTER 2009";

const sj_order_info sj_orders[] = {
	{ "fcfs", "-submit", "first come, first served", NULL, false },
	{ "lifo", "submit", "last come, first served", NULL, false },
	{ "sjf", "-estimate", "shortest estimate first", NULL, false },
	{ "ljf", "estimate", "longest estimate first", NULL, false },
	{ "saf", "-area", "smallest area (procs x estimate) first", NULL, false },
	{ "laf", "area", "largest area first", NULL, false },
	{ "narrow", "-procs", "fewest processors first", NULL, false },
	{ "wide", "procs", "most processors first", NULL, false },
	{ "priority", "priority", "the jobs' own priorities, larger first", NULL, false },
	{ "edf", "-deadline", "earliest deadline first; jobs without one last", NULL, false },
	{ "wfp3", "(wait/" R ")^3*procs", "long wait for its length and width", tang, true },
	{ "unicef", "wait/(if(procs==1,1e-12,log2(procs))*" R ")",
	  "long wait for its length; small jobs first", tang, true },
	{ "f1", "-(log10(" R ")*procs+870*log10(" S "))", "learned from simulations, first of four",
	  sc17, false },
	{ "f2", "-(sqrt(" R ")*procs+25600*log10(" S "))", "learned from simulations, second",
	  sc17, false },
	{ "f3", "-(" R "*procs+6.86e6*log10(" S "))", "learned from simulations, third", sc17, false },
	{ "f4", "-(" R "*sqrt(procs)+5.3e5*log10(" S "))", "learned from simulations, fourth",
	  sc17, false },
	{ "multifactor",
	  "age*min(1,wait/max_age)+size*procs/machine+fairshare*2^(-(U/S)/damping)"
	  "+priority*p+queue*q",
	  "weighted sum of age, size, fair share, priority and queue",
	  "Slurm multifactor priority plugin", true },
	{ "expr", "FORMULA",
	  "a formula of your own, larger first: expr:(wait/estimate)^3*procs",
	  NULL, true },
	{ NULL, NULL, NULL, NULL, false },
};

/* ---- keys in integers --------------------------------------------------------------- */

int64_t sj_area_key(uint32_t procs, sj_time length)
{
	const int64_t exact = INT64_C(1) << 62;
	unsigned __int128 area = (unsigned __int128)(uint64_t)length * procs;
	int64_t octave = 0;

	if (area < (unsigned __int128)exact)
		return (int64_t)area;
	while (area >> (63 + octave) != 0)
		octave++;
	/* 57 bits behind the leading one; 32 octaves reach 2^94. */
	return exact + (octave << 57) +
	       (int64_t)((uint64_t)(area >> (5 + octave)) & ((UINT64_C(1) << 57) - 1));
}

static int64_t key_fcfs(const sj_task *t)
{
	return t->submit_ns;
}

/* By arrival number, so that of jobs submitted together the last goes first. */
static int64_t key_lifo(const sj_task *t)
{
	return -(int64_t)t->seq;
}

static int64_t key_sjf(const sj_task *t)
{
	return t->estimate_ns;
}

static int64_t key_ljf(const sj_task *t)
{
	return -t->estimate_ns;
}

static int64_t key_saf(const sj_task *t)
{
	return sj_area_key(t->procs, t->estimate_ns);
}

static int64_t key_laf(const sj_task *t)
{
	return -sj_area_key(t->procs, t->estimate_ns);
}

static int64_t key_narrow(const sj_task *t)
{
	return t->procs;
}

static int64_t key_wide(const sj_task *t)
{
	return -(int64_t)t->procs;
}

static int64_t key_priority(const sj_task *t)
{
	return -(int64_t)t->priority;
}

static int64_t key_edf(const sj_task *t)
{
	return t->deadline_ns;
}

sj_order_key_fn *sj_order_key_find(const char *name)
{
	static const struct { const char *name; sj_order_key_fn *key; } keys[] = {
		{ "fcfs", key_fcfs }, { "lifo", key_lifo },     { "sjf", key_sjf },
		{ "ljf", key_ljf },   { "saf", key_saf },       { "laf", key_laf },
		{ "narrow", key_narrow }, { "wide", key_wide }, { "priority", key_priority },
		{ "edf", key_edf },
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (strcmp(keys[i].name, name) == 0)
			return keys[i].key;
	return NULL;
}
