/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flow_write.c - a case as a document of links and paths; see flow_case.h. */
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

#include "flows/flow_case.h"
#include "run/outfile.h"

static int put_text(struct outfile *to, const char *text)
{
	json_t *v = json_string(text);
	char *quoted = v != NULL ? json_dumps(v, JSON_ENCODE_ANY) : NULL;

	json_decref(v);
	if (quoted == NULL)
		return SJ_ENOMEM;
	outfile_puts(to, quoted);
	free(quoted);
	return SJ_OK;
}

/* A name as JSON writes it; without one its number. */
static int put_name(struct outfile *to, const struct flow_case *c, uint32_t link)
{
	if (c->link_name != NULL)
		return put_text(to, c->link_name[link]);
	outfile_printf(to, "\"%" PRIu32 "\"", link);
	return SJ_OK;
}

static int put_flow(struct outfile *to, const struct flow_case *c, const struct flow_entry *f)
{
	int rc;

	outfile_puts(to, "  { \"id\": ");
	rc = put_text(to, f->id);
	outfile_printf(to, ", \"start\": %.9f, \"bytes\": %.17g", (double)f->start_ns / 1e9,
		       f->bytes);
	if (f->wish.weight > 0 && f->wish.weight != 1)
		outfile_printf(to, ", \"weight\": %.17g", f->wish.weight);
	if (f->wish.cap > 0)
		outfile_printf(to, ", \"cap\": %.17g", f->wish.cap);
	outfile_puts(to, ", \"path\": [");
	for (uint32_t k = 0; k < f->hops && rc == SJ_OK; k++) {
		outfile_puts(to, k != 0 ? ", " : "");
		rc = put_name(to, c, f->link[k]);
	}
	outfile_puts(to, "] }");
	return rc;
}

static int put_case(struct outfile *to, const struct flow_case *c)
{
	int rc = SJ_OK;

	outfile_puts(to, "{ \"links\": {\n");
	for (uint32_t l = 0; l < c->links && rc == SJ_OK; l++) {
		outfile_puts(to, l != 0 ? ",\n  " : "  ");
		rc = put_name(to, c, l);
		outfile_printf(to, ": { \"bandwidth\": %.17g, \"latency\": %.9f }",
			       c->bytes_per_s[l], (double)c->latency_ns[l] / 1e9);
	}
	outfile_puts(to, " },\n  \"flows\": [\n");
	for (uint32_t i = 0; i < c->count && rc == SJ_OK && !outfile_failed(to); i++) {
		outfile_puts(to, i != 0 ? ",\n" : "");
		rc = put_flow(to, c, &c->flow[i]);
	}
	outfile_puts(to, " ] }\n");
	return rc;
}

int flow_case_write(const struct flow_case *c, const char *path, sj_error *err)
{
	struct outfile *to;
	int rc = outfile_open(path, &to, err);

	if (rc != SJ_OK)
		return rc;
	rc = put_case(to, c);
	if (rc == SJ_OK)
		return outfile_close(to, true, err);
	outfile_close(to, false, NULL);
	return sj_fail(err, rc, "%s: no memory to write it", path);
}
