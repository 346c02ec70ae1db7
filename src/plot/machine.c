/* SPDX-License-Identifier: GPL-3.0-or-later */
/* machine.c - see machine.h. */
#include "plot/machine.h"

#include <stdlib.h>

int machine_open(struct machine *m, const char *text, sj_error *err)
{
	int rc;

	*m = (struct machine){ 0 };
	rc = cluster_parse(text, &m->cluster, err);
	if (rc != SJ_OK)
		return rc;
	m->gpu_first = calloc(m->cluster.type_count + 1u, sizeof(*m->gpu_first));
	if (m->gpu_first == NULL)
		return SJ_ENOMEM;
	for (uint32_t k = 0; k < m->cluster.type_count; k++)
		m->gpu_first[k + 1] = m->gpu_first[k] +
				      m->cluster.specs[k].count * m->cluster.specs[k].gpus;
	return SJ_OK;
}

void machine_close(struct machine *m)
{
	cluster_fini(&m->cluster);
	free(m->gpu_first);
	*m = (struct machine){ 0 };
}

const sj_node_type *machine_node(const struct machine *m, uint32_t node, uint32_t *gpu)
{
	const sj_node_type *t = m->cluster.specs;
	uint32_t k = 0;

	for (; k + 1 < m->cluster.type_count && node >= t[k].count; k++)
		node -= t[k].count;
	*gpu = m->gpu_first[k] + node * t[k].gpus;
	return &t[k];
}

uint32_t machine_gpus(const struct machine *m)
{
	return m->gpu_first[m->cluster.type_count];
}
