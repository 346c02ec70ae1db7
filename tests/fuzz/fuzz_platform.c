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
	}
	cluster_fini(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct yaml_tree *tree = NULL;
	struct cluster c;
	sj_error err = { 0 };
	size_t kept = 0;
	int rc = platform_parse("fuzz", (const char *)bytes, size, &c, &tree, &err);

	must(rc == SJ_OK || rc == SJ_EPARSE);
	must(tree != NULL);
	must((rc == SJ_OK) == (yaml_tree_wrongs(tree) == 0));
	must(rc == SJ_OK || yaml_tree_sentences(tree, &kept) != NULL);
	must(rc == SJ_OK || strncmp(err.text, "fuzz:", 5) == 0);
	must(rc == SJ_OK || strchr(err.text, '\n') == NULL);
	if (rc == SJ_OK && c.node_count < 100000)
		same_again(&c);
	cluster_fini(&c);
	yaml_tree_free(tree);
	return 0;
}
