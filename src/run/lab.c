/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lab.c - opens workload and machine together, since each needs the other. */
#include "run/lab.h"

#include <stdlib.h>

#include "run/gpu_names.h"
#include "run/place_names.h"

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
		const sj_workload_info *info = &out->workload->source->info;
		uint32_t procs = info->max_procs;

		if (info->cluster[0] != '\0') {
			rc = cluster_parse(info->cluster, &out->cluster, err);
			if (rc == SJ_EUSAGE)
				sj_fail(err, rc, "%s: its machine cannot be taken from \"%s\"; give "
					"it with -c", workload, info->cluster);
		} else if (procs == 0) {
			rc = sj_fail(err, SJ_EUSAGE, "%s does not state the size of its "
				     "machine; give it, as in -c procs=128", workload);
		} else {
			rc = cluster_pool(procs, &out->cluster, err);
		}
	}
	if (rc == SJ_OK)
		rc = gpu_names_map(&out->workload->source->info, &out->cluster,
				   &out->gpu_mask, &out->missing);
	if (rc == SJ_OK)
		rc = place_names_map(&out->workload->source->info, &out->cluster, &out->places);
	if (rc != SJ_OK)
		lab_close(out);
	return rc;
}

int lab_failures(struct lab *lab, const char *text, sj_error *err)
{
	return failures_parse(text, &lab->cluster, &lab->failures, err);
}

bool lab_nodes_change(const struct lab *lab)
{
	for (uint32_t k = 0; k < lab->cluster.model.type_count; k++)
		if (lab->cluster.model.types[k].mtbf != NULL)
			return true;
	return lab->failures.model.event_count != 0;
}

void lab_close(struct lab *lab)
{
	failures_fini(&lab->failures);
	workload_free(lab->workload);
	cluster_fini(&lab->cluster);
	free(lab->gpu_mask);
	free(lab->places);
	free(lab->missing);
	*lab = (struct lab){ .workload = NULL };
}
