/* SPDX-License-Identifier: GPL-3.0-or-later */
/* emit.c - see emit.h. */
#include "plot/emit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plot/gnuplot.h"

struct target {
	char *dir;   /* where the files go */
	char *stem;  /* their name without suffix */
	char *work;  /* a folder of our own in dir */
};

static void target_free(struct target *t)
{
	free(t->dir);
	free(t->stem);
	free(t->work);
}

static char *join(const char *dir, const char *name, const char *suffix)
{
	char *path;

	return asprintf(&path, "%s/%s%s", dir, name, suffix) < 0 ? NULL : path;
}

/* Splits "figs/cdf.pdf"; a NULL path is a figure for the terminal's screen. */
static int target_init(struct target *t, const char *path, const char *suffix,
		       sj_error *err)
{
	const char *tmp = getenv("TMPDIR"), *slash;

	if (path == NULL) {
		t->dir = strdup(tmp == NULL || tmp[0] == '\0' ? "/tmp" : tmp);
		t->stem = strdup("figure");
	} else {
		slash = strrchr(path, '/');
		t->dir = slash == NULL ? strdup(".") : slash == path ? strdup("/") :
			 strndup(path, (size_t)(slash - path));
		path = slash == NULL ? path : slash + 1;
		t->stem = strndup(path, strlen(path) - strlen(suffix));
	}
	t->work = t->dir == NULL ? NULL : join(t->dir, ".sojourn-plot-XXXXXX", "");
	if (t->stem == NULL || t->work == NULL)
		return SJ_ENOMEM;
	if (mkdtemp(t->work) == NULL) {
		free(t->work);
		t->work = NULL;
		return sj_fail(err, errno == ENOENT ? SJ_ENOENT : SJ_EIO,
			       "%s: no figure can be written there: %s", t->dir,
			       strerror(errno));
	}
	return SJ_OK;
}

static void remove_work(const struct target *t)
{
	static const char *const suffixes[] = { ".gp", ".dat", ".pdf", ".tex", ".svg",
						".png", ".txt" };
	char *path;

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		if ((path = join(t->work, t->stem, suffixes[i])) != NULL) {
			unlink(path);
			free(path);
		}
	if ((path = join(t->work, GNUPLOT_OUT, "")) != NULL)
		unlink(path);
	free(path);
	if ((path = join(t->work, GNUPLOT_ERR, "")) != NULL)
		unlink(path);
	free(path);
	rmdir(t->work);
}

static int cannot_write(const char *path, sj_error *err)
{
	return sj_fail(err, SJ_EIO, "%s: %s", path, strerror(errno));
}

static int write_inputs(struct figure *f, const struct plot_runs *runs, size_t count,
			const struct target *t, bool to_file, sj_error *err)
{
	char *gp = join(t->work, t->stem, ".gp"), *dat = join(t->work, t->stem, ".dat");
	FILE *script = gp == NULL ? NULL : fopen(gp, "w");
	FILE *data = dat == NULL ? NULL : fopen(dat, "w");
	int rc = script != NULL && data != NULL ? SJ_OK : cannot_write(t->dir, err);

	if (rc == SJ_OK)
		rc = figure_script(f, runs, count, t->stem, to_file, script);
	if (rc == SJ_OK && ferror(script))
		rc = cannot_write(gp, err);
	if (rc == SJ_OK && fwrite(f->data_text, 1, f->data_size, data) != f->data_size)
		rc = cannot_write(dat, err);
	if (script != NULL && fclose(script) != 0 && rc == SJ_OK)
		rc = cannot_write(gp, err);
	if (data != NULL && fclose(data) != 0 && rc == SJ_OK)
		rc = cannot_write(dat, err);
	free(gp);
	free(dat);
	return rc;
}

/* Moves one finished file into place. */
static int deliver(const struct target *t, const char *suffix, sj_error *err)
{
	char *from = join(t->work, t->stem, suffix), *to = join(t->dir, t->stem, suffix);
	int rc = from != NULL && to != NULL ? SJ_OK : SJ_ENOMEM;

	if (rc == SJ_OK && rename(from, to) != 0)
		rc = cannot_write(to, err);
	free(from);
	free(to);
	return rc;
}

static int print_figure(const struct target *t, sj_error *err)
{
	char *path = join(t->work, GNUPLOT_OUT, ""), buf[4096];
	FILE *in = path == NULL ? NULL : fopen(path, "r");
	size_t n;

	free(path);
	if (in == NULL)
		return cannot_write(t->work, err);
	while ((n = fread(buf, 1, sizeof(buf), in)) > 0)
		fwrite(buf, 1, n, stdout);
	fclose(in);
	if (fflush(stdout) != 0)
		return cannot_write("standard output", err);
	return SJ_OK;
}

static int forget_dates(const struct target *t, const struct plot_terminal *term,
			sj_error *err)
{
	const char *suffix[2] = { term->suffix, term->two_files ? ".pdf" : NULL };
	int rc = SJ_OK;

	for (int i = 0; i < 2 && suffix[i] != NULL && rc == SJ_OK; i++) {
		char *path = join(t->work, t->stem, suffix[i]);

		rc = path == NULL ? SJ_ENOMEM : gnuplot_forget_date(path);
		if (rc != SJ_OK && rc != SJ_ENOMEM)
			cannot_write(path, err);
		free(path);
	}
	return rc;
}

/* The picture, once gnuplot has made it in t->work. */
static int finish(const struct target *t, const struct plot_terminal *term, bool to_file,
		  sj_error *err)
{
	int rc;

	if (!to_file)
		return print_figure(t, err);
	rc = forget_dates(t, term, err);
	if (rc == SJ_OK && term->two_files)
		rc = deliver(t, ".pdf", err);
	return rc == SJ_OK ? deliver(t, term->suffix, err) : rc;
}

int figure_emit(struct figure *f, const struct plot_runs *runs, size_t count,
		const char *path, sj_error *err)
{
	const struct plot_terminal *term = f->look->terminal;
	struct target t = { 0 };
	char *script = NULL;
	int rc = target_init(&t, path, term->suffix, err), drawn;

	if (rc == SJ_OK)
		rc = write_inputs(f, runs, count, &t, path != NULL, err);
	if (rc == SJ_OK && asprintf(&script, "./%s.gp", t.stem) < 0)
		rc = SJ_ENOMEM;
	if (rc != SJ_OK)
		goto out;
	drawn = gnuplot_run(t.work, script, err);
	/* Script and data are worth having even without a picture. */
	if (path != NULL && drawn != SJ_EINTR) {
		rc = deliver(&t, ".dat", err);
		if (rc == SJ_OK)
			rc = deliver(&t, ".gp", err);
	}
	if (drawn == SJ_ENOENT && path != NULL && rc == SJ_OK)
		sj_fail(err, drawn, "gnuplot is not installed (Debian package gnuplot-nox); no "
			"picture, but %s/%s.gp and .dat are written", t.dir, t.stem);
	if (drawn != SJ_OK)
		rc = drawn;
	if (rc == SJ_OK)
		rc = finish(&t, term, path != NULL, err);
out:
	if (t.work != NULL)
		remove_work(&t);
	free(script);
	target_free(&t);
	return rc;
}
