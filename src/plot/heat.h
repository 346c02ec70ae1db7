/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * heat.h - busy share of nodes or GPUs over time as a grid of cells, from the tables
 * sample_node and sample_gpu. Neighbours share a row when there are too many.
 */
#ifndef PLOT_HEAT_H
#define PLOT_HEAT_H

#include "plot/kinds.h"
#include "plot/machine.h"

enum heat_what { HEAT_CORES, HEAT_GPUS, HEAT_MEMORY };

/* The things whose rows are drawn: nodes, or GPUs where the run kept them apart. */
struct heat {
	struct machine machine;
	bool      gpus;        /* rows are GPUs */
	uint32_t  things;      /* nodes or GPUs */
	uint32_t  group, rows; /* things a row */
	uint32_t  cols;
	sj_time   from, to, end; /* what is drawn; end of the last stretch */
	double   *busy, *down; /* [row * cols + col], amount x ns */
	double   *capacity;    /* by row, amount */
};

/* Opens: machine and end of the run that is the first of `series`. `out` is for
 * heat_free() also after a failure. SJ_EINVAL: the run kept no timelines, or its machine
 * has nothing of that kind. */
int  heat_open(const struct plot_runs *runs, size_t series, enum heat_what what,
	       struct heat *out, sj_error *err);
/* Fills the cells of [from, to), at most `rows` x `cols`. */
int  heat_read(const struct plot_runs *runs, size_t series, enum heat_what what, sj_time from,
	       sj_time to, uint32_t rows, uint32_t cols, struct heat *h, sj_error *err);
void heat_free(struct heat *h);

/* Share of the row's capacity, 0..1; NAN: most of the row was down most of the time. */
double heat_value(const struct heat *h, uint32_t row, uint32_t col);

#endif
