/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * swf_line.c - lines and fields of the Standard Workload Format; see swf.h.
 *
 * Nearly every field of every log is a short integer followed by a blank, so
 * that case is parsed in place, without a call; everything else (fractions,
 * exponents, tabs, CRLF, nonsense) goes to the careful parser below it.
 */
#include "sojourn/swf.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "lines.h"

#define LINE_MAX_BYTES ((size_t)1 << 20)
#define TIME_MAX_S     (SJ_TIME_MAX / SJ_NS_PER_S)

struct sj_swf {
	struct lines  lines;
	const char   *at, *end; /* of the current block */
	sj_swf_record rec;
	sj_swf_facts  seen;
	void        (*comment)(void *ctx, const char *text, size_t size);
	void         *comment_ctx;
};

static const char *const field_names[] = {
#define X(id, name) name,
	SJ_SWF_FIELD_LIST(X)
#undef X
};

const char *sj_swf_field_name(sj_swf_field f)
{
	return field_names[f];
}

int sj_swf_create(sj_input *in, sj_swf **out, sj_error *err)
{
	struct sj_swf *s = calloc(1, sizeof(*s));
	int rc;

	if (s == NULL)
		return sj_fail(err, SJ_ENOMEM, "%s: no memory to read it", in->name);
	rc = lines_init(&s->lines, in, LINE_MAX_BYTES, err);
	if (rc != SJ_OK) {
		free(s);
		return rc;
	}
	s->seen.unix_start_s = -1;
	*out = s;
	return SJ_OK;
}

void sj_swf_free(sj_swf *s)
{
	if (s == NULL)
		return;
	lines_fini(&s->lines);
	free(s);
}

const sj_swf_facts *sj_swf_seen(const sj_swf *s)
{
	return &s->seen;
}

void sj_swf_on_comment(sj_swf *s, void (*fn)(void *, const char *, size_t), void *ctx)
{
	s->comment = fn;
	s->comment_ctx = ctx;
}

/* ---- messages ---------------------------------------------------------------- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* The token at p as far as it can be shown: printable, not too long. */
static void quote_token(const char *p, char *out, size_t size)
{
	size_t n = 0;

	while (!is_blank(*p) && *p != '\n' && n < 40 && n + 4 < size) {
		unsigned char c = (unsigned char)*p++;

		out[n++] = c < 0x20 || c > 0x7e ? '?' : (char)c;
	}
	if (!is_blank(*p) && *p != '\n')
		memcpy(out + n, "...", 3), n += 3;
	out[n] = '\0';
}

/* What the whole line looks like, when its first bad token is at p. */
static const char *guess(const char *line, const char *p)
{
	int semicolons = 0, commas = 0;

	for (const char *q = line; *q != '\n'; q++) {
		unsigned char c = (unsigned char)*q;

		if ((c < 0x20 && !is_blank((char)c)) || c == 0x7f)
			return "; the file is not text";
		semicolons += c == ';';
		commas += c == ',';
	}
	if (semicolons >= 8)
		return "; the fields seem to be separated by ';', but SWF separates "
		       "them by blanks and ';' begins a comment";
	if (commas >= 8)
		return "; the fields seem to be separated by ',', but SWF separates "
		       "them by blanks";
	if (*p == '#')
		return "; comments begin with ';' in SWF";
	return "";
}

static int bad_field(const struct sj_swf *s, const char *line, const char *p,
		     int field, const char *what, sj_error *err)
{
	char token[48];

	quote_token(p, token, sizeof(token));
	return sj_fail(err, SJ_EPARSE, "%s:%llu: field %d (%s): \"%s\" %s%s",
		       s->lines.in->name, (unsigned long long)s->seen.lines, field + 1,
		       field_names[field], token, what, guess(line, p));
}

static int short_line(const struct sj_swf *s, const char *line, int fields,
		      sj_error *err)
{
	return sj_fail(err, SJ_EPARSE,
		       "%s:%llu: the line has %d field%s, and SWF has %d; field %d "
		       "(%s) is missing%s", s->lines.in->name,
		       (unsigned long long)s->seen.lines, fields, fields == 1 ? "" : "s",
		       SJ_SWF_FIELDS, fields + 1, field_names[fields],
		       guess(line, line));
}

/* ---- one field, the careful way ------------------------------------------------- */

struct decimal {
	bool     negative;
	uint64_t digits;   /* all of them, without the point */
	int      exponent; /* value = digits * 10^exponent */
};

/* Digits of a decimal; false when they are not a number. Digits beyond the
 * nineteenth cannot matter to a nanosecond and only move the exponent. */
