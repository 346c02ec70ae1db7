/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * oracles - shows the cases of an oracle bank through the program's own command
 * line and says which agree.
 *
 *     oracles [--sojourn PATH] [--traces DIR] [--only PATTERN] [-j N] [-v] FOLDER
 *
 * Reads every *.json of FOLDER; any folder of the same format will do. A pattern
 * is a shell pattern over ids and kinds. Nothing is computed here that the
 * program should compute: expected values come from the bank, got values from
 * what the program printed or stored.
 */
#include <fnmatch.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bank.h"
#include "harness/product.h"
#include "kinds.h"

struct work {
	const struct bank_case *c;
	const char *folder, *traces;
};

static bool read_tolerance(struct check *k)
{
	const json_t *t = json_object_get(k->doc, "tolerance");
	const char *type = json_string_value(json_object_get(t, "type"));
	static const char *const names[] = {
		[TOLERANCE_EXACT] = "exact", [TOLERANCE_NUMERIC] = "numeric",
		[TOLERANCE_STATISTICAL] = "statistical", [TOLERANCE_BOUND] = "bound",
		[TOLERANCE_INFORMATIVE] = "informative" };

	for (int i = 0; i < (int)(sizeof(names) / sizeof(names[0])); i++) {
		if (type == NULL || strcmp(type, names[i]) != 0)
			continue;
		k->type = (enum tolerance)i;
		k->rel = json_number_value(json_object_get(t, "rel"));
		k->abs = json_number_value(json_object_get(t, "abs"));
		if (k->type == TOLERANCE_EXACT || k->type == TOLERANCE_BOUND)
			k->rel = 1e-9; /* the digits printed in the bank */
		return true;
	}
	report_fail(k->r, "tolerance type \"%s\" is unknown", type != NULL ? type : "");
	return false;
}

/* One showing with one seed, into a report of its own. */
static struct report attempt(const struct check *base, const struct kind *kind,
			     uint64_t seed)
{
	struct report r = { .scratch = base->r->scratch };
	struct check k = *base;

	k.r = &r;
	k.seed = seed;
	k.left = json_deep_copy(k.expected);
	kind->show(&k);
	check_leftovers(&k);
	return r;
}

/* A statistical case that misses may try three new seeds and must pass all. */
static void show(struct check *k, const struct kind *kind)
{
	const char *scratch = k->r->scratch;

	*k->r = attempt(k, kind, 1);
	if (k->type != TOLERANCE_STATISTICAL || k->r->failures == 0)
		return;
	for (uint64_t seed = 2; seed <= 4; seed++) {
		struct report again = attempt(k, kind, seed);

		if (again.failures > 0) {
			report_fail(k->r, "and with seed %d: %s", (int)seed,
				    text_string(&again.failed));
			return;
		}
		if (seed == 4) {
			report_note(&again, "seed 1 missed (%s), seeds 2, 3 and 4 hold",
				    text_string(&k->r->failed));
			*k->r = again;
		}
	}
	k->r->scratch = scratch;
}

static void run_case(const void *arg, struct report *r)
{
	const struct work *w = arg;
	struct check k = { .r = r, .folder = w->folder, .traces = w->traces,
			   .doc = w->c->doc };
	const struct kind *kind = kind_find(w->c->kind);

	k.inputs = json_object_get(k.doc, "inputs");
	k.expected = json_object_get(k.doc, "expected");
	if (!read_tolerance(&k))
		return;
	if (k.type == TOLERANCE_INFORMATIVE)
		report_skip(r, "a published value for information, nothing to gate on");
	else if (kind == NULL)
		report_skip(r, "kind %s is not known to this runner", w->c->kind);
	else if (kind->show == NULL)
		report_skip(r, "%s: not offered yet; needs %s", w->c->kind, kind->absent);
	else
		show(&k, kind);
}

static bool wanted(const struct bank_case *c, const char *only)
{
	return only == NULL || fnmatch(only, c->id, 0) == 0 ||
	       fnmatch(only, c->kind, 0) == 0;
}

static int run_bank(const struct bank *b, const char *folder, const char *traces,
		    const char *only, const struct run_options *options)
{
	struct work *works = calloc(b->count + 1, sizeof(*works));
	struct item *items = calloc(b->count + 1, sizeof(*items));
	size_t n = 0;
	int rc;

	for (size_t i = 0; i < b->count; i++) {
		if (!wanted(&b->item[i], only))
			continue;
		works[n] = (struct work){ &b->item[i], folder, traces };
		items[n] = (struct item){ b->item[i].id, run_case, &works[n] };
		n++;
	}
	rc = items_run(items, n, options);
	free(items);
	free(works);
	return rc;
}

static int usage(void)
{
	fprintf(stderr, "usage: oracles [--sojourn PATH] [--traces DIR] "
			"[--only PATTERN] [-j N] [-v] FOLDER\n");
	return 2;
}

int main(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "sojourn", required_argument, NULL, 's' },
		{ "traces", required_argument, NULL, 't' },
		{ "only", required_argument, NULL, 'o' },
		{ "verbose", no_argument, NULL, 'v' },
		{ NULL, 0, NULL, 0 } };
	struct run_options options = { .title = "oracles", .parallel = 2 };
	const char *traces = "../shared/traces", *only = NULL;
	struct bank bank;
	int c;

	while ((c = getopt_long(argc, argv, "j:v", longs, NULL)) != -1) {
		switch (c) {
		case 's': product_use(optarg); break;
		case 't': traces = optarg; break;
		case 'o': only = optarg; break;
		case 'j': options.parallel = (unsigned)atoi(optarg); break;
		case 'v': options.verbose = true; break;
		default:  return usage();
		}
	}
	if (optind != argc - 1)
		return usage();
	if (access(argv[optind], F_OK) != 0) {
		printf("oracles skipped: %s is not there\n0 passed, 0 failed, 1 skipped\n",
		       argv[optind]);
		return 0;
	}
	if (!bank_load(argv[optind], &bank))
		return 1;
	return run_bank(&bank, argv[optind], traces, only, &options);
}
