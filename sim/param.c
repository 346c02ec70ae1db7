/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * param.c - parameters by table: defaults, `key=value,...`, range checks, and the
 * canonical spec. The notation is described in sojourn/param.h; quantities with
 * units are units.c.
 */
#include "sojourn/param.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "units.h"

#define VALUE_MAX 512 /* text of anything but a string */
#define WHO_MAX   160
#define NAMES_MAX 64  /* of the names that a suggestion looks at */

/* One `key=value` of the args; key_len 0 for a value alone. */
struct item {
	const char *key, *value;
	size_t      key_len, value_len;
};

struct binding {
	const char     *who;
	const sj_param *table;
	void           *object;
	sj_alloc_fn    *alloc;
	void           *alloc_ctx;
	sj_error       *err;
};

/* ---- items ------------------------------------------------------------------ */

/* Length of the first item of `s`: up to a comma outside parentheses. */
static size_t item_length(const char *s, const char **equals, bool *balanced)
{
	size_t i, depth = 0;

	*equals = NULL;
	*balanced = true;
	for (i = 0; s[i] != '\0' && (s[i] != ',' || depth > 0); i++) {
		if (s[i] == '(')
			depth++;
		else if (s[i] == ')' && depth-- == 0)
			break;
		else if (s[i] == '=' && depth == 0 && *equals == NULL)
			*equals = s + i;
	}
	*balanced = depth == 0;
	return i;
}

/* Takes off one pair of parentheses when it encloses the whole value. */
static void strip_parentheses(const char **s, size_t *n)
{
	size_t depth = 0;

	if (*n < 2 || (*s)[0] != '(')
		return;
	for (size_t i = 0; i < *n; i++) {
		depth += (*s)[i] == '(';
		depth -= (*s)[i] == ')';
		if (depth == 0 && i + 1 < *n)
			return; /* "(a)(b)" */
	}
	++*s;
	*n -= 2;
}

static int item_read(const struct binding *b, const char **s, struct item *it)
{
	const char *equals;
	bool balanced;
	size_t n = item_length(*s, &equals, &balanced);

	if (!balanced)
		return sj_fail(b->err, SJ_EUSAGE, "%s: unbalanced parentheses in \"%s\"", b->who,
			       sj_quote(*s, strlen(*s)).text);
	if (n == 0)
		return sj_fail(b->err, SJ_EUSAGE, "%s: an empty parameter; expected key=value", b->who);
	it->key = *s;
	it->key_len = equals != NULL ? (size_t)(equals - *s) : 0;
	it->value = equals != NULL ? equals + 1 : *s;
	it->value_len = n - (size_t)(it->value - *s);
	strip_parentheses(&it->value, &it->value_len);
	if (equals != NULL && it->key_len == 0)
		return sj_fail(b->err, SJ_EUSAGE, "%s: \"%s\" has no name before \"=\"", b->who,
			       sj_quote(*s, n).text);
	*s += n;
	if (**s == ',' && (*s)[1] == '\0')
		return sj_fail(b->err, SJ_EUSAGE, "%s: nothing follows the last comma", b->who);
	*s += **s == ',';
	return SJ_OK;
}

static int unknown_key(const struct binding *b, const struct item *it)
{
	const char *names[NAMES_MAX], *near;
	sj_quoted key = sj_quote(it->key, it->key_len);
	char list[512] = "";
	size_t n = 0, used = 0;

	for (const sj_param *p = b->table; p != NULL && p->name != NULL; p++) {
		if (n < NAMES_MAX)
			names[n++] = p->name;
		if (used < sizeof(list))
			used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s",
						 used > 0 ? ", " : "", p->name);
	}
	if (n == 0)
		return sj_fail(b->err, SJ_EUSAGE, "%s: it has no parameters, but was given \"%s\"",
			       b->who, key.text);
	if (strcspn(key.text, "<>!*+/^ ") != strlen(key.text))
		return sj_fail(b->err, SJ_EUSAGE,
			       "%s: \"%s\" is not the name of a parameter; a value with \"=\" in it "
			       "stands in parentheses",
			       b->who, key.text);
	near = sj_nearest(key.text, names, n);
	if (near != NULL)
		return sj_fail(b->err, SJ_EUSAGE, "%s: no parameter \"%s\"; did you mean \"%s\"?",
			       b->who, key.text, near);
	return sj_fail(b->err, SJ_EUSAGE, "%s: no parameter \"%s\"; known are %s", b->who,
		       key.text, list);
}

