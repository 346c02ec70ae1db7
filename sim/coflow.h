/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * coflow.h - coflows on one big switch: sets of flows that matter as a whole.
 *
 * A coflow (Chowdhury and Stoica, HotNets 2012) is done when its last flow is; its completion
 * time (CCT) runs from its arrival to then. The fabric is a switch that never holds anything
 * up: a flow is held up by the port that it leaves, the port that it enters, and by nothing
 * else. Transfers are fluid and start when their coflow arrives; there is no latency. A flow
 * from a port to itself crosses both sides of that port like any other.
 *
 * A rule says which rates flows get, and when rates are computed anew:
 *
 *   fair    every flow for itself: max-min fair rates, at every arrival and end of a flow.
 *   shares  as CoflowSim's FAIR: the lesser of the equal shares at a flow's two ports. What
 *           one port cannot use is not given to others.
 *   fifo, sebf, scf, ncf, lcf
 *           coflows in an order: by arrival; by effective bottleneck (the longest time that
 *           a port needs for the coflow's bytes; Varys, SIGCOMM 2014); by longest flow; by
 *           number of flows; by bytes. Ties: by arrival, then by place. Each coflow gets, of
 *           what those before it have left, the least rates with which its flows end together
 *           as soon as they can (MADD): bytes / max over ports of (bytes there / rest there).
 *           A coflow with bytes at a port that has no rest gets nothing. Then `backfill` gives
 *           the rest away, flow by flow in file order: to coflows in the same order, in order
 *           of arrival (as CoflowSim does), or to nobody.
 *   aalo    coflows by queue, in a queue by arrival (D-CLAS; Aalo, SIGCOMM 2015): queue k holds
 *           those that have sent up to first * factor^k bytes; the last one, all others. Each
 *           gets max-min fair rates among its flows of what those before it have left.
 *           Coordination takes no time, and queues have strict priority: the paper shares
 *           bandwidth between them by weight against starvation.
 *
 * `key`: orders look at what is left, or stay as at arrival. `when`: rates are computed at
 * arrivals and ends of coflows (and when a coflow changes its queue), and
 *
 *   coflow  then only: the bandwidth of a flow that has ended is not used until then;
 *   refill  what ended flows leave at their ports is given away at once, as by `backfill`;
 *   flow    all of it anew, `delay` after the first flow that has ended.
 *
 * Ends are rounded up to whole nanoseconds.
 */
#ifndef SJ_COFLOW_H
#define SJ_COFLOW_H

#include "sojourn/param.h"

typedef struct sj_coflow_flow {
	uint32_t src, dst; /* ports */
	double   bytes;    /* 0: done at arrival */
} sj_coflow_flow;

typedef struct sj_coflow {
	int64_t  id;
	sj_time  arrival_ns;
	uint32_t first, flows; /* flow[first .. first + flows) */
} sj_coflow;

/* What is simulated. Everything is the caller's. */
typedef struct sj_coflow_case {
	uint32_t              ports;
	const double         *send, *receive; /* bytes/s of each port, above 0 */
	const sj_coflow      *coflow;         /* in order of arrival */
	uint32_t              count;
	const sj_coflow_flow *flow;
	uint32_t              flows;
} sj_coflow_case;

typedef enum sj_coflow_order {
	SJ_COFLOW_FAIR,
	SJ_COFLOW_SHARES,
	SJ_COFLOW_FIFO,
	SJ_COFLOW_SEBF,
	SJ_COFLOW_SCF,
	SJ_COFLOW_NCF,
	SJ_COFLOW_LCF,
	SJ_COFLOW_AALO,
	SJ_COFLOW_ORDERS
} sj_coflow_order;

enum { SJ_BACKFILL_ORDER, SJ_BACKFILL_ARRIVAL, SJ_BACKFILL_NONE };
enum { SJ_COFLOW_KEY_LEFT, SJ_COFLOW_KEY_ARRIVAL };
enum {
	SJ_COFLOW_WHEN_COFLOW,
	SJ_COFLOW_WHEN_FLOW,
	SJ_COFLOW_WHEN_REFILL
};

typedef struct sj_coflow_rule {
	sj_coflow_order order;
	int      backfill, key, when;
	sj_time  delay_ns;
	uint64_t first_bytes;  /* aalo */
	double   factor;
	int64_t  queues;
} sj_coflow_rule;

/* Every order: its name, what it is, and its parameters (NULL: none). */
typedef struct sj_coflow_order_info {
	const char     *name, *summary;
	const sj_param *params;
} sj_coflow_order_info;
extern const sj_coflow_order_info sj_coflow_orders[SJ_COFLOW_ORDERS];

/* "sebf:backfill=none". SJ_OK or SJ_EUSAGE. */
int    sj_coflow_rule_parse(const char *spec, sj_coflow_rule *out, sj_error *err);
size_t sj_coflow_rule_text(const sj_coflow_rule *rule, char *buf, size_t size);

/* For tests: told of all rates after each computation, those of absent flows being 0. */
typedef struct sj_coflow_watch {
	void (*rates)(void *self, sj_time now, const double *rate);
	void *self;
} sj_coflow_watch;

typedef struct sj_coflow_result {
	sj_time *finish_ns;      /* of each coflow; the caller's */
	sj_time *flow_finish_ns; /* of each flow; the caller's, or NULL */
	uint64_t computed;       /* how often rates were computed */
	uint64_t refilled;       /* how often only what ended flows left was given away */
} sj_coflow_result;

/* Runs to the end; at most 2^28 flows. SJ_OK, SJ_ENOMEM, or SJ_EINVARIANT: fair rates did not settle. */
int sj_coflow_run(const sj_coflow_case *c, const sj_coflow_rule *rule,
		  const sj_coflow_watch *watch, sj_coflow_result *out);

/* The time that coflow `i` takes when it is alone, which no rule can beat: the bytes at its
 * slowest port. `scratch` has room for 2 x ports. */
sj_time sj_coflow_bottleneck(const sj_coflow_case *c, uint32_t i, double *scratch);

#endif
