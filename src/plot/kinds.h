/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kinds.h - the kinds of figures, as a table: name, data, template, options.
 *
 * A new kind is a file kind_NAME.c, plots/NAME.sql, plots/NAME.gp and a line here.
 */
#ifndef PLOT_KINDS_H
#define PLOT_KINDS_H

#include "metrics.h"
#include "plot/figure.h"
#include "plot/group.h"
#include "plot/runs.h"

#define CLASSES_MAX 6 /* bounds of job classes in one direction */

struct plot_options {
	const char *const *metric; /* as typed; none: the kind's own */
	size_t             metrics;
	sj_time   from, to;        /* window since the first submit; to 0: none */
	const char *job;           /* of a chart of one job: its id as typed; NULL: any */
	uint64_t  first;           /* jobs of a Gantt chart; 0: not given */
	bool      nodes_given;     /* of a Gantt chart of GPUs: these only */
	uint32_t  nodes_from, nodes_to;
	uint64_t  bins;            /* of utilization; 0: by width and series */
	uint32_t  width[CLASSES_MAX];  /* upper bounds of job classes, ascending */
	size_t    widths;
	sj_time   length[CLASSES_MAX];
	size_t    lengths;
	uint64_t  seed;            /* of the bootstrap */
	enum plot_by by;           /* series of a kind that groups */
};

struct plot_kind {
	const char *name, *summary;
	const char *metrics;   /* what --metric may be, for people; NULL: nothing */
	const char *options;   /* the other options that concern it, for people */
	const char *gp;
	size_t      most;      /* series that stay tellable */
	int (*make)(struct figure *f, const struct plot_runs *runs, size_t count,
		    const struct plot_options *o, sj_error *err);
	bool        groups;    /* its series are as plot_options.by says */
};
extern const struct plot_kind plot_kinds[]; /* ends with a NULL name */

/* The kind's only metric: the one given, or names[0]. names ends with NULL.
 * SJ_EUSAGE: more than one given, or not among them. */
int plot_metric_one(const struct plot_options *o, const char *kind,
		    const char *const *names, const char **out, sj_error *err);

/* A result of a run by the name it is stored under; SJ_EUSAGE: none. */
int plot_metric_find(const char *kind, const char *name, const sj_metric_info **out,
		     sj_error *err);

int plot_make_cdf(struct figure *, const struct plot_runs *, size_t,
		  const struct plot_options *, sj_error *);
int plot_make_bsld(struct figure *, const struct plot_runs *, size_t,
		   const struct plot_options *, sj_error *);
int plot_make_utilization(struct figure *, const struct plot_runs *, size_t,
			  const struct plot_options *, sj_error *);
int plot_make_queue(struct figure *, const struct plot_runs *, size_t,
		    const struct plot_options *, sj_error *);
int plot_make_gantt(struct figure *, const struct plot_runs *, size_t,
		    const struct plot_options *, sj_error *);
int plot_make_gpu_gantt(struct figure *, const struct plot_runs *, size_t,
			const struct plot_options *, sj_error *);
int plot_make_heatmap(struct figure *, const struct plot_runs *, size_t,
		      const struct plot_options *, sj_error *);
int plot_make_fragmentation(struct figure *, const struct plot_runs *, size_t,
			    const struct plot_options *, sj_error *);
int plot_make_link_utilization(struct figure *, const struct plot_runs *, size_t,
			       const struct plot_options *, sj_error *);
int plot_make_dag_gantt(struct figure *, const struct plot_runs *, size_t,
			const struct plot_options *, sj_error *);
int plot_make_bars(struct figure *, const struct plot_runs *, size_t,
		   const struct plot_options *, sj_error *);
int plot_make_scatter(struct figure *, const struct plot_runs *, size_t,
		      const struct plot_options *, sj_error *);
int plot_make_ratios(struct figure *, const struct plot_runs *, size_t,
		     const struct plot_options *, sj_error *);
int plot_make_span(struct figure *, const struct plot_runs *, size_t,
		   const struct plot_options *, sj_error *);

int plot_make_arms(struct figure *, const struct plot_runs *, size_t,
		   const struct plot_options *, sj_error *);
int plot_make_regret(struct figure *, const struct plot_runs *, size_t,
		     const struct plot_options *, sj_error *);

#endif
