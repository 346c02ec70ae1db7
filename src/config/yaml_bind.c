/* SPDX-License-Identifier: GPL-3.0-or-later */
/* yaml_bind.c - see yaml_bind.h. Quantities and numbers are units.c's. */
#include "config/yaml_bind.h"

#include <stdio.h>
#include <string.h>

#include "sojourn/param.h"
#include "units.h"

#define KEYS_MAX 64

static const char *const expected[] = {
	[YAML_INT] = "a whole number",
	[YAML_NUMBER] = "a number",
	[YAML_BYTES] = "a size with its unit, as in 256GiB",
	[YAML_RATE] = "a rate with its unit, as in 25Gbit/s",
	[YAML_TIME] = "a time with its unit, as in 2us",
	[YAML_WORD] = "a text",
	[YAML_READ] = "a value",
	[YAML_ONE] = "a mapping",
	[YAML_MANY] = "a list of mappings",
	[YAML_WORDS] = "a list of texts",
};

/* "type, count, cores": what a mapping may hold. */
static void list_keys(const struct yaml_key *table, char *buf, size_t size)
{
	size_t used = 0;

	buf[0] = '\0';
	for (const struct yaml_key *k = table; k->name != NULL; k++)
		if (used < size)
			used += (size_t)snprintf(buf + used, size - used, "%s%s",
						 used > 0 ? ", " : "", k->name);
}

static bool is_null(const struct yaml_value *v)
{
	static const char *const words[] = { "", "~", "null", "Null", "NULL" };

	if (v->kind != YAML_TEXT || v->quoted)
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(v->text, words[i]) == 0)
			return true;
	return false;
}

/* ---- one value ------------------------------------------------------------- */

void yaml_bind_wrong(struct yaml_tree *t, const struct yaml_value *v, const char *what,
		     const char *wanted)
{
	if (is_null(v))
		yaml_tree_wrong(t, v->at, "%s: has no value; expected %s", what, wanted);
	else if (v->kind == YAML_TEXT)
		yaml_tree_wrong(t, v->at, "%s: \"%s\" is not what belongs here; expected %s", what,
				sj_quote(v->text, strlen(v->text)).text, wanted);
	else if (v->kind != YAML_BROKEN)
		yaml_tree_wrong(t, v->at, "%s: a %s; expected %s", what,
				v->kind == YAML_LIST ? "list" : "mapping", wanted);
}

static void wrong_type(struct yaml_tree *t, const struct yaml_value *v, const char *what,
		       enum yaml_type type)
{
	yaml_bind_wrong(t, v, what, expected[type]);
}

static void format_bound(enum yaml_type type, double bound, char *buf, size_t size)
{
	if (type == YAML_BYTES)
		sj_format_bytes((uint64_t)bound, buf, size);
	else if (type == YAML_RATE)
		sj_format_rate((uint64_t)bound, buf, size);
	else if (type == YAML_TIME)
		sj_format_time((sj_time)(bound * 1e9), buf, size);
	else
		sj_format_double(bound, buf, size);
}

static bool in_range(struct yaml_tree *t, const struct yaml_value *v, const struct yaml_key *k,
		     double number)
{
	char lo[32], hi[32];

	if ((k->min == 0 && k->max == 0) || (number >= k->min && number <= k->max))
		return true;
	format_bound(k->type, k->min, lo, sizeof(lo));
	format_bound(k->type, k->max, hi, sizeof(hi));
	yaml_tree_wrong(t, v->at, "%s: %s is outside %s .. %s", k->name,
			sj_quote(v->text, strlen(v->text)).text, lo, hi);
	return false;
}

static bool in_quotes(struct yaml_tree *t, const struct yaml_value *v, const struct yaml_key *k)
{
	if (v->quoted)
		yaml_tree_wrong(t, v->at, "%s: \"%s\" in quotes is a text; expected %s", k->name,
				sj_quote(v->text, strlen(v->text)).text, expected[k->type]);
	return v->quoted;
}

