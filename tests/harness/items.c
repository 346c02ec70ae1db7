/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * items.c - runs many cases, some at a time, each in a process of its own, so
 * that a crash or a leak of one is that case's failure and nobody else's.
 */
#include "harness/report.h"

#include <ftw.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PARALLEL_MAX = 16 };

struct slot {
	const struct item *item; /* NULL: free */
	size_t      index;
	pid_t       pid;
	int         from;        /* the child's words */
	struct text said;
	double      started;
};

/* What is kept of an ended case until its turn to be printed comes. */
struct outcome {
	bool        ended;
	char        verdict; /* p, f, s */
	const char *line;
	double      seconds;
};

static double seconds_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int remove_one(const char *path, const struct stat *st, int flag, struct FTW *f)
{
	(void)st, (void)flag, (void)f;
	return remove(path);
}

static void remove_tree(const char *path)
{
	nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* "p" or "f" or "s", then the line's text behind the id. */
static char *verdict_text(struct report *r)
{
	const char *why = text_string(&r->skipped);
	struct text t = { 0 };

	if (r->failures > 0) {
		text_add(&t, "f failed: %s", text_string(&r->failed));
		if (r->failures > 3)
			text_add(&t, "; and %u more of %u compared",
				 r->failures - 3, r->checked);
	} else if (why[0] != '\0') {
		text_add(&t, "s skipped: %s", why);
	} else if (r->checked == 0) {
		text_add(&t, "f failed: nothing was compared");
	} else {
		text_add(&t, "p passed");
		if (r->note.len > 0)
			text_add(&t, ": %s", text_string(&r->note));
		if (r->not_shown.len > 0)
			text_add(&t, "; not shown: %s", text_string(&r->not_shown));
	}
	return t.s;
}

static void child(const struct item *item, const char *scratch, int to)
{
	struct report r = { .scratch = scratch };
	const char *line;
	size_t len;

	if (mkdir(scratch, 0700) != 0)
		report_fail(&r, "%s cannot be made", scratch);
	else
		item->run(item->arg, &r);
	line = verdict_text(&r);
	for (len = strlen(line); len > 0;) {
		ssize_t n = write(to, line, len);

		if (n <= 0)
			break;
		line += n;
		len -= (size_t)n;
	}
	remove_tree(scratch);
	_exit(0);
}

static bool slot_start(struct slot *s, const struct item *item, size_t index,
		       const char *root)
{
	char *scratch = format("%s/%zu", root, index);
	int ends[2];

	if (pipe(ends) != 0)
		return false;
	fflush(NULL);
	*s = (struct slot){ .item = item, .index = index, .from = ends[0],
			    .started = seconds_now() };
	s->pid = fork();
	if (s->pid == 0) {
		close(ends[0]);
		child(item, scratch, ends[1]);
	}
	close(ends[1]);
	return s->pid > 0;
}

static void slot_end(struct slot *s, struct outcome *o)
{
	const char *said = text_string(&s->said);
	int status = 0;

	close(s->from);
	waitpid(s->pid, &status, 0);
	o->ended = true;
	o->seconds = seconds_now() - s->started;
	if (said[0] != '\0' && status == 0) {
		o->verdict = said[0];
		o->line = said + 2;
	} else {
		o->verdict = 'f';
		o->line = format("failed: its process ended with status %#x", status);
	}
	s->item = NULL;
}

/* Waits for words of any child; collects those that have ended. */
static void slots_wait(struct slot *slots, unsigned n, struct outcome *outcomes)
{
	struct pollfd fds[PARALLEL_MAX];
	char bytes[4096];

	for (unsigned i = 0; i < n; i++)
		fds[i] = (struct pollfd){
			.fd = slots[i].item != NULL ? slots[i].from : -1,
			.events = POLLIN };
	if (poll(fds, n, -1) < 0)
		return;
	for (unsigned i = 0; i < n; i++) {
		ssize_t got;

		if (fds[i].fd < 0 || fds[i].revents == 0)
			continue;
		got = read(slots[i].from, bytes, sizeof(bytes));
		if (got > 0)
			text_append(&slots[i].said, bytes, (size_t)got);
		else
			slot_end(&slots[i], &outcomes[slots[i].index]);
	}
}

struct totals {
	unsigned passed, failed, skipped;
};

static void print_one(const struct item *item, const struct outcome *o,
		      const struct run_options *options, struct totals *t)
{
	if (options->verbose)
		printf("[%6.2f s] ", o->seconds);
	printf("%s %s\n", item->id, o->line);
	fflush(stdout);
	t->passed += o->verdict == 'p';
	t->failed += o->verdict == 'f';
	t->skipped += o->verdict == 's';
}

static unsigned fill(struct slot *slots, unsigned parallel, const struct item *items,
		     size_t count, size_t *next, const char *root)
{
	unsigned busy = 0;

	for (unsigned i = 0; i < parallel; i++) {
		if (slots[i].item == NULL && *next < count) {
			if (!slot_start(&slots[i], &items[*next], *next, root)) {
				perror("fork");
				exit(1);
			}
			(*next)++;
		}
		busy += slots[i].item != NULL;
	}
	return busy;
}

int items_run(const struct item *items, size_t count,
	      const struct run_options *options)
{
	struct slot slots[PARALLEL_MAX] = { 0 };
	unsigned parallel = options->parallel;
	struct outcome *outcomes = calloc(count + 1, sizeof(*outcomes));
	struct totals t = { 0 };
	size_t next = 0, printed = 0;
	char root[] = "/tmp/sojourn-test-XXXXXX";

	if (outcomes == NULL || mkdtemp(root) == NULL) {
		perror(options->title);
		free(outcomes);
		return 1;
	}
	parallel = parallel < 1 ? 1 : parallel > PARALLEL_MAX ? PARALLEL_MAX : parallel;
	while (fill(slots, parallel, items, count, &next, root) > 0) {
		slots_wait(slots, parallel, outcomes);
		for (; printed < count && outcomes[printed].ended; printed++)
			print_one(&items[printed], &outcomes[printed], options, &t);
	}
	remove_tree(root);
	free(outcomes);
	printf("%u passed, %u failed, %u skipped\n", t.passed, t.failed, t.skipped);
	return t.failed != 0;
}
