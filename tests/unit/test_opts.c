/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_opts.c - flags from tables. Messages are caught from stderr. */
#include <stdbool.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/quote.h"
#include "test.h"

struct values {
	bool            json, kind;
	const char     *file;
	struct opt_list policy;
	uint64_t        seed;
};

/* Parses the words with fd (1 or 2) caught in `said`. */
static int parse(const char *const *words, struct values *v, int fd, char *said, size_t size,
		 const char **rest)
{
	const struct opt opts[] = {
		{ 'f', "file", OPT_STRING, &v->file, "FILE", "A file." },
		{ 'p', "policy", OPT_LIST, &v->policy, "POLICY", "A policy." },
		{ 0, "seed", OPT_COUNT, &v->seed, "N", "A seed." },
		{ 0, "json", OPT_FLAG, &v->json, NULL, "One document." },
		{ 0, "kind", OPT_FLAG, &v->kind, NULL, "Kindness." },
		{ 0, NULL, OPT_FLAG, NULL, NULL, NULL },
	};
	char *argv[16];
	FILE *caught = tmpfile();
	int argc = 0, first = 0, saved, rc;

	*v = (struct values){ .seed = 7 };
	for (; words[argc] != NULL; argc++) /* getopt moves the pointers alone */
		argv[argc] = (char *)(uintptr_t)words[argc];
	argv[argc] = NULL;
	fflush(NULL);
	saved = dup(fd);
	dup2(fileno(caught), fd);
	rc = opts_parse(argc, argv, opts, "try [flags] FILE", "Tries flags.", &first);
	fflush(NULL);
	dup2(saved, fd);
	close(saved);
	rewind(caught);
	said[fread(said, 1, size - 1, caught)] = '\0';
	fclose(caught);
	if (rest != NULL)
		*rest = first < argc ? argv[first] : NULL;
	return rc;
}

TEST(values)
{
	const char *const words[] = { "try", "left", "-f", "a", "--policy=x", "-p", "y", "--seed",
				      "2k", "--json", "-fb", NULL };
	const char *rest;
	struct values v;
	char said[512];

	REQUIRE(parse(words, &v, 2, said, sizeof(said), &rest) == 0, "%s", said);
	CHECK(strcmp(v.file, "b") == 0, "the last one wins: %s", v.file);
	CHECK(v.json && !v.kind);
	CHECK(v.seed == 2000, "%d", (int)v.seed);
	CHECK(v.policy.count == 2 && strcmp(v.policy.item[0], "x") == 0 &&
	      strcmp(v.policy.item[1], "y") == 0);
	CHECK(rest != NULL && strcmp(rest, "left") == 0);
	free(v.policy.item);
}

TEST(after_two_dashes_all_is_positional)
{
	const char *const words[] = { "try", "--", "--json", NULL };
	const char *rest;
	struct values v;
	char said[512];

	CHECK(parse(words, &v, 2, said, sizeof(said), &rest) == 0, "%s", said);
	CHECK(!v.json && rest != NULL && strcmp(rest, "--json") == 0);
}

TEST(wrong_usage)
{
	static const struct {
		const char *words[5], *sentence;
	} cases[] = {
		{ { "try", "--jsom" }, "did you mean \"--json\"?" },
		{ { "try", "--quite-another" }, "`sojourn try --help` lists them" },
		{ { "try", "-z" }, "no flag \"-z\"" },
		{ { "try", "--file" }, "--file needs a value: --file FILE" },
		{ { "try", "-p" }, "--policy needs a value" },
		{ { "try", "--json=1" }, "--json takes no value" },
		{ { "try", "--file=" }, "is empty" },
		{ { "try", "--seed", "much" }, "much" },
		{ { "try", "--seed", "-1" }, "-1" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct values v;
		char said[512];
		int rc = parse(cases[i].words, &v, 2, said, sizeof(said), NULL);

		CHECK(rc == -1, "%s gave %d", cases[i].words[1], rc);
		CHECK(strstr(said, cases[i].sentence) != NULL, "%s said: %s", cases[i].words[1],
		      said);
		CHECK(strncmp(said, "sojourn: ", 9) == 0 && strchr(said, '\n') ==
		      said + strlen(said) - 1, "one sentence: %s", said);
		CHECK(v.policy.item == NULL);
	}
}

TEST(help_tells_every_flag)
{
	const char *const words[] = { "try", "--help", NULL };
	struct values v;
	char said[2048];

	CHECK(parse(words, &v, 1, said, sizeof(said), NULL) == 1);
	CHECK(strstr(said, "usage: sojourn try [flags] FILE\n") == said, "%s", said);
	CHECK(strstr(said, "  -f, --file FILE      A file.\n") != NULL, "%s", said);
	CHECK(strstr(said, "      --seed N         A seed.\n") != NULL, "%s", said);
	CHECK(strstr(said, "  -h, --help           Show this text.\n") != NULL, "%s", said);
}

TEST(quoted_command)
{
	char word[][24] = { "run", "-p", "easy:order=(expr:a b)", "it's", "", "k=v,x=1" };
	char *argv[6], *text;

	for (int i = 0; i < 6; i++)
		argv[i] = word[i];
	text = quote_command(6, argv);

	CHECK(strcmp(text, "sojourn run -p 'easy:order=(expr:a b)' 'it'\\''s' '' k=v,x=1") == 0,
	      "%s", text);
	free(text);
}

TESTS(CASE(values), CASE(after_two_dashes_all_is_positional), CASE(wrong_usage),
      CASE(help_tells_every_flag), CASE(quoted_command))
