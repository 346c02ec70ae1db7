/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * speculate.h - what deciding who is slow and making copies share.
 */
#ifndef SPECULATE_H
#define SPECULATE_H

#include "around.h"
#include "scores.h"

enum speculate_how { LATE, NAIVE, WQR, BACKUP };

struct speculate {
	struct around   base;
	struct scores   scores;
	int         how, among;
	const char *cap_text;
	double      gap, slow_task, slow_node, last;
	int64_t     copies;   /* runs of a task, the first included */
	sj_time     min_run, every;
	double      cap;      /* copies at once, or parts of the processors */
	bool        cap_part; /* cap is a part */
	bool        armed;    /* a timer is pending */
	bool        test;     /* it has come */
	bool        news;     /* since the last test that found nobody to test again */
	sj_time     next;     /* the next test is of use from then on */
};

/* One that the test has found. */
struct suspect {
	struct measured m;
	double   limit; /* late: the rate; naive: the mean */
	uint32_t of;    /* so many were compared */
};

struct suspects {
	struct suspect *list;
	uint32_t        count;
};

bool speculate_may_copy(const sj_ctx *cx, const sj_task *t);
/* Has it run for min_run=? */
bool speculate_is_old(const struct speculate *s, const struct measured *m);
/* Of n tasks, in the order in which they get copies; until the callback returns. */
struct suspects speculate_test(struct speculate *s, sj_ctx *cx, struct measured *m, uint32_t n);
/* Why the one of this rank is copied, beside `copies` others. */
void speculate_explain(const struct speculate *s, sj_ctx *cx, const struct suspects *to,
		       uint32_t rank, uint32_t copies);
/* Most copies at once, given what runs. */
double speculate_cap(const struct speculate *s, const sj_ctx *cx);

#endif
