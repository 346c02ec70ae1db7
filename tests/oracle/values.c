/* SPDX-License-Identifier: GPL-3.0-or-later */
/* values.c - lets `sojourn query` compute on the numbers of a case. */
#include "values.h"

#include <math.h>
#include <stdlib.h>

#include "harness/product.h"
#include "harness/swf.h"

const char *values_db(struct check *k)
{
	static const struct swf_job one = { .id = 1, .run = 1, .procs = 1, .request = 1,
					    .wait = -1, .user = 1 };
	const char *swf = format("%s/one.swf", k->r->scratch);
	const char *db = format("%s/one.db", k->r->scratch);
	struct child_result said;
	struct args a = { 0 };

	if (!swf_write(swf, &one, 1)) {
		report_fail(k->r, "%s cannot be written", swf);
		return NULL;
	}
	args_add(&a, "run");
	args_add(&a, "-wswf:%s", swf);
	args_add(&a, "-cprocs=1");
	args_add(&a, "-pfifo");
	args_add(&a, "-o%s", db);
	return product_run(k->r, &a, &said) ? db : NULL;
}

char *values_of(struct check *k, const char *const *keys, int count)
{
	size_t n = json_array_size(input_array(k, keys[0]));
	struct text t = { 0 };

	text_add(&t, "(VALUES ");
	for (size_t i = 0; i < n; i++) {
		text_add(&t, "%s(%zu", i > 0 ? ", " : "", i);
		for (int c = 0; c < count; c++)
			text_add(&t, ", %.17g", json_number_value(
				json_array_get(input_array(k, keys[c]), i)));
		text_add(&t, ")");
	}
	text_add(&t, ")");
	return t.s;
}

static void compare_array(struct check *k, const char *key, const json_t *array)
{
	size_t n = json_array_size(array), i;
	double *got = n > 0 ? calloc(n, sizeof(*got)) : NULL;
	const json_t *v;

	json_array_foreach(array, i, v)
		got[i] = json_is_number(v) ? json_number_value(v) : NAN;
	expect_numbers(k, key, got, n);
	free(got);
}

static void compare_value(struct check *k, const char *key, const json_t *v)
{
	if (json_is_string(v))
		compare_array(k, key, json_loads(json_string_value(v), 0, NULL));
	else
		expect_number(k, key, json_is_number(v) ? json_number_value(v) : NAN);
}

void values_compare(struct check *k, const char *db, const char *from,
		    const struct shown_as *table)
{
	struct text sql = { 0 };
	const json_t *rows, *row;

	text_add(&sql, "SELECT ");
	for (int i = 0; table[i].key != NULL; i++)
		text_add(&sql, "%s%s", i > 0 ? ", " : "", table[i].sql);
	text_add(&sql, " FROM %s", from);
	rows = product_query(k->r, db, sql.s);
	if (rows == NULL)
		return;
	row = json_array_get(rows, 0);
	for (int i = 0; table[i].key != NULL; i++)
		compare_value(k, table[i].key, json_array_get(row, (size_t)i));
}
