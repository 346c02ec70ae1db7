/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * opts.c - command-line flags from a table, parsed by getopt_long.
 *
 * What this adds to getopt: typed values, a suggestion for an unknown flag, and
 * --help made from the same table, so that no flag can be missing from it.
 */
#include <assert.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "sojourn/param.h"

enum {
	OPTS_MAX   = 64,
	LONG_BASE  = 256,  /* getopt values of table rows start here */
	HELP_VALUE = 255,
	WIDTH      = 80,
	LEFT_MAX   = 26    /* wider left columns get a line of their own */
};

struct parser {
	const struct opt *opts;
	size_t            count;
	struct option     longs[OPTS_MAX + 2];
	char              shorts[2 * OPTS_MAX + 4];
};

static bool has_letter(const struct parser *p, char letter)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->opts[i].letter == letter)
			return true;
	return false;
}

static void parser_init(struct parser *p, const struct opt *opts)
{
	char *s = p->shorts;

	p->opts = opts;
	p->count = 0;
	while (opts[p->count].name != NULL)
		p->count++;
	assert(p->count <= OPTS_MAX);
	*s++ = ':'; /* a missing argument is reported as ':' and not as '?' */
	for (size_t i = 0; i < p->count; i++) {
		bool arg = opts[i].kind != OPT_FLAG;

		p->longs[i] = (struct option){ opts[i].name,
			arg ? required_argument : no_argument, NULL,
			LONG_BASE + (int)i };
		if (opts[i].letter != '\0') {
			*s++ = opts[i].letter;
			if (arg)
				*s++ = ':';
		}
	}
	if (!has_letter(p, 'h'))
		*s++ = 'h';
	*s = '\0';
	p->longs[p->count] = (struct option){ "help", no_argument, NULL, HELP_VALUE };
	p->longs[p->count + 1] = (struct option){ NULL, 0, NULL, 0 };
}

/* ---- help ------------------------------------------------------------------ */

/* Prints text word by word from column `at` on, continuing at `indent`. */
static void print_wrapped(FILE *to, const char *text, int at, int indent)
{
	bool first = true;

	while (*text != '\0') {
		int n = (int)strcspn(text, " \n");

		if (n > 0) {
			if (!first && at + 1 + n > WIDTH) {
				fprintf(to, "\n%*s", indent, "");
				at = indent;
			} else if (!first) {
				fputc(' ', to);
				at++;
			}
			fprintf(to, "%.*s", n, text);
			at += n;
			first = false;
		}
		text += n;
		if (*text == '\n') {
			fprintf(to, "\n%*s", indent, "");
			at = indent;
			first = true;
		}
		if (*text != '\0')
			text++;
	}
	fputc('\n', to);
}

static int left_column(char letter, const char *name, const char *arg,
		       char *buf, size_t size)
{
	char l[8] = "    ";

	if (letter != '\0')
		snprintf(l, sizeof(l), "-%c, ", letter);
	return snprintf(buf, size, "  %s--%s%s%s", l, name,
			arg != NULL ? " " : "", arg != NULL ? arg : "");
}

static void print_row(FILE *to, char letter, const char *name, const char *arg,
		      const char *text, int column)
{
	char left[128];
	int n = left_column(letter, name, arg, left, sizeof(left));

	if (n + 2 > column)
		fprintf(to, "%s\n%*s", left, column, "");
	else
		fprintf(to, "%-*s", column, left);
	print_wrapped(to, text, column, column);
}

static void print_help(const struct parser *p, const char *usage, const char *about)
{
	char left[128];
	int column = left_column('h', "help", NULL, left, sizeof(left)) + 2;

	printf("usage: sojourn %s\n\n", usage);
	print_wrapped(stdout, about, 0, 0);
	for (size_t i = 0; i < p->count; i++) {
		int n = left_column(p->opts[i].letter, p->opts[i].name,
				    p->opts[i].arg, left, sizeof(left)) + 2;
		if (n > column && n <= LEFT_MAX + 2)
			column = n;
	}
	putchar('\n');
	for (size_t i = 0; i < p->count; i++)
		print_row(stdout, p->opts[i].letter, p->opts[i].name,
			  p->opts[i].arg, p->opts[i].help, column);
	print_row(stdout, has_letter(p, 'h') ? '\0' : 'h', "help", NULL,
		  "Show this text.", column);
}

/* ---- values ---------------------------------------------------------------- */

static int list_add(struct opt_list *list, const char *item)
{
	const char **grown = realloc(list->item, (list->count + 1) * sizeof(*grown));

	if (grown == NULL) {
		say("out of memory");
		return -1;
	}
	list->item = grown;
	list->item[list->count++] = item;
	return 0;
}