static bool key_is(const struct item *it, const char *name)
{
	return strlen(name) == it->key_len && strncmp(name, it->key, it->key_len) == 0;
}

static const sj_param *table_find(const struct binding *b, const struct item *it)
{
	const sj_param *p = b->table;

	while (p != NULL && p->name != NULL && !key_is(it, p->name))
		p++;
	return p != NULL && p->name != NULL ? p : NULL;
}

/* ---- values ----------------------------------------------------------------- */

static int check_range(const char *what, const sj_param *p, double v, const char *text,
		       sj_error *err)
{
	char lo[32], hi[32];
	const char *unit = p->type == SJ_P_TIME ? "s" : p->unit != NULL ? p->unit : "";

	if ((p->min == 0 && p->max == 0) || (v >= p->min && v <= p->max))
		return SJ_OK;
	sj_format_double(p->min, lo, sizeof(lo));
	sj_format_double(p->max, hi, sizeof(hi));
	return sj_fail(err, SJ_EUSAGE, "%s: %s is outside %s .. %s%s%s", what,
		       sj_quote(text, strlen(text)).text, lo, hi, *unit ? " " : "", unit);
}

static int parse_bool(const char *what, const char *text, bool *out, sj_error *err)
{
	static const char *const words[] = { "no", "yes", "false", "true", "off", "on", "0", "1" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(text, words[i]) == 0) {
			*out = i % 2 == 1;
			return SJ_OK;
		}
	}
	return sj_fail(err, SJ_EUSAGE, "%s: \"%s\" is neither yes nor no", what,
		       sj_quote(text, strlen(text)).text);
}

static int parse_enum(const char *what, const char *const *choices, const char *text,
		      int *out, sj_error *err)
{
	char list[256] = "";
	size_t n = 0, used = 0;
	const char *near;

	for (; choices[n] != NULL; n++) {
		if (strcmp(choices[n], text) == 0) {
			*out = (int)n;
			return SJ_OK;
		}
		if (used < sizeof(list))
			used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%s",
						 n > 0 ? ", " : "", choices[n]);
	}
	near = sj_nearest(text, choices, n);
	if (near != NULL)
		return sj_fail(err, SJ_EUSAGE, "%s: \"%s\" is not one of %s; did you mean \"%s\"?",
			       what, sj_quote(text, strlen(text)).text, list, near);
	return sj_fail(err, SJ_EUSAGE, "%s: \"%s\" is not one of %s", what,
		       sj_quote(text, strlen(text)).text, list);
}

/* Room for any type but a string; a parsed value that is not yet in the object. */
union value {
	int64_t  i;
	double   d;
	bool     b;
	sj_time  t;
	uint64_t u;
	int      e;
};

size_t sj_param_size(sj_param_type type)
{
	switch (type) {
	case SJ_P_INT:    return sizeof(int64_t);
	case SJ_P_DOUBLE: return sizeof(double);
	case SJ_P_BOOL:   return sizeof(bool);
	case SJ_P_TIME:   return sizeof(sj_time);
	case SJ_P_BYTES:
	case SJ_P_RATE:   return sizeof(uint64_t);
	case SJ_P_ENUM:   return sizeof(int);
	case SJ_P_STRING: return sizeof(const char *);
	}
	return 0;
}

/* Anything but a string. *number is the value in base units, for the range. */
static int parse_value(const char *what, const sj_param *p, const char *text,
		       union value *v, double *number, sj_error *err)
{
	int rc = SJ_OK;