static const char *scan_decimal(const char *p, struct decimal *d)
{
	int point = 0, any = 0, exponent = 0, sign;

	*d = (struct decimal){ .negative = *p == '-' };
	p += *p == '-' || *p == '+';
	for (; (*p >= '0' && *p <= '9') || (*p == '.' && !point); p++) {
		if (*p == '.') {
			point = 1;
			continue;
		}
		any = 1;
		if (d->digits < UINT64_C(1000000000000000000))
			d->digits = d->digits * 10 + (uint64_t)(*p - '0'), d->exponent -= point;
		else
			d->exponent += !point;
	}
	if (!any)
		return NULL;
	if (*p == 'e' || *p == 'E') {
		sign = p[1] == '-' ? -1 : 1;
		p += 1 + (p[1] == '-' || p[1] == '+');
		if (*p < '0' || *p > '9')
			return NULL;
		for (; *p >= '0' && *p <= '9'; p++)
			exponent = exponent < 1000 ? exponent * 10 + (*p - '0') : exponent;
		d->exponent += sign * exponent;
	}
	return is_blank(*p) || *p == '\n' ? p : NULL;
}

/* Whole part and nanoseconds (rounded to nearest); false when too large. */
static bool decimal_split(const struct decimal *d, int64_t *whole, int32_t *nano)
{
	unsigned __int128 v = d->digits; /* in units of 1e-9 */
	int e = d->exponent + 9;
	int64_t w;

	if (d->digits == 0)
		e = 0;
	for (; e > 0; e--) {
		if (v > (unsigned __int128)INT64_MAX * 1000000000u)
			return false;
		v *= 10;
	}
	for (; e < -1 && v != 0; e++)
		v /= 10;
	if (e == -1)
		v = (v + 5) / 10;
	if (v / 1000000000u > INT64_MAX)
		return false;
	w = (int64_t)(v / 1000000000u);
	*whole = d->negative ? -w : w;
	*nano = (int32_t)(v % 1000000000u);
	if (d->negative)
		*nano = -*nano;
	return true;
}

/* Fields that only have to be numbers: nobody computes with them. */
static bool is_informative(int f)
{
	return f == SJ_SWF_CPU || f == SJ_SWF_MEM || f == SJ_SWF_REQ_MEM ||
	       f == SJ_SWF_THINK;
}

/* Parses the token at *p into field f. SJ_OK, or SJ_EPARSE with the sentence. */
static int careful_field(struct sj_swf *s, const char *line, const char **p, int f,
			 sj_error *err)
{
	const char *from = *p, *after;
	struct decimal d;
	int32_t nano;

	after = scan_decimal(from, &d);
	if (after == NULL)
		return bad_field(s, line, from, f, "is not a number", err);
	if (!decimal_split(&d, &s->rec.value[f], &nano)) {
		if (!is_informative(f))
			return bad_field(s, line, from, f, "is out of range", err);
		s->rec.value[f] = d.negative ? INT64_MIN : INT64_MAX;
		nano = 0;
	}
	if (nano != 0) {
		if (!SJ_SWF_IS_TIME(f) && !is_informative(f))
			return bad_field(s, line, from, f, "is not a whole number", err);
		s->rec.fraction |= 1u << f;
		s->rec.nano[f] = nano;
	}
	*p = after;
	return SJ_OK;
}

static int check_times(struct sj_swf *s, const char *line, const char *const *token,
		       sj_error *err)
{
	static const int times[] = { SJ_SWF_SUBMIT, SJ_SWF_WAIT, SJ_SWF_RUN,
				     SJ_SWF_REQ_TIME };

	for (int i = 0; i < 4; i++) {
		int64_t v = s->rec.value[times[i]];

		if (v > TIME_MAX_S || v < -TIME_MAX_S)
			return bad_field(s, line, token[times[i]], times[i],
					 "is out of range (at most 4000000000 s)", err);
	}
	return SJ_OK;
}

/* ---- one record -------------------------------------------------------------------- */