static int count_set(const struct opt *o, const char *text)
{
	char what[64];
	sj_error err = { 0 };
	int64_t value;

	snprintf(what, sizeof(what), "--%s", o->name);
	if (sj_parse_int(what, text, &value, &err) != SJ_OK) {
		say_usage("%s", err.text);
		return -1;
	}
	if (value < 0) {
		say_usage("--%s: \"%s\" is negative; a count was expected",
			  o->name, text);
		return -1;
	}
	*(uint64_t *)o->value = (uint64_t)value;
	return 0;
}

static int value_set(const struct opt *o, const char *text)
{
	if (o->kind != OPT_FLAG && text[0] == '\0') {
		say_usage("--%s: %s is empty", o->name, o->arg);
		return -1;
	}
	switch (o->kind) {
	case OPT_FLAG:
		*(bool *)o->value = true;
		return 0;
	case OPT_STRING:
		*(const char **)o->value = text;
		return 0;
	case OPT_LIST:
		return list_add(o->value, text);
	case OPT_COUNT:
		return count_set(o, text);
	}
	return -1;
}

/* ---- wrong usage ----------------------------------------------------------- */

static const struct opt *row_of(const struct parser *p, int value)
{
	if (value >= LONG_BASE)
		return &p->opts[value - LONG_BASE];
	for (size_t i = 0; i < p->count; i++)
		if (p->opts[i].letter == value)
			return &p->opts[i];
	return NULL;
}

static void say_unknown(const struct parser *p, const char *command, const char *word)
{
	const char *names[OPTS_MAX + 1];
	const char *near;
	char name[64];

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(word + 2, "="), word + 2);
	for (size_t i = 0; i < p->count; i++)
		names[i] = p->opts[i].name;
	names[p->count] = "help";
	near = sj_nearest(name, names, p->count + 1);
	if (near != NULL)
		say_usage("%s: no flag \"--%s\"; did you mean \"--%s\"?", command, name,
			  near);
	else
		say_usage("%s: no flag \"--%s\"; `sojourn %s --help` lists them",
			  command, name, command);
}

/* True when `word` abbreviates more than one flag. */
static bool ambiguous(const struct parser *p, const char *word)
{
	size_t n = strcspn(word + 2, "="), hits = 0;

	for (size_t i = 0; i <= p->count; i++)
		hits += strncmp(p->longs[i].name, word + 2, n) == 0;
	return hits > 1;
}

static int wrong(const struct parser *p, const char *command, char **argv, int kind)
{
	const struct opt *o = optopt != 0 ? row_of(p, optopt) : NULL;
	const char *word = argv[optind - 1];

	if (kind == ':' && o != NULL)
		say_usage("%s: --%s needs a value: --%s %s", command, o->name, o->name,
			  o->arg);
	else if (o != NULL || optopt == HELP_VALUE)
		say_usage("%s: --%s takes no value", command,
			  o != NULL ? o->name : "help");
	else if (optopt != 0)
		say_usage("%s: no flag \"-%c\"; `sojourn %s --help` lists them",
			  command, optopt, command);
	else if (ambiguous(p, word))
		say_usage("%s: \"%s\" is short for more than one flag; write it out",
			  command, word);
	else
		say_unknown(p, command, word);
	return -1;
}

static void lists_free(const struct parser *p)
{
	for (size_t i = 0; i < p->count; i++) {
		struct opt_list *list = p->opts[i].value;

		if (p->opts[i].kind != OPT_LIST)
			continue;
		free(list->item);
		*list = (struct opt_list){ NULL, 0 };
	}
}

/* "trace cut" of "trace cut [flags] WORKLOAD": the words before the first that is
 * not one to be typed as it stands. */
static void command_of(const char *usage, char *buf, size_t size)
{
	size_t n = 0, end = 0;

	while (usage[n] >= 'a' && usage[n] <= 'z') {
		while (usage[n] != '\0' && usage[n] != ' ')
			n++;
		end = n;
		n += usage[n] == ' ';
	}
	snprintf(buf, size, "%.*s", (int)end, usage);
}

int opts_parse(int argc, char **argv, const struct opt *opts, const char *usage,
	       const char *about, int *first)
{
	struct parser p;
	char command[64];
	int c, rc = 0;

	parser_init(&p, opts);
	command_of(usage, command, sizeof(command));
	opterr = 0;
	optind = 0; /* GNU: start afresh, also when called twice in one process */
	while (rc == 0 && (c = getopt_long(argc, argv, p.shorts, p.longs, NULL)) != -1) {
		if (c == HELP_VALUE || (c == 'h' && !has_letter(&p, 'h'))) {
			print_help(&p, usage, about);
			rc = 1;
		} else if (c == '?' || c == ':') {
			rc = wrong(&p, command, argv, c);
		} else {
			rc = value_set(row_of(&p, c), optarg != NULL ? optarg : "");
		}
	}
	if (rc != 0)
		lists_free(&p);
	*first = optind;
	return rc;
}
