/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * conformance - whole logs through the command line against what independent
 * programs found.
 *
 *     conformance [--sojourn PATH] [--oracles DIR] [--traces DIR]
 *                 [--only PATTERN] [-j N] [-v]
 */
#include <fnmatch.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "conformance.h"
#include "harness/product.h"

static int usage(void)
{
	fprintf(stderr, "usage: conformance [--sojourn PATH] [--oracles DIR] "
			"[--traces DIR] [--only PATTERN] [-j N] [-v]\n");
	return 2;
}

static void keep_matching(struct item_list *l, const char *only)
{
	size_t n = 0;

	for (size_t i = 0; i < l->count; i++)
		if (only == NULL || fnmatch(only, l->item[i].id, 0) == 0)
			l->item[n++] = l->item[i];
	l->count = n;
}

int main(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "sojourn", required_argument, NULL, 's' },
		{ "oracles", required_argument, NULL, 'r' },
		{ "traces", required_argument, NULL, 't' },
		{ "only", required_argument, NULL, 'o' },
		{ "verbose", no_argument, NULL, 'v' },
		{ NULL, 0, NULL, 0 } };
	struct run_options options = { .title = "conformance", .parallel = 2 };
	struct place at = { "../shared/oracles", "../shared/traces" };
	const char *only = NULL;
	struct item_list l = { 0 };
	int c;

	while ((c = getopt_long(argc, argv, "j:v", longs, NULL)) != -1) {
		switch (c) {
		case 's': product_use(optarg); break;
		case 'r': at.oracles = optarg; break;
		case 't': at.traces = optarg; break;
		case 'o': only = optarg; break;
		case 'j': options.parallel = (unsigned)atoi(optarg); break;
		case 'v': options.verbose = true; break;
		default:  return usage();
		}
	}
	if (optind != argc)
		return usage();
	facts_items(&l, &at);
	sets_items(&l, &at);
	batsim_items(&l, &at);
	platform_items(&l, &at);
	dialect_items(&l, &at);
	gpu_items(&l, &at);
	gavel_items(&l, &at);
	openb_items(&l, &at);
	wfinstances_items(&l, &at);
	optimal_items(&l, &at);
	reference_items(&l, &at);
	textbook_items(&l, &at);
	keep_matching(&l, only);
	c = items_run(l.item, l.count, &options);
	free(l.item);
	return c;
}
