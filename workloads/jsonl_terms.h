/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * jsonl_terms.h - private to workloads/: what tasks of the native format refer to, GPU
 * models by number or name and scalings by number or written out.
 *
 * Failures put what was expected into `why`, for the caller's sentence.
 */
#ifndef JSONL_TERMS_H
#define JSONL_TERMS_H

#include <jansson.h>

#include "deck.h"

extern const char *const jsonl_layouts[]; /* by sj_layout; ends with NULL */

/* What tasks have written out, by its text: each is kept once. */
struct jsonl_written {
	struct names text;
	uint32_t    *number; /* that it has in the source; 0: not yet */
};

struct jsonl_terms {
	struct deck *deck;
	bool         listed;          /* the header lists the models */
	bool         by_name, by_number; /* tasks have called models so */
	uint32_t     listed_scalings, listed_comms;
	struct jsonl_written scalings, comms;
};

void jsonl_terms_fini(struct jsonl_terms *t);

/* Of the header. SJ_OK, SJ_EPARSE or SJ_ENOMEM. */
int jsonl_gpu_models(struct jsonl_terms *t, const json_t *list, char *why, size_t size);
int jsonl_scalings(struct jsonl_terms *t, const json_t *list, char *why, size_t size);
int jsonl_comms(struct jsonl_terms *t, const json_t *list, char *why, size_t size);
/* Of a task. */
int jsonl_gpu_model(struct jsonl_terms *t, const json_t *v, uint32_t *out, char *why,
		    size_t size);
int jsonl_scaling(struct jsonl_terms *t, const json_t *v, uint32_t *out, char *why,
		  size_t size);
int jsonl_comm(struct jsonl_terms *t, const json_t *v, uint32_t *out, char *why, size_t size);

/* For jsonl_comm.c. Where the number of `o` is noted; NULL: no memory. */
uint32_t *jsonl_written(struct jsonl_written *w, const json_t *o);
/* A number of [min, max], or (absent) `none`. */
bool      jsonl_number(const json_t *o, const char *key, double none, double min, double max,
		       double *out);

#endif
