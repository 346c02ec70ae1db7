/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fuzz_platform.c - libFuzzer on cluster files: `make fuzz`, then run it on a corpus.
 * What is refused says where; what is taken has a text that gives the same machine.
 */
#include <stdlib.h>
#include <string.h>

#include "config/platform.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

static void same_again(const struct cluster *c)
{
	struct cluster again;
	sj_error err = { 0 };

	must(cluster_parse(c->text, &again, &err) == SJ_OK);
	must(strcmp(again.text, c->text) == 0);
	must(again.model.procs == c->model.procs && again.node_count == c->node_count);
	for (uint32_t i = 0; i < c->type_count; i++) {
		const sj_node_type *x = &c->specs[i], *y = &again.specs[i];

		must(x->cores == y->cores && x->gpus == y->gpus && x->count == y->count &&
		     x->gpu_model == y->gpu_model && x->mem_bytes == y->mem_bytes &&
		     x->speed == y->speed);
		must(x->gpu_grain == y->gpu_grain && x->gpu_mem_bytes == y->gpu_mem_bytes &&
		     x->gpu_speed == y->gpu_speed && x->site == y->site && x->racks == y->racks &&
		     (x->racks == 0 || x->rack == y->rack));
		must(x->nic_bytes_per_s == y->nic_bytes_per_s &&
		     x->nic_latency_ns == y->nic_latency_ns &&
		     x->pcie_bytes_per_s == y->pcie_bytes_per_s &&
		     x->nvlink_bytes_per_s == y->nvlink_bytes_per_s);
		must(x->idle_w == y->idle_w && x->busy_w == y->busy_w &&
		     x->gpu_idle_w == y->gpu_idle_w && x->gpu_busy_w == y->gpu_busy_w);
		must((x->mtbf == NULL) == (y->mtbf == NULL) && (x->mttr == NULL) == (y->mttr == NULL));
	}
	cluster_fini(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct wrongs *wrongs = NULL;
	struct cluster c;
	sj_error err = { 0 };
	size_t kept = 0;
	int rc = platform_parse("fuzz", (const char *)bytes, size, &c, &wrongs, &err);

	must(rc == SJ_OK || rc == SJ_EPARSE);
	must(wrongs != NULL);
	must((rc == SJ_OK) == (wrongs_count(wrongs) == 0));
	must(rc == SJ_OK || wrongs_sentences(wrongs, &kept) != NULL);
	must(rc == SJ_OK || strncmp(err.text, "fuzz:", 5) == 0);
	must(rc == SJ_OK || strchr(err.text, '\n') == NULL);
	if (rc == SJ_OK && c.node_count < 100000)
		same_again(&c);
	cluster_fini(&c);
	wrongs_free(wrongs);
	return 0;
}