	*number = p->min;
	switch (p->type) {
	case SJ_P_INT:
		rc = sj_parse_int(what, text, &v->i, err);
		*number = rc == SJ_OK ? (double)v->i : 0;
		break;
	case SJ_P_DOUBLE:
		rc = sj_parse_double(what, text, &v->d, err);
		*number = rc == SJ_OK ? v->d : 0;
		break;
	case SJ_P_TIME:
		rc = sj_parse_time(what, text, &v->t, err);
		*number = rc == SJ_OK ? (double)v->t / (double)SJ_NS_PER_S : 0;
		break;
	case SJ_P_BYTES:
		rc = sj_parse_bytes(what, text, &v->u, err);
		*number = rc == SJ_OK ? (double)v->u : 0;
		break;
	case SJ_P_RATE:
		rc = sj_parse_rate(what, text, &v->u, err);
		*number = rc == SJ_OK ? (double)v->u : 0;
		break;
	case SJ_P_BOOL:
		rc = parse_bool(what, text, &v->b, err);
		break;
	case SJ_P_ENUM:
		rc = parse_enum(what, p->choices, text, &v->e, err);
		break;
	case SJ_P_STRING:
		break;
	}
	return rc;
}

static int set_string(const struct binding *b, const sj_param *p, const char *s, size_t n)
{
	char *copy = b->alloc(b->alloc_ctx, n + 1);
	const char *kept = copy;

	memcpy(copy, s, n);
	copy[n] = '\0';
	memcpy((char *)b->object + p->offset, &kept, sizeof(kept));
	return SJ_OK;
}

static int set_value(const struct binding *b, const sj_param *p, const char *s, size_t n)
{
	char what[WHO_MAX], text[VALUE_MAX];
	union value v;
	double number;
	int rc;

	if (p->type == SJ_P_STRING)
		return set_string(b, p, s, n);
	snprintf(what, sizeof(what), "%s: %s", b->who, p->name);
	if (n >= sizeof(text))
		return sj_fail(b->err, SJ_EUSAGE, "%s: \"%s\" is too long for a value", what,
			       sj_quote(s, n).text);
	memcpy(text, s, n);
	text[n] = '\0';
	rc = parse_value(what, p, text, &v, &number, b->err);
	if (rc == SJ_OK)
		rc = check_range(what, p, number, text, b->err);
	if (rc == SJ_OK)
		memcpy((char *)b->object + p->offset, &v, sj_param_size(p->type));
	return rc;
}

/* ---- binding ------------------------------------------------------------------ */

static int set_default(const struct binding *b, const sj_param *p)
{
	const char *s = p->def;
	size_t n = strlen(s);

	strip_parentheses(&s, &n);
	return set_value(b, p, s, n);
}

/* Was the key of the item that begins at `until` given before it? There are at
 * most as many items before it as the table has rows. */
static bool given_before(const struct binding *b, const char *args, const char *until,
			 const struct item *it)
{
	struct item earlier;

	while (args < until && item_read(b, &args, &earlier) == SJ_OK) {
		if (earlier.key_len == it->key_len &&
		    strncmp(earlier.key, it->key, it->key_len) == 0)
			return true;
	}
	return false;
}

static int bind_item(const struct binding *b, const char *args, const char *begin,
		     const char *end, const struct item *it)
{
	const sj_param *p;

	if (it->key_len == 0) {
		if (begin != args || *end != '\0')
			return sj_fail(b->err, SJ_EUSAGE, "%s: \"%s\" has no \"=\"; expected key=value",
				       b->who, sj_quote(it->value, it->value_len).text);
		if (b->table == NULL || b->table->name == NULL)
			return sj_fail(b->err, SJ_EUSAGE, "%s: it has no parameters, but was given \"%s\"",
				       b->who, sj_quote(it->value, it->value_len).text);
		return set_value(b, b->table, it->value, it->value_len);
	}
	p = table_find(b, it);
	if (p == NULL)
		return unknown_key(b, it);
	if (given_before(b, args, begin, it))
		return sj_fail(b->err, SJ_EUSAGE, "%s: %s is given twice", b->who, p->name);
	return set_value(b, p, it->value, it->value_len);
}

static bool was_given(const struct binding *b, const char *args, const sj_param *p)
{
	struct item it;

	while (*args != '\0' && item_read(b, &args, &it) == SJ_OK) {
		if (it.key_len == 0 ? p == b->table : key_is(&it, p->name))
			return true;
	}
	return false;
}

