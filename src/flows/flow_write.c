/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow_write.c - a case as a document of links and paths; see flow_case.h. */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flows/flow_case.h"

/* A name as JSON writes it; without one its number. */
static void put_name(FILE *to, const struct flow_case *c, uint32_t link)
{
	json_t *name;

	if (c->link_name == NULL) {
		fprintf(to, "\"%" PRIu32 "\"", link);
		return;
	}
	name = json_string(c->link_name[link]);
	json_dumpf(name, to, JSON_ENCODE_ANY);
	json_decref(name);
}

static void put_flow(FILE *to, const struct flow_case *c, const struct flow_entry *f)
{
	json_t *id = json_string(f->id);

	fputs("  { \"id\": ", to);
	json_dumpf(id, to, JSON_ENCODE_ANY);
	json_decref(id);
	fprintf(to, ", \"start\": %.9f, \"bytes\": %.17g", (double)f->start_ns / 1e9, f->bytes);
	if (f->wish.weight > 0 && f->wish.weight != 1)
		fprintf(to, ", \"weight\": %.17g", f->wish.weight);
	if (f->wish.cap > 0)
		fprintf(to, ", \"cap\": %.17g", f->wish.cap);
	fputs(", \"path\": [", to);
	for (uint32_t k = 0; k < f->hops; k++) {
		fputs(k != 0 ? ", " : "", to);
		put_name(to, c, f->link[k]);
	}
	fputs("] }", to);
}

int flow_case_write(const struct flow_case *c, const char *path, sj_error *err)
{
	bool out = strcmp(path, "-") == 0;
	FILE *to = out ? stdout : fopen(path, "w");
	bool failed;

	if (to == NULL)
		return sj_fail(err, SJ_EIO, "%s: %s", path, strerror(errno));
	fputs("{ \"links\": {\n", to);
	for (uint32_t l = 0; l < c->links; l++) {
		fputs(l != 0 ? ",\n  " : "  ", to);
		put_name(to, c, l);
		fprintf(to, ": { \"bandwidth\": %.17g, \"latency\": %.9f }", c->bytes_per_s[l],
			(double)c->latency_ns[l] / 1e9);
	}
	fputs(" },\n  \"flows\": [\n", to);
	for (uint32_t i = 0; i < c->count; i++) {
		fputs(i != 0 ? ",\n" : "", to);
		put_flow(to, c, &c->flow[i]);
	}
	fputs(" ] }\n", to);
	failed = ferror(to) != 0;
	if (out)
		failed |= fflush(to) != 0;
	else
		failed |= fclose(to) != 0;
	return failed ? sj_fail(err, SJ_EIO, "%s: %s", path, strerror(errno)) : SJ_OK;
}
