/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tracks.h - lanes for what runs side by side on a node, so that slices of one lane
 * never overlap: per GPU one, and more while it is shared; for tasks without GPUs as
 * many as run at once.
 */
#ifndef TRACKS_H
#define TRACKS_H

#include "run.h"

#define TRACK_CORES UINT32_MAX /* in the place of a GPU's number */

struct track {
	uint32_t node;
	uint32_t gpu;    /* or TRACK_CORES */
	uint32_t lane;   /* 0, 1, ... of this node and GPU */
	uint32_t number; /* 1, 2, ... of all tracks: the order of their making */
	sj_time  end;    /* of its latest slice */
	uint32_t next;   /* the one made before for the same node: index + 1, or 0 */
};

struct tracks {
	struct track *track;
	uint32_t      count, cap;
	uint32_t     *head; /* by node: index + 1 of its latest track */
	uint32_t      head_cap;
};

void tracks_fini(struct tracks *t); /* zero-filled is empty and ready */

/*
 * The lane for a slice [from, to) of `gpu` of `node`. Calls come in order of `to`; of the
 * free lanes that with the latest end is taken, which needs no more lanes than ever are
 * busy at once (interval scheduling by earliest end: Faigle and Nawijn 1995). The pointer
 * holds until the next call. NULL: no memory.
 */
const struct track *tracks_take(struct tracks *t, uint32_t node, uint32_t gpu, sj_time from,
				sj_time to);

#endif
