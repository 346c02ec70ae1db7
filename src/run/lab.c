/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lab.c - opens workload and machine together, since each needs the other. */
#include "run/lab.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const lab_drop_keys[SJ_DROP_COUNT] = {
	[SJ_DROP_RUNTIME] = "runtime", [SJ_DROP_PROCS] = "procs",
	[SJ_DROP_SUBMIT] = "submit",   [SJ_DROP_WIDE] = "wide",
	[SJ_DROP_ZERO] = "zero",       [SJ_DROP_BAD_LINE] = "bad_line",
	[SJ_DROP_STEP] = "step",
};

static const char *const drop_texts[SJ_DROP_COUNT] = {
#define X(id, text) [id] = text,
	SJ_DROP_LIST(X)
#undef X
};

int lab_open(const char *workload, const char *cluster, uint64_t seed, uint64_t limit,
	     struct lab *out, sj_error *err)
{
	sj_reader_options options = { .limit = limit };
	int rc = SJ_OK;

	*out = (struct lab){ .workload = NULL };
	if (cluster != NULL)
		rc = cluster_parse(cluster, &out->cluster, err);
	options.procs = out->cluster.model.procs;
	if (rc == SJ_OK)
		rc = workload_open(workload, &options, seed, &out->workload, err);
	if (rc == SJ_OK && cluster == NULL) {
		uint32_t procs = out->workload->source->info.max_procs;

		if (procs == 0)
			rc = sj_fail(err, SJ_EUSAGE, "%s does not state the size of its "
				     "machine; give it, as in -c procs=128", workload);
		else
			rc = cluster_pool(procs, &out->cluster, err);
	}
	if (rc != SJ_OK)
		lab_close(out);
	return rc;
}

void lab_close(struct lab *lab)
{
	workload_free(lab->workload);
	cluster_fini(&lab->cluster);
	*lab = (struct lab){ .workload = NULL };
}

char *lab_dropped_json(const uint64_t dropped[SJ_DROP_COUNT])
{
	char buf[64 * SJ_DROP_COUNT + 8] = "{", *to = buf + 1;

	for (int i = 0; i < SJ_DROP_COUNT; i++)
		to += snprintf(to, 64, "%s\"%s\":%" PRIu64, i > 0 ? "," : "",
			       lab_drop_keys[i], dropped[i]);
	strcpy(to, "}");
	return strdup(buf);
}

void lab_dropped_text(const uint64_t dropped[SJ_DROP_COUNT], char *buf, size_t size)
{
	size_t used = 0;

	buf[0] = '\0';
	for (int i = 0; i < SJ_DROP_COUNT && used < size; i++)
		if (dropped[i] > 0)
			used += (size_t)snprintf(buf + used, size - used, "%s%" PRIu64 " %s",
						 used > 0 ? ", " : "", dropped[i],
						 drop_texts[i]);
}