int sj_params_bind(const char *who, const sj_param *table, const char *args, void *object,
		   sj_alloc_fn *alloc, void *alloc_ctx, sj_error *err)
{
	const struct binding b = { who, table, object, alloc, alloc_ctx, err };
	const char *s = args = args != NULL ? args : "";
	struct item it;
	int rc;

	for (const sj_param *p = table; p != NULL && p->name != NULL; p++) {
		rc = p->def != NULL ? set_default(&b, p) : SJ_OK;
		if (rc != SJ_OK)
			return rc;
	}
	while (*s != '\0') {
		const char *begin = s;

		rc = item_read(&b, &s, &it);
		if (rc == SJ_OK)
			rc = bind_item(&b, args, begin, s, &it);
		if (rc != SJ_OK)
			return rc;
	}
	for (const sj_param *p = table; p != NULL && p->name != NULL; p++)
		if (p->def == NULL && !was_given(&b, args, p))
			return sj_fail(err, SJ_EUSAGE, "%s: parameter %s must be given: %s", who,
				       p->name, p->help != NULL ? p->help : "it has no default");
	return SJ_OK;
}

/* ---- the canonical spec --------------------------------------------------------- */

/* Appends like snprintf, counting what did not fit. */
struct writer {
	char  *buf;
	size_t size, used;
};

static void put(struct writer *w, const char *s)
{
	for (; *s != '\0'; s++, w->used++)
		if (w->used + 1 < w->size)
			w->buf[w->used] = *s;
}

static bool is_default(const sj_param *p, const void *field)
{
	union value v;
	double number;
	const char *s = p->def;
	size_t n;

	if (s == NULL)
		return false;
	n = strlen(s);
	if (p->type == SJ_P_STRING) {
		const char *have = *(const char *const *)field;

		strip_parentheses(&s, &n);
		have = have != NULL ? have : "";
		return strlen(have) == n && memcmp(have, s, n) == 0;
	}
	memset(&v, 0, sizeof(v));
	if (parse_value("", p, s, &v, &number, NULL) != SJ_OK)
		return false;
	if (p->type == SJ_P_DOUBLE)
		return v.d == *(const double *)field;
	return memcmp(&v, field, sj_param_size(p->type)) == 0;
}

static void put_string(struct writer *w, const char *s)
{
	bool wrap = *s == '\0' || strpbrk(s, ",:() ") != NULL;

	put(w, wrap ? "(" : "");
	put(w, s);
	put(w, wrap ? ")" : "");
}

static void put_value(struct writer *w, const sj_param *p, const void *field)
{
	char text[64];
	const char *s = text;

	switch (p->type) {
	case SJ_P_INT:
		snprintf(text, sizeof(text), "%lld", (long long)*(const int64_t *)field);
		break;
	case SJ_P_DOUBLE:
		sj_format_double(*(const double *)field, text, sizeof(text));
		break;
	case SJ_P_BOOL:
		s = *(const bool *)field ? "yes" : "no";
		break;
	case SJ_P_TIME:
		sj_format_time(*(const sj_time *)field, text, sizeof(text));
		break;
	case SJ_P_BYTES:
		sj_format_bytes(*(const uint64_t *)field, text, sizeof(text));
		break;
	case SJ_P_RATE:
		sj_format_rate(*(const uint64_t *)field, text, sizeof(text));
		break;
	case SJ_P_ENUM:
		s = p->choices[*(const int *)field];
		break;
	case SJ_P_STRING:
		s = *(const char *const *)field;
		put_string(w, s != NULL ? s : "");
		return;
	}
	put(w, s);
}

size_t sj_params_canonical(const char *name, const sj_param *table, const void *object,
			   char *buf, size_t size)
{
	struct writer w = { buf, size, 0 };
	const char *before = ":";

	put(&w, name);
	for (const sj_param *p = table; p != NULL && p->name != NULL; p++) {
		const void *field = (const char *)object + p->offset;

		if (is_default(p, field))
			continue;
		put(&w, before);
		put(&w, p->name);
		put(&w, "=");
		put_value(&w, p, field);
		before = ",";
	}
	if (size > 0)
		buf[w.used < size ? w.used : size - 1] = '\0';
	return w.used;
}
