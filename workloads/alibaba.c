/* SPDX-License-Identifier: GPL-3.0-or-later */
/* alibaba.c - see alibaba.h. */
#include "alibaba.h"

#include <string.h>

#define CORE_PARTS   100
#define PARTS_SHIFT  6 /* requests have up to six decimals here */
#define PARTS_UNIT   1000000

static int read_cores(struct rows *r, int64_t cut, int column, uint32_t *cores)
{
	const int64_t core = (int64_t)CORE_PARTS * PARTS_UNIT;
	const char *text = r->field[column];
	int64_t parts = 0;

	*cores = 0;
	if (text == NULL || text[0] == '\0')
		return SJ_OK;
	if (text_decimal(text, PARTS_SHIFT, &parts) != SJ_OK || parts > core * 1000000)
		return rows_refuse(r, column, "a number of hundredths of a core");
	if (parts > 0)
		*cores = (uint32_t)((parts * cut + core - 1) / core);
	return SJ_OK;
}

int alibaba_demand(struct rows *r, const struct alibaba_settings *s, int cpu, int memory,
		   double unit, uint32_t *cores, uint64_t *bytes)
{
	const char *text = r->field[memory];
	int64_t v = 0;
	int rc = read_cores(r, s->cut, cpu, cores);

	*bytes = 0;
	if (rc != SJ_OK || text == NULL || text[0] == '\0')
		return rc;
	if (text_decimal(text, 9, &v) != SJ_OK || v < 0 || v > (int64_t)1000000 * 1000000000)
		return rows_refuse(r, memory, "a share of the largest machine's memory");
	*bytes = (uint64_t)((double)v / 1e9 * unit * (double)s->memory + 0.5);
	return SJ_OK;
}

void alibaba_count(struct rows *r, int status, uint32_t instances, sj_time run_ns)
{
	static const char *const known[] = {
		"Terminated", "Failed", "Running", "Waiting", "Ready", "Interrupted",
		"Cancelled" };
	const uint64_t instance_s = (uint64_t)(run_ns / SJ_NS_PER_S) * instances;
	size_t n = sizeof(known) / sizeof(known[0]), i = 0;

	while (i < n && strcmp(r->field[status], known[i]) != 0)
		i++;
	deck_count(r->deck, i < n ? known[i] : "other status", 1);
	deck_count(r->deck, "instances", instances);
	if (i < 2)
		deck_count(r->deck, "instance_seconds", instance_s);
	if (i == 0)
		deck_count(r->deck, "instance_seconds_terminated", instance_s);
}
