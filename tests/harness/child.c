/* SPDX-License-Identifier: GPL-3.0-or-later */
/* child.c - runs a program and keeps what it said. */
#include "harness/child.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void become(const char *const *argv, int out, int err)
{
	int empty = open("/dev/null", O_RDONLY);

	dup2(empty, 0);
	dup2(out, 1);
	dup2(err, 2);
	alarm(CHILD_SECONDS);
	execv(argv[0], (char *const *)argv);
	_exit(127);
}

/* Both ends are drained together, so that neither can block the child. */
static void drain(int out, int err, struct child_result *r)
{
	struct pollfd fds[2] = { { .fd = out, .events = POLLIN },
				 { .fd = err, .events = POLLIN } };
	struct text *to[2] = { &r->out, &r->err };
	static char bytes[1 << 16];

	while (fds[0].fd >= 0 || fds[1].fd >= 0) {
		if (poll(fds, 2, -1) < 0)
			return;
		for (int i = 0; i < 2; i++) {
			ssize_t n;

			if (fds[i].fd < 0 || fds[i].revents == 0)
				continue;
			n = read(fds[i].fd, bytes, sizeof(bytes));
			if (n > 0)
				text_append(to[i], bytes, (size_t)n);
			else
				fds[i].fd = -1;
		}
	}
}

void child_run(const char *const *argv, struct child_result *r)
{
	int out[2], err[2], status = 0;
	pid_t pid;

	*r = (struct child_result){ .status = -1 };
	if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0)
		return;
	pid = fork();
	if (pid == 0)
		become(argv, out[1], err[1]);
	close(out[1]);
	close(err[1]);
	if (pid > 0) {
		drain(out[0], err[0], r);
		waitpid(pid, &status, 0);
		r->status = WIFEXITED(status) ? WEXITSTATUS(status)
					      : 128 + WTERMSIG(status);
	}
	close(out[0]);
	close(err[0]);
}

const char *child_complaint(const struct child_result *r)
{
	const char *s = text_string(&r->err);
	size_t end = r->err.len, begin;

	while (end > 0 && s[end - 1] == '\n')
		end--;
	for (begin = end; begin > 0 && s[begin - 1] != '\n'; begin--)
		;
	return format("%.*s", (int)(end - begin), s + begin);
}
