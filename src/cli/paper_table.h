/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * paper_table.h - a table for a paper: a row per policy, a column per metric.
 *
 * One unit and one number of digits per column, over all workloads. The best value
 * of each workload is bold where the format can say so.
 */
#ifndef PAPER_TABLE_H
#define PAPER_TABLE_H

#include <stdio.h>

#include "cli/metric_text.h"
#include "stats/compare.h"

struct paper_table {
	const struct comparison      *group;   /* one a workload and cluster */
	size_t                        groups;
	const struct compare_options *options; /* its metrics are the columns */
	bool                          with_ci; /* intervals behind the means */
	const char                   *caption, *label; /* NULL: none */
	struct metric_scale          *scale;   /* one a column */
};

/* Chooses the scales. SJ_OK or SJ_ENOMEM; free with paper_table_fini(). */
int  paper_table_init(struct paper_table *t);
void paper_table_fini(struct paper_table *t);

/* "booktabs", "md", "csv", "json", "box"; ends with NULL. */
extern const char *const paper_formats[];
/* SJ_OK, SJ_ENOMEM or SJ_EIO. `format` is an index of paper_formats. */
int  paper_table_write(const struct paper_table *t, int format, FILE *to);

/* ---- shared by the writers ------------------------------------------------------------ */

/* Whether no configuration of the group is better (after rounding). */
bool paper_is_best(const struct paper_table *t, size_t group, size_t metric, size_t config);
/* "98.27", or "98.27 [75.1, 118.0]"; malloc'd, NULL when out of memory. */
char *paper_cell(const struct paper_table *t, size_t group, size_t metric, size_t config);
/* "Mean wait [h]"; malloc'd. */
char *paper_heading(const struct paper_table *t, size_t metric);
/* "swf:kth.swf.gz, procs=100"; the cluster only when it takes part in telling the
 * groups apart. malloc'd. */
char *paper_group_name(const struct paper_table *t, size_t group);
bool  paper_any_clairvoyant(const struct paper_table *t);

int  paper_write_booktabs(const struct paper_table *t, FILE *to);
int  paper_write_markdown(const struct paper_table *t, FILE *to);
int  paper_write_box(const struct paper_table *t, FILE *to);
int  paper_write_csv(const struct paper_table *t, FILE *to);
int  paper_write_json(const struct paper_table *t, FILE *to);

#endif
