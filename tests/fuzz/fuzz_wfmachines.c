/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * fuzz_wfmachines.c - libFuzzer on the machines of workflows: what is refused says why in
 * one line, what is taken has a text that gives the same machine.
 */
#include <stdlib.h>
#include <string.h>

#include "config/wfmachines.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void must(bool ok)
{
	if (!ok)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct cluster c, again;
	sj_error err = { 0 };
	int rc = wfmachines_parse("fuzz", (const char *)bytes, size, &c, &err);

	wfmachines_sniff((const char *)bytes, size);
	must(rc == SJ_OK || (rc == SJ_EPARSE && strncmp(err.text, "fuzz:", 5) == 0 &&
			     strchr(err.text, '\n') == NULL));
	if (rc == SJ_OK) {
		must(cluster_parse(c.text, &again, &err) == SJ_OK);
		must(strcmp(again.text, c.text) == 0 && again.node_count == c.node_count &&
		     again.model.procs == c.model.procs);
		cluster_fini(&again);
	}
	cluster_fini(&c);
	return 0;
}
