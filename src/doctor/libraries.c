/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libraries.c - the libraries found at run time against those compiled against.
 *
 * An older one at run time may lack what the program uses; a newer one is fine, but
 * another major number promises nothing.
 */
#include <expat.h>
#include <glpk.h>
#include <gsl/gsl_version.h>
#include <jansson.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>
#include <yaml.h>
#include <zlib.h>
#include <zstd.h>

#include "doctor/doctor.h"

struct library {
	const char *name, *compiled, *running;
};

/* "expat_2.5.0", "1.2.13" to numbers; what is missing is 0. */
static void numbers(const char *text, long out[3])
{
	text += strcspn(text, "0123456789");
	for (int i = 0; i < 3; i++) {
		char *end;

		out[i] = strtol(text, &end, 10);
		text = *end == '.' ? end + 1 : end;
	}
}

static enum doctor_verdict judge(const struct library *l)
{
	long a[3], b[3];

	numbers(l->compiled, a);
	numbers(l->running, b);
	if (a[0] != b[0])
		return DOCTOR_FAIL;
	for (int i = 1; i < 3; i++)
		if (a[i] != b[i])
			return b[i] < a[i] ? DOCTOR_WARN : DOCTOR_OK;
	return DOCTOR_OK;
}

static void add(struct doctor *d, const struct library *l)
{
	if (strcmp(l->compiled, l->running) == 0)
		doctor_add(d, DOCTOR_OK, l->name, "%s", l->running);
	else
		doctor_add(d, judge(l), l->name, "%s at run time, compiled against %s",
			   l->running, l->compiled);
}

#define TEXT_(x) #x
#define TEXT(x)  TEXT_(x)

void doctor_libraries(struct doctor *d)
{
	int major, minor, patch;
	unsigned xxh = XXH_versionNumber();
	char yaml[32], xxhash[32];

	yaml_get_version(&major, &minor, &patch);
	snprintf(yaml, sizeof(yaml), "%d.%d.%d", major, minor, patch);
	snprintf(xxhash, sizeof(xxhash), "%u.%u.%u", xxh / 10000, xxh / 100 % 100, xxh % 100);
	{
		const struct library libraries[] = {
			{ "sqlite", SQLITE_VERSION, sqlite3_libversion() },
			{ "gsl", GSL_VERSION, gsl_version },
			{ "glpk", TEXT(GLP_MAJOR_VERSION) "." TEXT(GLP_MINOR_VERSION),
			  glp_version() },
			{ "jansson", JANSSON_VERSION, jansson_version_str() },
			{ "zlib", ZLIB_VERSION, zlibVersion() },
			{ "zstd", ZSTD_VERSION_STRING, ZSTD_versionString() },
			{ "xxhash", TEXT(XXH_VERSION_MAJOR) "." TEXT(XXH_VERSION_MINOR)
			  "." TEXT(XXH_VERSION_RELEASE), xxhash },
			/* No version in its header: nothing to compare with. */
			{ "yaml", yaml, yaml_get_version_string() },
			{ "expat", TEXT(XML_MAJOR_VERSION) "." TEXT(XML_MINOR_VERSION)
			  "." TEXT(XML_MICRO_VERSION), XML_ExpatVersion() + strlen("expat_") },
		};

		for (size_t i = 0; i < sizeof(libraries) / sizeof(libraries[0]); i++)
			add(d, &libraries[i]);
	}
}
