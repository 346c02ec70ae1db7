/* SPDX-License-Identifier: GPL-3.0-or-later */
/* main.c - finds the subcommand and runs it. */
#include <gsl/gsl_errno.h>
#include <locale.h>
#include <string.h>

#include "cli/cli.h"
#include "config/version.h"
#include "sojourn/param.h"

volatile sig_atomic_t interrupted;

static void on_sigint(int sig)
{
	(void)sig;
	interrupted = 1;
}

static int help(FILE *to)
{
	fprintf(to, "usage: sojourn COMMAND [flags]\n\n"
		    "A laboratory for scheduling policies: replay workload "
		    "traces against policies,\nstore, compare and draw.\n\n");
	for (const struct command *c = commands; c->name != NULL; c++)
		fprintf(to, "  %-10s %s\n", c->name, c->summary);
	fprintf(to, "\n`sojourn COMMAND --help` tells the flags of a command.\n");
	return to == stdout ? 0 : 2;
}

static int unknown_command(const char *word)
{
	const char *names[64];
	size_t n = 0;
	const char *near;

	while (commands[n].name != NULL && n < 64) {
		names[n] = commands[n].name;
		n++;
	}
	near = sj_nearest(word, names, n);
	if (near != NULL)
		return say_usage("no command \"%s\"; did you mean \"%s\"?", word, near);
	return say_usage("no command \"%s\"; `sojourn help` lists them", word);
}

static const struct command *find_command(const char *word)
{
	for (const struct command *c = commands; c->name != NULL; c++)
		if (strcmp(word, c->name) == 0)
			return c;
	return NULL;
}

/* `help COMMAND [VERB]` is `COMMAND [VERB] --help`. */
static int help_of(int argc, char **argv)
{
	char flag[] = "--help";
	char *words[] = { argv[0], argc > 1 ? argv[1] : flag, argc > 1 ? flag : NULL, NULL };
	const struct command *c = find_command(argv[0]);

	return c != NULL ? c->run(argc > 1 ? 3 : 2, words) : unknown_command(argv[0]);
}

static int dispatch(int argc, char **argv)
{
	const struct command *c;

	if (argc < 2)
		return help(stderr);
	if (strcmp(argv[1], "help") == 0 && argc > 2)
		return help_of(argc - 2, argv + 2);
	if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0 ||
	    strcmp(argv[1], "-h") == 0)
		return help(stdout);
	if (strcmp(argv[1], "--version") == 0) {
		printf("sojourn %s (%s)\n", version_number, version_commit);
		return 0;
	}
	c = find_command(argv[1]);
	return c != NULL ? c->run(argc - 1, argv + 1) : unknown_command(argv[1]);
}

int main(int argc, char **argv)
{
	/* One interrupt asks for a clean end; a second one kills. */
	struct sigaction sa = { .sa_handler = on_sigint, .sa_flags = (int)SA_RESETHAND };
	int status;

	setlocale(LC_ALL, "C");
	gsl_set_error_handler_off();
	sigaction(SIGINT, &sa, NULL);
	status = dispatch(argc, argv);
	/* A full disk must not hide behind status 0. */
	if ((fflush(stdout) != 0 || ferror(stdout)) && status == 0)
		status = say_error(SJ_EIO, &(sj_error){ .text =
				   "standard output cannot be written" });
	return status;
}
