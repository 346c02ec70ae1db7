/* SPDX-License-Identifier: GPL-3.0-or-later */
/* write_comm.c - see write_comm.h. Keys that have their default are left out. */
#include "trace/write_comm.h"

#include <inttypes.h>

#include "cli/number_text.h"

static void put_real(FILE *to, const char *before, double v)
{
	char number[NUMBER_TEXT_MAX];

	number_exact(v, number);
	fprintf(to, "%s%s", before, number);
}

static void put_pairs(FILE *to, const sj_comm_phase *h, write_place_fn *place,
		      const sj_source *source)
{
	for (uint32_t i = 0; i < h->pair_count; i++) {
		fputs(i > 0 ? ",[" : ",\"pairs\":[[", to);
		place(to, source, h->pairs[i].from);
		fputc(',', to);
		place(to, source, h->pairs[i].to);
		put_real(to, ",", h->pairs[i].bytes);
		fputc(']', to);
	}
	fputc(']', to);
}

static void put_grid(FILE *to, const sj_comm_phase *h)
{
	for (uint32_t d = 0; d < SJ_COMM_GRID; d++)
		if (d == 0 || h->grid[d] > 1 || (d == 1 && h->grid[2] > 1))
			fprintf(to, "%s%" PRIu32, d > 0 ? "," : ",\"grid\":[",
				h->grid[d] != 0 ? h->grid[d] : 1);
	fputs(h->periodic ? "],\"periodic\":true" : "]", to);
}

static void put_phase(FILE *to, const sj_comm_phase *h, write_place_fn *place,
		      const sj_source *source)
{
	fprintf(to, "{\"op\":\"%s\"", sj_comm_op_names[h->op]);
	if (h->way != SJ_WAY_AUTO)
		fprintf(to, ",\"way\":\"%s\"", sj_collective_way_names[h->way]);
	if (h->op != SJ_COMM_PAIRS && h->op != SJ_COMM_NONE)
		put_real(to, ",\"bytes\":", h->bytes);
	put_real(to, ",\"share\":", h->share);
	if (h->overlap != 0)
		put_real(to, ",\"overlap\":", h->overlap);
	if (h->combine_bytes_per_s != 0)
		put_real(to, ",\"combine\":", h->combine_bytes_per_s);
	if (h->op == SJ_COMM_SERVERS)
		fprintf(to, ",\"servers\":%" PRIu32, h->servers);
	if (h->op == SJ_COMM_HALO)
		put_grid(to, h);
	if (h->op == SJ_COMM_PAIRS)
		put_pairs(to, h, place, source);
	fputc('}', to);
}

void write_comm(FILE *to, const sj_comm *c, write_place_fn *place, const sj_source *source)
{
	for (uint32_t i = 0; i < c->phase_count; i++) {
		fputs(i > 0 ? "," : "[", to);
		put_phase(to, &c->phases[i], place, source);
	}
	fputc(']', to);
}
