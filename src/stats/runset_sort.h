/* SPDX-License-Identifier: GPL-3.0-or-later */
/* runset_sort.h - between runset.c, which reads runs, and the sorting of them. */
#ifndef RUNSET_SORT_H
#define RUNSET_SORT_H

#include "stats/runset.h"

/* Fills set->group from set->run and adds notes. SJ_OK or SJ_ENOMEM. */
int runset_sort(struct runset *set);

/* Are the policies and all settings beside the seed the same? */
bool same_configuration(const struct run_info *a, const struct run_info *b);

#endif
