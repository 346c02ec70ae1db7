/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lab.c - opens workload and machine together, since each needs the other. */
#include "run/lab.h"

#include <stdlib.h>
#include <string.h>

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

/* Keeps that run alone. */
static int only_run(struct lab *lab, const char *text, uint32_t run, sj_error *err)
{
	struct saved_learners *l = &lab->learners;

	for (uint32_t i = 0; i < l->count; i++) {
		struct learning first = l->of[0];
		sj_saved_learning saved = l->saved[0];

		if (l->saved[i].run != run)
			continue;
		l->of[0] = l->of[i];
		l->saved[0] = l->saved[i];
		l->of[i] = first;
		l->saved[i] = saved;
		for (uint32_t k = 1; k < l->count; k++)
			learning_fini(&l->of[k]);
		l->count = 1;
		return SJ_OK;
	}
	return sj_fail(err, SJ_EINVAL, "%s: run %u is none that has learned something", text, run);
}

int lab_learn_from(struct lab *lab, const char *text, sj_error *err)
{
	char *path = strdup(text), *mark = path == NULL ? NULL : strrchr(path, '#');
	uint32_t run = 0;
	int rc;

	if (path == NULL)
		return SJ_ENOMEM;
	if (mark != NULL && mark[1] != '\0' && strspn(mark + 1, "0123456789") == strlen(mark + 1)) {
		run = (uint32_t)strtoul(mark + 1, NULL, 10);
		*mark = '\0';
	}
	lab->learn_from = path;
	rc = saved_learners_read(path, &lab->learners, err);
	return rc == SJ_OK && run != 0 ? only_run(lab, path, run, err) : rc;
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
	saved_learners_fini(&lab->learners);
	free(lab->learn_from);
	workload_free(lab->workload);
	cluster_fini(&lab->cluster);
	free(lab->gpu_mask);
	free(lab->places);
	free(lab->missing);
	*lab = (struct lab){ .workload = NULL };
}
