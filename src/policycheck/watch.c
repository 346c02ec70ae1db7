/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * watch.c - a child process under limits of time and memory.
 *
 * Resident memory is polled and not limited by RLIMIT_AS: a refused malloc makes
 * most policies crash, and "crashed" would hide what happened. (Sanitizers, which
 * map terabytes, could not run under RLIMIT_AS either.)
 */
#include "policycheck/watch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/cli.h"
#include "run/wall.h"

#define POLL_MS 10
#define WALL_FACTOR 4 /* wall time allowed, in processor time allowed */

struct answer {
	int  rc;
	char text[SJ_ERROR_MAX];
};

/* ---- in the child ------------------------------------------------------------ */

static void confine(pid_t parent, const struct check_limits *limits)
{
	rlim_t seconds = (rlim_t)((limits->time + SJ_NS_PER_S - 1) / SJ_NS_PER_S);
	struct rlimit cpu = { seconds, seconds + 1 }, core = { 0, 0 };
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	setpgid(0, 0); /* what the policy starts ends with it */
	setrlimit(RLIMIT_CPU, &cpu);
	setrlimit(RLIMIT_CORE, &core);
	signal(SIGINT, SIG_DFL);
	if (null >= 0)
		dup2(null, STDIN_FILENO);
	/* stdout carries the report; what a policy prints is a message. */
	dup2(STDERR_FILENO, STDOUT_FILENO);
}

static _Noreturn void child_main(watch_fn *fn, void *arg, int to)
{
	sj_error err = { 0 };
	struct answer answer = { 0 };
	ssize_t n;

	answer.rc = fn(arg, &err);
	memcpy(answer.text, err.text, sizeof(answer.text));
	fflush(stdout);
	/* Below PIPE_BUF: written whole or not at all. */
	n = write(to, &answer, sizeof(answer));
	_exit(n == (ssize_t)sizeof(answer) ? 0 : 1);
}

/* ---- in the parent ----------------------------------------------------------- */

static uint64_t resident_bytes(pid_t pid)
{
	char path[64];
	unsigned long long total, resident = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%ld/statm", (long)pid);
	f = fopen(path, "r");
	if (f == NULL)
		return 0;
	if (fscanf(f, "%llu %llu", &total, &resident) != 2)
		resident = 0;
	fclose(f);
	return resident * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void say_late(const struct check_limits *limits, const char *of, sj_error *err)
{
	char text[64];

	sj_format_time(limits->time, text, sizeof(text));
	sj_fail(err, SJ_EPOLICY, "did not come to an end within %s of %s; an endless "
		"loop, or --timeout is too short for this machine", text, of);
}

/* Waits until the pipe has something: WATCH_ANSWERED, for now. Otherwise a limit
 * was passed and *err is set. */
static enum watch_end wait_for_answer(pid_t pid, int from,
				      const struct check_limits *limits, sj_error *err)
{
	struct check_limits wall = { .time = WALL_FACTOR * limits->time };
	sj_time end = (sj_time)wall_ns() + wall.time;
	struct pollfd p = { .fd = from, .events = POLLIN };

	while (poll(&p, 1, POLL_MS) <= 0) {
		if (interrupted) {
			sj_fail(err, SJ_EINTR, "interrupted");
			return WATCH_STOPPED;
		}
		if (resident_bytes(pid) > limits->memory) {
			sj_fail(err, SJ_EPOLICY, "used more than %llu MiB of memory",
				(unsigned long long)(limits->memory >> 20));
			return WATCH_DIED;
		}
		if ((sj_time)wall_ns() > end) {
			say_late(&wall, "waiting", err);
			return WATCH_LATE;
		}
	}
	return WATCH_ANSWERED;
}

/* The pipe was closed without an answer. */
static enum watch_end say_death(int status, const struct check_limits *limits,
				sj_error *err)
{
	int sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

	if (sig == SIGXCPU || sig == SIGKILL) {
		say_late(limits, "processor time", err);
		return WATCH_LATE;
	}
	if (sig != 0)
		sj_fail(err, SJ_EPOLICY, "crashed: %s (signal %d)", strsignal(sig), sig);
	else
		sj_fail(err, SJ_EPOLICY, "ended the process with exit status %d in "
			"the middle of a run", WEXITSTATUS(status));
	return WATCH_DIED;
}

static enum watch_end reap(pid_t pid, int from, const struct check_limits *limits,
			   int *rc, sj_error *err)
{
	enum watch_end end = wait_for_answer(pid, from, limits, err);
	struct answer answer;
	ssize_t n = 0;
	int status;

	if (end != WATCH_ANSWERED)
		kill(pid, SIGKILL);
	else
		do
			n = read(from, &answer, sizeof(answer));
		while (n < 0 && errno == EINTR);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	kill(-pid, SIGKILL); /* processes that the policy left behind */
	if (end != WATCH_ANSWERED)
		return end;
	if (n != (ssize_t)sizeof(answer))
		return say_death(status, limits, err);
	*rc = answer.rc;
	err->code = answer.rc;
	memcpy(err->text, answer.text, sizeof(err->text));
	return WATCH_ANSWERED;
}

enum watch_end watch_call(watch_fn *fn, void *arg, const struct check_limits *limits,
			  int *rc, sj_error *err)
{
	enum watch_end end;
	pid_t parent = getpid(), pid;
	int pipefd[2];

	if (pipe2(pipefd, O_CLOEXEC) != 0) {
		sj_fail(err, SJ_EFAIL, "cannot make a pipe: %s", strerror(errno));
		return WATCH_BROKEN;
	}
	fflush(stdout);
	fflush(stderr);
	pid = fork();
	if (pid < 0) {
		sj_fail(err, SJ_EFAIL, "cannot start a process: %s", strerror(errno));
		close(pipefd[0]);
		close(pipefd[1]);
		return WATCH_BROKEN;
	}
	if (pid == 0) {
		close(pipefd[0]);
		confine(parent, limits);
		child_main(fn, arg, pipefd[1]);
	}
	close(pipefd[1]);
	end = reap(pid, pipefd[0], limits, rc, err);
	close(pipefd[0]);
	return end;
}
