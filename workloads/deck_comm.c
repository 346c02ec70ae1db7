/* SPDX-License-Identifier: GPL-3.0-or-later */
/* deck_comm.c - what tasks of a deck communicate; see deck.h. */
#include <stdlib.h>
#include <string.h>

#include "deck.h"

void deck_free_comms(struct deck *d)
{
	for (uint32_t i = 0; i < d->source.comm_count; i++) {
		const sj_comm *c = &d->comm[i];

		for (uint32_t k = 0; k < c->phase_count; k++)
			free((void *)c->phases[k].pairs);
		free((void *)c->phases);
	}
	free(d->comm);
}

/* The phases with lists of their own; NULL: no memory. */
static sj_comm_phase *copy_phases(const sj_comm *c)
{
	sj_comm_phase *phase = malloc(c->phase_count * sizeof(*phase));
	bool ok = phase != NULL;

	if (!ok)
		return NULL;
	memcpy(phase, c->phases, c->phase_count * sizeof(*phase));
	for (uint32_t i = 0; i < c->phase_count; i++) {
		size_t size = phase[i].pair_count * sizeof(sj_comm_pair);
		sj_comm_pair *pairs = size != 0 ? malloc(size) : NULL;

		if (pairs != NULL)
			memcpy(pairs, phase[i].pairs, size);
		ok &= size == 0 || pairs != NULL;
		phase[i].pairs = pairs;
	}
	if (ok)
		return phase;
	for (uint32_t i = 0; i < c->phase_count; i++)
		free((void *)phase[i].pairs);
	free(phase);
	return NULL;
}

int deck_add_comm(struct deck *d, const sj_comm *comm, uint32_t *number, sj_error *err)
{
	sj_comm *bigger = d->comm;
	sj_comm_phase *phases;

	if (d->source.comm_count == d->comm_cap) {
		uint32_t cap = d->comm_cap == 0 ? 16 : d->comm_cap * 2;

		bigger = realloc(d->comm, cap * sizeof(*bigger));
		if (bigger != NULL) {
			d->source.comms = d->comm = bigger;
			d->comm_cap = cap;
		}
	}
	phases = bigger != NULL ? copy_phases(comm) : NULL;
	if (phases == NULL)
		return sj_fail(err, SJ_ENOMEM, "no memory for more than %u patterns of "
			       "communication", d->source.comm_count);
	d->comm[d->source.comm_count] = (sj_comm){ comm->phase_count, phases };
	*number = ++d->source.comm_count;
	return SJ_OK;
}
