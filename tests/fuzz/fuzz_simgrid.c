/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fuzz_simgrid.c - libFuzzer on platform files in XML: `make fuzz`, then run it on a
 * corpus. What is refused says where; what is taken has a text that gives the same machine.
 */
#include <stdlib.h>
#include <string.h>

#include "config/simgrid.h"

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
	cluster_fini(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct wrongs *wrongs = wrongs_create("fuzz");
	struct cluster c;
	sj_error err = { 0 };
	size_t kept = 0;
	int rc;

	must(wrongs != NULL);
	rc = simgrid_parse(wrongs, (const char *)bytes, size, &c, &err);
	must(rc == SJ_OK || rc == SJ_EPARSE);
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
