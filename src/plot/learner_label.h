/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * learner_label.h - what learners are called in figures: by the learner, or by the arm when
 * there is one alone, and by what else of the spec is not the same in all series.
 */
#ifndef LEARNER_LABEL_H
#define LEARNER_LABEL_H

#include "plot/figure.h"
#include "plot/rounds.h"

/* Room for one label. */
#define LEARNER_LABEL_SIZE 96

/* Of each series of `runs`; of[] is by run. A series without a learner has "". */
void learner_labels(const struct plot_runs *runs, size_t count, const struct rounds *of,
		    char (*out)[LEARNER_LABEL_SIZE]);

/*
 * A legend with texts of its own, below the title: OWN, OWNTEXT[], OWNROWS for the template;
 * the usual one goes, and the body grows. Texts that are "" are left out of the width only.
 */
void own_legend(struct figure *f, const char *const *text, size_t count);

#endif
