/* SPDX-License-Identifier: GPL-3.0-or-later */
/* label.h - what a legend calls each series: short, and different for each. */
#ifndef PLOT_LABEL_H
#define PLOT_LABEL_H

#include "plot/runs.h"

#define LABEL_MAX 40 /* characters of a policy spec before it is cut */

/* Sets the label of every series. SJ_OK or SJ_ENOMEM. */
int plot_labels_make(struct plot_runs *runs);

/* The name of a file without its folder and suffixes; a generator's spec as it is.
 * malloc'd; NULL: no memory. */
char *plot_label_file(const char *path);

/* Characters of a UTF-8 string. */
size_t plot_label_length(const char *s);

#endif