static int bind_int(struct yaml_tree *t, const struct yaml_value *v, const struct yaml_key *k,
		    struct yaml_int *field, sj_error *err)
{
	int64_t number;
	int rc = sj_parse_int(k->name, v->text, &number, err);

	if (rc == SJ_OK && in_range(t, v, k, (double)number))
		field->v = number;
	return rc;
}

static int bind_number(struct yaml_tree *t, const struct yaml_value *v, const struct yaml_key *k,
		       struct yaml_number *field, sj_error *err)
{
	double number;
	int rc = sj_parse_double(k->name, v->text, &number, err);

	if (rc == SJ_OK && in_range(t, v, k, number))
		field->v = number;
	return rc;
}

static int bind_bytes(struct yaml_tree *t, const struct yaml_value *v, const struct yaml_key *k,
		      struct yaml_bytes *field, sj_error *err)
{
	uint64_t bytes;
	int rc = k->type == YAML_RATE ? sj_parse_rate(k->name, v->text, &bytes, err) :
					sj_parse_bytes(k->name, v->text, &bytes, err);

	if (rc == SJ_OK && in_range(t, v, k, (double)bytes))
		field->v = bytes;
	return rc;
}

static int bind_time(struct yaml_tree *t, const struct yaml_value *v, const struct yaml_key *k,
		     struct yaml_time *field, sj_error *err)
{
	sj_time time;
	int rc = sj_parse_time(k->name, v->text, &time, err);

	if (rc == SJ_OK && in_range(t, v, k, (double)time / 1e9))
		field->v = time;
	return rc;
}

/* ---- lists ------------------------------------------------------------------ */

static void bind_words(struct yaml_tree *t, const struct yaml_value *v, const struct yaml_key *k,
		       struct yaml_list *field)
{
	struct yaml_text *word = yaml_tree_take(t, v->count * sizeof(*word));

	if (word == NULL)
		return;
	field->items = word;
	for (const struct yaml_value *i = v->first; i != NULL; i = i->next) {
		if (i->kind != YAML_TEXT || is_null(i))
			wrong_type(t, i, k->name, YAML_WORD);
		else
			word[field->count++] = (struct yaml_text){ i->at, i->text };
	}
}

static void bind_many(struct yaml_tree *t, const struct yaml_value *v, const struct yaml_key *k,
		      struct yaml_list *field)
{
	char *item = yaml_tree_take(t, v->count * k->size);

	if (item == NULL)
		return;
	field->items = item;
	for (const struct yaml_value *i = v->first; i != NULL; i = i->next, item += k->size) {
		field->count++;
		if (i->kind != YAML_MAP)
			wrong_type(t, i, k->name, YAML_ONE);
		else
			yaml_bind(t, i, k->inner, item);
	}
}

/* ---- one key ----------------------------------------------------------------- */

static bool kind_fits(const struct yaml_value *v, enum yaml_type type)
{
	if (type == YAML_ONE)
		return v->kind == YAML_MAP;
	if (type == YAML_MANY || type == YAML_WORDS)
		return v->kind == YAML_LIST;
	return type == YAML_TAKE || (v->kind == YAML_TEXT && !is_null(v));
}

/* SJ_OK, or an error that the tree does not know of yet. */
static int bind_text(struct yaml_tree *t, const struct yaml_value *v, const struct yaml_key *k,
		     void *field, sj_error *err)
{
	switch (k->type) {
	case YAML_INT:
		return in_quotes(t, v, k) ? SJ_OK : bind_int(t, v, k, field, err);
	case YAML_NUMBER:
		return in_quotes(t, v, k) ? SJ_OK : bind_number(t, v, k, field, err);
	case YAML_BYTES:
	case YAML_RATE:
		return bind_bytes(t, v, k, field, err);
	case YAML_TIME:
		return bind_time(t, v, k, field, err);
	case YAML_READ:
		return k->read(k->name, v, field, err);
	case YAML_WORD:
		((struct yaml_text *)field)->v = v->text;
		return SJ_OK;
	default:
		return SJ_OK;
	}
}

