/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * comm.h - tasks whose ranks communicate while they run: what that takes, from where the
 * ranks are.
 *
 * Alone on the network a round takes its longest latency and then what its most loaded link
 * needs for the round's bytes; a pattern takes the sum of its rounds. On a star this is the
 * alpha-beta model (collective.h).
 *
 *   alpha-beta  a step takes what its phases take alone, and the rate of the task follows.
 *               No events, and nobody is slowed down by others.
 *   flow        rounds are transfers over the network of the run, where they contend with
 *               all others (comm_flow.c).
 */
#ifndef COMM_H
#define COMM_H

#include "comm_pattern.h"
#include "fabric.h"
#include "pace.h"

/* A phase among the ranks of a task, where they are. */
struct comm_phase {
	struct pattern pattern;
	double         work;     /* of one step, ns at rate 1 */
	double         alone_ns; /* of communication ... */
	double         least_ns; /* ... and less than this it never takes */
};

/* Where the communication of a task in flow form stands. */
struct comm_flow {
	uint64_t step;       /* so many steps are complete */
	uint32_t phase;      /* of the step that goes on */
	uint32_t round;      /* the next one to send, once `sending` */
	uint32_t waiting;    /* transfers under way ... */
	uint32_t first_sent; /* ... chained */
	double   left;       /* work of the phase that is not done yet */
	sj_time  compute_due, pause_due;
	bool     idle;       /* writes and restarts first */
	bool     computing, sending, pausing;
	/* What the step took so far, for skipping others like it; see comm_skip.c. */
	sj_time  step_from;
	uint64_t exposed_ns, epoch, others;
	double   sent_bytes;
	bool     clean, whole; /* nothing came in between; it is seen from its beginning */
	bool     own;          /* what comes is of its own making */
	sj_time  skip_length; /* 0: none is skipped now */
	uint64_t skip_exposed_ns;
};

struct comm {
	const sj_comm *spec;
	uint64_t     steps;
	double       step_ns;   /* work of a step, at rate 1 */
	double       bytes;     /* between nodes, of a step */
	bool         nominal;   /* it has no work but to communicate */
	bool         limited;   /* the estimate is a limit */
	bool         open;      /* flow: its end is not known yet */
	uint32_t     ranks;
	sj_endpoint *seat;      /* flow: by rank */
	uint32_t    *link;      /* flow: those it uses, each once */
	uint32_t     links;
	struct comm_flow  flow;
	struct comm_phase phase[]; /* of spec->phase_count */
};

/* A transfer of a task; they are chained. */
struct comm_sent {
	uint32_t task, prev, next;
};

/* Of a run in which tasks communicate. */
struct comms {
	sj_collectives    how;
	bool              steady;   /* no link ever changes */
	double           *load;     /* by link: bytes of a round; 0 between rounds */
	uint32_t         *touched;  /* links with a load */
	sj_transfer      *round;
	uint32_t          round_room;
	sj_endpoint      *seat;     /* of the ranks at some place */
	uint32_t          seat_room;
	/* flow */
	sj_pes            due, bound; /* by task: its next step on; its end is not before */
	struct comm_sent *sent;       /* by transfer */
	uint32_t          sent_room;
	uint32_t         *users;      /* by link: tasks that may send over it */
	uint64_t          epoch;      /* counts changes of `users` */
	uint64_t          sends;      /* so far ... */
	uint32_t          in_flight;  /* ... and now */
};

/* ---- comm.c ------------------------------------------------------------------------ */

/* After transfers_init(). SJ_OK or SJ_ENOMEM. */
int  comm_init(sj_ctx *cx);
void comm_fini(sj_ctx *cx);
/* Why such a task cannot communicate on this machine; NULL: it can. */
const char *comm_wrong(const sj_ctx *cx, const sj_task_spec *s);
/* Counts what a task would send, and nobody pays for. */
void comm_offer(sj_ctx *cx, const sj_task_spec *s);

/* t, which communicates, has come to its place or size. SJ_OK or SJ_ENOMEM. */
int  comm_place(sj_ctx *cx, struct task *t);
void comm_free(struct comm *c); /* accepts NULL */
/* Sets rate and used_rate of p from its speed. */
void comm_rate(struct pace *p);
/* A step takes no less, however busy the network. */
double comm_step_least(const struct comm *c, double speed);
/* t spent so much time on work, communication included. */
void comm_spent(sj_ctx *cx, struct task *t, sj_time span);
/* Work per time of t at `where`, whose speed there is `speed`; for questions. 0: no memory. */
double comm_rate_at(const sj_ctx *cx, const struct task *t, uint32_t ranks,
		    const sj_placement *where, double speed);

/* ---- comm_cost.c --------------------------------------------------------------------- */

/* The endpoint of a place that is not a rank; UINT32_MAX: everywhere, or not there. */
uint32_t comm_endpoint(const sj_ctx *cx, uint32_t place);
/* Where the ranks of t are, or would be: into comms->seat. SJ_OK or SJ_ENOMEM. */
int  comm_seats_of_held(const sj_ctx *cx, const struct task *t);
int  comm_seats_of_slots(const sj_ctx *cx, const struct task *t, uint32_t ranks,
			 const sj_placement *where);
/* The phases of c among `ranks` ranks that are there. SJ_OK or SJ_ENOMEM. */
int  comm_set_phases(const sj_ctx *cx, struct comm *c, uint32_t ranks);
/* The ends of a transfer between ranks at `seat`, or places. False: nothing has to be sent. */
bool comm_ends(const sj_ctx *cx, const sj_endpoint *seat, const sj_transfer *t,
	       sj_endpoint *from, sj_endpoint *to);

/* ---- comm_flow.c ---------------------------------------------------------------------- */

int  comm_flow_place(sj_ctx *cx, struct task *t);
/* Its rate or its span has changed: when does it go on? */
void comm_flow_begun(sj_ctx *cx, struct task *t);
/* It gives its nodes back: what it was sending is lost. */
void comm_flow_halt(sj_ctx *cx, struct task *t);
/* Its work went back to done_ns. */
void comm_flow_rewind(struct task *t);
/* The first of `due` goes on; a transfer is done. SJ_OK or SJ_ENOMEM. */
int  comm_flow_due(sj_ctx *cx);
int  comm_flow_arrived(sj_ctx *cx, uint32_t transfer);

/* Is a time noted at which it goes on, or is a transfer of it under way? */
bool comm_flow_waits(const sj_ctx *cx, const struct task *t);

/* ---- comm_skip.c ------------------------------------------------------------------------ */

/* It does not end before. */
sj_time comm_end_bound(const struct task *t);
/* A step begins. */
void comm_skip_begin(sj_ctx *cx, struct task *t);
/* A step has ended: if those that follow are like it, skips them. How many. */
uint64_t comm_skip(sj_ctx *cx, struct task *t);
/* The time of what was skipped is over, and its span was closed. */
void comm_skip_end(sj_ctx *cx, struct task *t);

#endif
