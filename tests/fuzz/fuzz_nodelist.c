/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fuzz_nodelist.c - libFuzzer on lists of nodes: what is refused says where in one line, what
 * is taken has a text that gives the same machine.
 */
#include <stdlib.h>
#include <string.h>

#include "config/node_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	char *text = malloc(size + 1);
	struct cluster c, again;
	sj_error err = { 0 };
	int rc;

	must(text != NULL);
	memcpy(text, bytes, size);
	text[size] = '\0';
	rc = node_list_parse("fuzz", text, &c, &err);
	must(rc == SJ_OK || (rc == SJ_EPARSE && strncmp(err.text, "fuzz:", 5) == 0 &&
			     strchr(err.text, '\n') == NULL));
	if (rc == SJ_OK) {
		must(cluster_parse(c.text, &again, &err) == SJ_OK);
		must(strcmp(again.text, c.text) == 0 && again.node_count == c.node_count &&
		     again.model.procs == c.model.procs);
		cluster_fini(&again);
	}
	cluster_fini(&c);
	free(text);
	return 0;
}
