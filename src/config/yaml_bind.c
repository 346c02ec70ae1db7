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
	[YAML_BYTES] = "a size with its unit, as in 256GiB",
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
		if (k->type != YAML_NOT_YET && used < size)
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

static void wrong_type(struct yaml_tree *t, const struct yaml_value *v, const char *what,
		       enum yaml_type type)
{
	if (is_null(v))
		yaml_tree_wrong(t, v->at, "%s: has no value; expected %s", what, expected[type]);
	else if (v->kind == YAML_TEXT)
		yaml_tree_wrong(t, v->at, "%s: \"%s\" is not what belongs here; expected %s", what,
				sj_quote(v->text, strlen(v->text)).text, expected[type]);
	else if (v->kind != YAML_BROKEN)
		yaml_tree_wrong(t, v->at, "%s: a %s; expected %s", what,
				v->kind == YAML_LIST ? "list" : "mapping", expected[type]);
}

static bool in_range(struct yaml_tree *t, const struct yaml_value *v, const struct yaml_key *k,
		     double number)
{
	char lo[32], hi[32];

	if ((k->min == 0 && k->max == 0) || (number >= k->min && number <= k->max))
		return true;
	if (k->type == YAML_BYTES) {
		sj_format_bytes((uint64_t)k->min, lo, sizeof(lo));
		sj_format_bytes((uint64_t)k->max, hi, sizeof(hi));
	} else {
		sj_format_double(k->min, lo, sizeof(lo));
		sj_format_double(k->max, hi, sizeof(hi));
	}
	yaml_tree_wrong(t, v->at, "%s: %s is outside %s .. %s", k->name,
			sj_quote(v->text, strlen(v->text)).text, lo, hi);
	return false;
}

static void bind_int(struct yaml_tree *t, const struct yaml_value *v, const struct yaml_key *k,
		     struct yaml_int *field)
{
	sj_error err = { 0 };
	int64_t number;

	if (v->quoted)
		yaml_tree_wrong(t, v->at, "%s: \"%s\" in quotes is a text; expected a whole number",
				k->name, sj_quote(v->text, strlen(v->text)).text);
	else if (sj_parse_int(k->name, v->text, &number, &err) != SJ_OK)
		yaml_tree_wrong(t, v->at, "%s", err.text);
	else if (in_range(t, v, k, (double)number))
		field->v = number;
}

static void bind_bytes(struct yaml_tree *t, const struct yaml_value *v, const struct yaml_key *k,
		       struct yaml_bytes *field)
{
	sj_error err = { 0 };
	uint64_t bytes;

	if (sj_parse_bytes(k->name, v->text, &bytes, &err) != SJ_OK)
		yaml_tree_wrong(t, v->at, "%s", err.text);
	else if (in_range(t, v, k, (double)bytes))
		field->v = bytes;
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
	return v->kind == YAML_TEXT && !is_null(v);
}

static void bind_value(struct yaml_tree *t, const struct yaml_value *v, const struct yaml_key *k,
		       void *object)
{
	void *field = (char *)object + k->offset;
	sj_error err = { 0 };

	memcpy(field, &v->at, sizeof(v->at));
	if (!kind_fits(v, k->type)) {
		wrong_type(t, v, k->name, k->type);
		return;
	}
	switch (k->type) {
	case YAML_INT:   bind_int(t, v, k, field); return;
	case YAML_BYTES: bind_bytes(t, v, k, field); return;
	case YAML_WORD:  ((struct yaml_text *)field)->v = v->text; return;
	case YAML_ONE:   yaml_bind(t, v, k->inner, field); return;
	case YAML_MANY:  bind_many(t, v, k, field); return;
	case YAML_WORDS: bind_words(t, v, k, field); return;
	case YAML_READ:
		if (k->read(k->name, v, field, &err) != SJ_OK)
			yaml_tree_wrong(t, v->at, "%s", err.text);
		return;
	case YAML_NOT_YET:
		return;
	}
}

static void unknown_key(struct yaml_tree *t, const struct yaml_value *key,
			const struct yaml_key *table)
{
	const char *names[KEYS_MAX], *near;
	char known[512];
	size_t n = 0;

	for (const struct yaml_key *k = table; k->name != NULL && n < KEYS_MAX; k++)
		if (k->type != YAML_NOT_YET)
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
	} else if (k->type == YAML_NOT_YET) {
		yaml_tree_wrong(t, key->at, "%s: not modelled yet (%s); leave it out", k->name,
				k->help);
	} else if ((*seen >> (k - table) & 1) != 0) {
		yaml_tree_wrong(t, key->at, "%s: the key is given twice", k->name);
	} else {
		*seen |= UINT64_C(1) << (k - table);
		bind_value(t, key->next, k, object);
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
