/* SPDX-License-Identifier: GPL-3.0-or-later */
/* check.c - one case of an oracle bank while it is being shown. */
#include "check.h"

#include <math.h>
#include <string.h>

/* ---- inputs -------------------------------------------------------------- */

static const json_t *input(struct check *k, const char *key)
{
	const json_t *v = json_object_get(k->inputs, key);

	if (v == NULL)
		report_fail(k->r, "the case has no input \"%s\"", key);
	return v;
}

double input_number(struct check *k, const char *key)
{
	return json_number_value(input(k, key));
}

int64_t input_integer(struct check *k, const char *key)
{
	return (int64_t)json_number_value(input(k, key));
}

const char *input_string(struct check *k, const char *key)
{
	const char *s = json_string_value(input(k, key));

	return s != NULL ? s : "";
}

const json_t *input_array(struct check *k, const char *key)
{
	return input(k, key); /* json_array_size(NULL) is 0 */
}

bool input_has(const struct check *k, const char *key)
{
	return json_object_get(k->inputs, key) != NULL;
}

/* ---- expectations ---------------------------------------------------------- */

/* The object that holds the last key of `path`; *last gets that key. */
static json_t *parent_of(const struct check *k, const char *path, const char **last)
{
	json_t *at = k->left;
	const char *slash;

	while ((slash = strchr(path, '/')) != NULL) {
		at = json_object_getn(at, path, (size_t)(slash - path));
		path = slash + 1;
	}
	*last = path;
	return at;
}

bool expects(const struct check *k, const char *path)
{
	const char *last;
	json_t *parent = parent_of(k, path, &last);

	return json_object_get(parent, last) != NULL;
}

/* Removes objects that have become empty, so that nothing is left of them. */
static void prune(json_t *object)
{
	const char *key;
	json_t *v;
	void *next;

	json_object_foreach_safe(object, next, key, v) {
		if (!json_is_object(v))
			continue;
		prune(v);
		if (json_object_size(v) == 0)
			json_object_del(object, key);
	}
}

json_t *expected_take(struct check *k, const char *path)
{
	const char *last;
	json_t *parent = parent_of(k, path, &last);
	json_t *v = json_incref(json_object_get(parent, last));

	if (v != NULL)
		json_object_del(parent, last);
	prune(k->left);
	return v;
}

static double number_or_nan(const json_t *v)
{
	return json_is_number(v) ? json_number_value(v) : NAN;
}

void expect_number(struct check *k, const char *path, double got)
{
	const json_t *v = expected_take(k, path);

	if (v != NULL)
		report_number(k->r, path, got, number_or_nan(v), k->rel, k->abs);
}

void expect_numbers(struct check *k, const char *path, const double *got, size_t n)
{
	const json_t *v = expected_take(k, path);

	if (v == NULL)
		return;
	if (json_array_size(v) != n) {
		report_fail(k->r, "%s has %zu values, expected %zu", path, n,
			    json_array_size(v));
		return;
	}
	for (size_t i = 0; i < n; i++)
		if (!report_number(k->r, format("%s[%zu]", path, i), got[i],
				   number_or_nan(json_array_get(v, i)), k->rel, k->abs))
			return; /* the first difference says where to look */
}

void expect_text(struct check *k, const char *path, const char *got)
{
	const json_t *v = expected_take(k, path);

	if (v != NULL)
		report_text(k->r, path, got, json_string_value(v));
}

static void bound(struct check *k, const char *path, double got, double sign,
		  const char *relation)
{
	const json_t *v = expected_take(k, path);
	double expected;

	if (v == NULL)
		return;
	expected = number_or_nan(v);
	k->r->checked++;
	if (!(sign * (got - expected) <= k->abs + k->rel * fabs(expected)))
		report_fail(k->r, "%s got %.10g expected %s %.10g", path, got,
			    relation, expected);
}

void expect_at_most(struct check *k, const char *path, double got)
{
	bound(k, path, got, 1, "at most");
}

void expect_at_least(struct check *k, const char *path, double got)
{
	bound(k, path, got, -1, "at least");
}

/* Names each last key of nested objects once: "runtime_by_nodes/.../mean". */
static void tell_leaves(struct check *k, const char *path, json_t *object, json_t *told)
{
	const char *key;
	json_t *v;

	json_object_foreach(object, key, v) {
		const char *name = format("%s/%s", path, key);

		if (json_is_object(v)) {
			size_t top = strcspn(path, "/");

			tell_leaves(k, format("%.*s/...", (int)top, path), v, told);
		} else if (json_object_get(told, name) == NULL) {
			json_object_set_new(told, name, json_true());
			report_not_shown(k->r, name);
		}
	}
}

void check_leftovers(struct check *k)
{
	json_t *told = json_object(), *v;
	const char *key;

	json_object_foreach(k->left, key, v) {
		const json_t *whole = json_object_get(k->expected, key);

		if (!json_is_object(v) || json_equal(v, whole))
			report_not_shown(k->r, key);
		else
			tell_leaves(k, key, v, told);
	}
	json_decref(told);
}
