/* SPDX-License-Identifier: GPL-3.0-or-later */
/* gnuplot.c - see gnuplot.h. */
#include "plot/gnuplot.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/cli.h"

#define NOT_FOUND 127 /* as shells say it */

static void child(const char *dir, const char *script)
{
	int in = open("/dev/null", O_RDONLY), out, err;

	if (chdir(dir) != 0)
		_exit(126);
	out = open(GNUPLOT_OUT, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	err = open(GNUPLOT_ERR, O_WRONLY | O_CREAT | O_TRUNC, 0666);
	if (in < 0 || out < 0 || err < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 ||
	    dup2(err, 2) < 0)
		_exit(126);
	/* Settings of the caller must not change the picture. */
	unsetenv("GNUTERM");
	unsetenv("GNUPLOT_LIB");
	unsetenv("GDFONTPATH");
	setenv("LC_ALL", "C.UTF-8", 1);
	setenv("TZ", "UTC", 1);
	execlp("gnuplot", "gnuplot", "-d", script, (char *)NULL);
	_exit(errno == ENOENT ? NOT_FOUND : 126);
}

/* What gnuplot complained about, on one line, without its own echo of blanks. */
static void read_complaint(const char *dir, char *buf, size_t size)
{
	char *path = NULL;
	size_t n = 0;
	FILE *in;
	int c, last = ' ';

	buf[0] = '\0';
	if (asprintf(&path, "%s/" GNUPLOT_ERR, dir) < 0)
		return;
	in = fopen(path, "r");
	free(path);
	if (in == NULL)
		return;
	while ((c = getc(in)) != EOF && n + 1 < size) {
		if (isspace(c))
			c = ' ';
		if (c != ' ' || last != ' ')
			buf[n++] = (char)c;
		last = c;
	}
	buf[n > 0 && buf[n - 1] == ' ' ? n - 1 : n] = '\0';
	fclose(in);
}

int gnuplot_run(const char *dir, const char *script, sj_error *err)
{
	char complaint[700];
	int status;
	pid_t pid = fork();

	if (pid < 0)
		return sj_fail(err, SJ_EFAIL, "gnuplot cannot be started: %s",
			       strerror(errno));
	if (pid == 0)
		child(dir, script);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return sj_fail(err, SJ_EFAIL, "gnuplot: %s", strerror(errno));
	if (interrupted)
		return sj_fail(err, SJ_EINTR, "interrupted while gnuplot was drawing");
	if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_FOUND)
		return sj_fail(err, SJ_ENOENT, "gnuplot is not installed (Debian package "
			       "gnuplot-nox); there is no picture");
	read_complaint(dir, complaint, sizeof(complaint));
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return sj_fail(err, SJ_EFAIL, "gnuplot failed: %s",
			       complaint[0] ? complaint : "it said nothing");
	if (complaint[0] != '\0')
		say("gnuplot: %s", complaint);
	return SJ_OK;
}

/* ---- dates ---------------------------------------------------------------- */

static int read_whole(const char *path, char **bytes, size_t *size)
{
	struct stat sb;
	FILE *in = fopen(path, "rb");
	int rc = SJ_EIO;

	if (in == NULL)
		return errno == ENOENT ? SJ_ENOENT : SJ_EIO;
	*bytes = NULL;
	if (fstat(fileno(in), &sb) == 0 &&
	    (*bytes = malloc((size_t)sb.st_size + 1)) != NULL) {
		*size = fread(*bytes, 1, (size_t)sb.st_size, in);
		(*bytes)[*size] = '\0';
		rc = *size == (size_t)sb.st_size ? SJ_OK : SJ_EIO;
	}
	fclose(in);
	return rc;
}

/* "(D:20261120104934Z)" becomes "(D:20000101000000Z)": offsets in a PDF stay. */
static bool clean_pdf(char *s, size_t size)
{
	static const char key[] = "/CreationDate (D:";
	char *at = memmem(s, size, key, sizeof(key) - 1);

	if (at == NULL)
		return false;
	at += sizeof(key) - 1;
	for (int i = 0; i < 14 && isdigit((unsigned char)at[i]); i++)
		at[i] = "20000101000000"[i];
	return true;
}

/* TikZ: "%% generated with GNUPLOT 5.4p4 (Lua 5.4; terminal rev. ...)", then a line
 * with the date, "%% Fri 20 Nov 2026 10:49:34 AM UTC". */
static bool clean_tikz(char *s, size_t *size)
{
	char *at = memmem(s, *size, "%% generated with GNUPLOT", 25), *line, *end;

	if (at == NULL || (line = strchr(at, '\n')) == NULL)
		return false;
	line++;
	if (strncmp(line, "%% ", 3) != 0 || (end = strchr(line, '\n')) == NULL)
		return false;
	memmove(line, end + 1, *size - (size_t)(end + 1 - s) + 1);
	*size -= (size_t)(end + 1 - line);
	return true;
}

int gnuplot_forget_date(const char *path)
{
	char *s = NULL;
	size_t size = 0;
	int rc = read_whole(path, &s, &size);
	FILE *out;

	if (rc == SJ_OK && (clean_pdf(s, size) || clean_tikz(s, &size))) {
		out = fopen(path, "wb");
		if (out == NULL || fwrite(s, 1, size, out) != size)
			rc = SJ_EIO;
		if (out != NULL && fclose(out) != 0)
			rc = SJ_EIO;
	}
	free(s);
	return rc;
}