void yaml_bind_value(struct yaml_tree *t, const struct yaml_value *v, const struct yaml_key *k,
		     void *object)
{
	void *field = (char *)object + k->offset;
	sj_error err = { 0 };

	memcpy(field, &v->at, sizeof(v->at));
	if (!kind_fits(v, k->type))
		wrong_type(t, v, k->name, k->type);
	else if (k->type == YAML_ONE)
		yaml_bind(t, v, k->inner, field);
	else if (k->type == YAML_MANY)
		bind_many(t, v, k, field);
	else if (k->type == YAML_WORDS)
		bind_words(t, v, k, field);
	else if (k->type == YAML_TAKE)
		k->take(t, v, object);
	else if (bind_text(t, v, k, field, &err) != SJ_OK)
		yaml_tree_wrong(t, v->at, "%s", err.text);
}

static void unknown_key(struct yaml_tree *t, const struct yaml_value *key,
			const struct yaml_key *table)
{
	const char *names[KEYS_MAX], *near;
	char known[512];
	size_t n = 0;

	for (const struct yaml_key *k = table; k->name != NULL && n < KEYS_MAX; k++)
		names[n++] = k->name;
	near = sj_nearest(key->text, names, n);
	list_keys(table, known, sizeof(known));
	if (near != NULL)
		yaml_tree_wrong(t, key->at, "no key \"%s\"; did you mean \"%s\"?",
				sj_quote(key->text, strlen(key->text)).text, near);
	else
		yaml_tree_wrong(t, key->at, "no key \"%s\"; known here: %s",
				sj_quote(key->text, strlen(key->text)).text, known);
}

static const struct yaml_key *find_key(const struct yaml_key *table, const char *name)
{
	while (table->name != NULL && strcmp(table->name, name) != 0)
		table++;
	return table->name != NULL ? table : NULL;
}

static void bind_pair(struct yaml_tree *t, const struct yaml_value *key,
		      const struct yaml_key *table, void *object, uint64_t *seen)
{
	const struct yaml_key *k;

	if (yaml_tree_full(t)) { /* a hostile file has many: suggestions cost time */
		yaml_tree_wrong(t, key->at, "and so on");
		return;
	}
	if (key->kind != YAML_TEXT) {
		if (key->kind != YAML_BROKEN)
			yaml_tree_wrong(t, key->at, "a key must be a word");
		return;
	}
	k = find_key(table, key->text);
	if (k == NULL) {
		unknown_key(t, key, table);
	} else if ((*seen >> (k - table) & 1) != 0) {
		yaml_tree_wrong(t, key->at, "%s: the key is given twice", k->name);
	} else {
		*seen |= UINT64_C(1) << (k - table);
		yaml_bind_value(t, key->next, k, object);
	}
}

void yaml_bind(struct yaml_tree *t, const struct yaml_value *v, const struct yaml_key *table,
	       void *object)
{
	char known[512];
	uint64_t seen = 0;

	if (v == NULL || v->kind == YAML_BROKEN)
		return;
	if (v->kind != YAML_MAP) {
		list_keys(table, known, sizeof(known));
		yaml_tree_wrong(t, v->at, "%s; expected a mapping with the keys %s",
				is_null(v) ? "the file is empty" :
				v->kind == YAML_LIST ? "a list" : "a text", known);
		return;
	}
	memcpy(object, &v->at, sizeof(v->at));
	for (const struct yaml_value *key = v->first; key != NULL && key->next != NULL;
	     key = key->next->next)
		bind_pair(t, key, table, object, &seen);
	for (const struct yaml_key *k = table; k->name != NULL; k++)
		if (k->must && (seen >> (k - table) & 1) == 0)
			yaml_tree_wrong(t, v->at, "%s is missing: %s", k->name, k->help);
}