/* Parses the record at `line`; the block's final '\n' stops every loop. */
static int parse_record(struct sj_swf *s, const char *line, const char **next,
			sj_error *err)
{
	const char *token[SJ_SWF_FIELDS];
	const char *p = line;
	int64_t outside = 0;

	s->rec.fraction = 0;
	for (int f = 0; f < SJ_SWF_FIELDS; f++) {
		const char *digits;
		uint64_t v = 0;
		unsigned c;
		bool negative;

		while (*p == ' ')
			p++;
		token[f] = p;
		negative = *p == '-';
		p += negative;
		digits = p;
		while ((c = (unsigned)(unsigned char)*p - '0') < 10) {
			v = v * 10 + c;
			p++;
		}
		if ((*p == ' ' || *p == '\n') && (size_t)(p - digits - 1) < 18) {
			s->rec.value[f] = negative ? -(int64_t)v : (int64_t)v;
			outside |= (int64_t)v;
			continue;
		}
		p = token[f];
		while (is_blank(*p))
			p++;
		token[f] = p;
		if (*p == '\n')
			return short_line(s, line, f, err);
		if (careful_field(s, line, &p, f, err) != SJ_OK)
			return SJ_EPARSE;
		outside = INT64_MAX;
	}
	/* No field has a bit above 2^31: no time can be out of range. */
	if (outside >> 31 != 0 && check_times(s, line, token, err) != SJ_OK)
		return SJ_EPARSE;
	*next = *p == '\n' ? p : memchr(p, '\n', (size_t)(s->end - p));
	return SJ_OK;
}

/* ---- header ------------------------------------------------------------------------- */

/* The number behind "; Key:", or -1. */
static int64_t header_value(const char *text, const char *key)
{
	size_t n = strlen(key);
	int64_t v = 0;

	while (*text == ';' || is_blank(*text))
		text++;
	if (strncasecmp(text, key, n) != 0)
		return -1;
	text += n;
	while (is_blank(*text))
		text++;
	if (*text++ != ':')
		return -1;
	while (is_blank(*text))
		text++;
	if (*text < '0' || *text > '9')
		return -1;
	while (*text >= '0' && *text <= '9' && v < INT64_C(100000000000))
		v = v * 10 + (*text++ - '0');
	return v;
}

/* The first statement of a thing counts. */
static void read_header(struct sj_swf *s, const char *text)
{
	int64_t v;

	v = header_value(text, "MaxProcs");
	if (v > 0 && v <= UINT32_MAX && s->seen.max_procs == 0)
		s->seen.max_procs = (uint32_t)v;
	v = header_value(text, "MaxNodes");
	if (v > 0 && v <= UINT32_MAX && s->seen.max_nodes == 0)
		s->seen.max_nodes = (uint32_t)v;
	v = header_value(text, "UnixStartTime");
	if (v >= 0 && s->seen.unix_start_s < 0)
		s->seen.unix_start_s = v;
}

/* ---- iteration ------------------------------------------------------------------------ */

/* Behind the byte order mark that some editors put before the first line. */
static const char *behind_mark(const struct sj_swf *s, const char *p)
{
	bool mark = s->seen.lines == 0 && s->end - p >= 3 &&
		    memcmp(p, "\xef\xbb\xbf", 3) == 0;

	return mark ? p + 3 : p;
}

/* Passes over a comment or blank line at `p`: its end, or NULL for a record. */
static const char *pass_over(struct sj_swf *s, const char *p)
{
	const char *eol, *text;

	text = behind_mark(s, p);
	while (is_blank(*text))
		text++;
	if (*text != ';' && *text != '\n')
		return NULL;
	eol = memchr(text, '\n', (size_t)(s->end - text));
	s->seen.lines++;
	if (text == eol) {
		s->seen.blanks++;
	} else {
		s->seen.comments++;
		if (s->seen.records == 0)
			read_header(s, text);
		if (s->comment != NULL)
			s->comment(s->comment_ctx, p, (size_t)(eol - p));
	}
	return eol;
}

int sj_swf_next(sj_swf *s, const sj_swf_record **out, sj_error *err)
{
	const char *p, *eol = NULL;
	int rc;

	for (;;) {
		if (s->at == s->end) {
			rc = lines_next(&s->lines, s->seen.lines + 1, &s->at, &s->end,
					err);
			if (rc != SJ_OK)
				return rc;
		}
		p = s->at;
		if ((unsigned char)(*p - '0') > 9) {
			eol = pass_over(s, p);
			if (eol != NULL) {
				s->at = eol + 1;
				continue;
			}
		}
		break;
	}
	p = behind_mark(s, p);
	if (s->seen.records++ == 0)
		s->seen.header_lines = s->seen.lines;
	s->rec.line = ++s->seen.lines;
	rc = parse_record(s, p, &eol, err);
	if (rc != SJ_OK) {
		s->seen.bad++;
		eol = memchr(p, '\n', (size_t)(s->end - p));
	}
	s->at = eol + 1;
	s->rec.text = p;
	s->rec.size = (size_t)(eol - p);
	*out = &s->rec;
	return rc;
}
