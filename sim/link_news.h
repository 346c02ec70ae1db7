/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * link_news.h - when links fail, come back, or have another bandwidth: the events of a
 * trace, what the laws of the network give, and background traffic, merged in time.
 *
 * What a link can carry at a time is 0 while it is down, and else its bandwidth less the
 * loads of all background that is on, at least 0. A law of failures is of a cable, both
 * its directions at once; background is of a link. The k-th period of a cable is the stream
 * (seed, "link failure", first link, k), of background number b on a link (seed, "background
 * b", link, k), so that neither the policy nor the jobs shift them.
 */
#ifndef SJ_LINK_NEWS_H
#define SJ_LINK_NEWS_H

#include "fabric.h"

typedef enum sj_link_change { SJ_LINK_FAIL, SJ_LINK_UP, SJ_LINK_BANDWIDTH } sj_link_change;

/* Of `count` links from `link` on. */
typedef struct sj_link_event {
	sj_time        at_ns;
	uint32_t       link, count;
	sj_link_change change;
	double         bytes_per_s; /* SJ_LINK_BANDWIDTH */
} sj_link_event;

typedef struct sj_link_news sj_link_news;

/*
 * `events` in order of time; borrowed, like `f`. *out is NULL when nothing ever changes.
 * SJ_OK; SJ_EINVAL with a sentence: a pattern that no link has, one law without the other,
 * a load that leaves nothing of a link for ever, an event of no link or out of order;
 * SJ_ENOMEM.
 */
int  sj_link_news_create(const sj_fabric *f, const sj_link_event *events, uint32_t count,
			 uint64_t seed, sj_link_news **out, sj_error *err);
void sj_link_news_free(sj_link_news *n); /* accepts NULL */

/* When the next change comes; SJ_NEVER: there is none. */
sj_time sj_link_news_time(const sj_link_news *n);
/* Takes it: *count links from *link on may carry something else now. At one instant those
 * of the trace come first. */
void sj_link_news_pop(sj_link_news *n, uint32_t *link, uint32_t *count);

/* What it can carry now; and what to count on: as if it were not down, and free when
 * background leaves nothing of it. */
double sj_link_news_bandwidth(const sj_link_news *n, uint32_t link);
double sj_link_news_usual(const sj_link_news *n, uint32_t link);
bool   sj_link_news_is_down(const sj_link_news *n, uint32_t link);
/* By link. */
const bool *sj_link_news_down(const sj_link_news *n);
/* May any news of it still come? */
bool   sj_link_news_pending(const sj_link_news *n, uint32_t link);

#endif
