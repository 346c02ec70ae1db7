/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * yaml_tree.c - from libyaml's events to a bounded tree. See yaml_tree.h.
 *
 * Syntax errors end the reading, since nothing behind one can be trusted; all
 * else is collected.
 */
#include "config/yaml_tree.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "units.h"

#define BLOCK_SIZE ((size_t)64 << 10)

struct block {
	struct block *next;
	size_t        used, size;
	max_align_t   bytes[];
};

struct yaml_tree {
	struct wrongs     *wrongs;
	struct block      *blocks;
	bool               no_memory;
	struct yaml_value *root;
	bool               whole; /* read to its end */
};

/* The text being read. */
struct reading {
	struct yaml_tree  *tree;
	const char        *bytes;
	size_t             size;
	struct yaml_value *open[YAML_TREE_DEPTH_MAX]; /* lists and mappings around */
	struct yaml_value *last[YAML_TREE_DEPTH_MAX]; /* newest child of each */
	uint32_t           depth, values, documents;
};

/* ---- memory ---------------------------------------------------------------- */

void *yaml_tree_take(struct yaml_tree *t, size_t size)
{
	struct block *b = t->blocks;
	void *at;

	size = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
	if (b == NULL || b->size - b->used < size) {
		size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;

		b = calloc(1, sizeof(*b) + room);
		if (b == NULL) {
			t->no_memory = true;
			return NULL;
		}
		b->size = room;
		b->next = t->blocks;
		t->blocks = b;
	}
	at = (char *)b->bytes + b->used;
	b->used += size;
	return at;
}

int yaml_tree_state(const struct yaml_tree *t)
{
	return t->no_memory ? SJ_ENOMEM : SJ_OK;
}

static const char *keep(struct yaml_tree *t, const char *text, size_t n)
{
	char *copy = yaml_tree_take(t, n + 1);

	if (copy != NULL)
		memcpy(copy, text, n);
	return copy;
}

void yaml_tree_free(struct yaml_tree *t)
{
	if (t == NULL)
		return;
	while (t->blocks != NULL) {
		struct block *next = t->blocks->next;

		free(t->blocks);
		t->blocks = next;
	}
	free(t);
}

/* ---- what is wrong --------------------------------------------------------- */

bool yaml_tree_full(const struct yaml_tree *t)
{
	return wrongs_full(t->wrongs);
}

void yaml_tree_wrong(struct yaml_tree *t, struct text_mark at, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	wrongs_addv(t->wrongs, at, fmt, args);
	va_end(args);
}

/* ---- bytes ------------------------------------------------------------------ */

/* Length of the UTF-8 sequence at s (n bytes left), 0 when it is none (RFC 3629). */
static size_t utf8_length(const unsigned char *s, size_t n)
{
	size_t want = s[0] < 0x80 ? 1 : s[0] >= 0xC2 && s[0] <= 0xDF ? 2 :
		      s[0] >= 0xE0 && s[0] <= 0xEF ? 3 : s[0] >= 0xF0 && s[0] <= 0xF4 ? 4 : 0;

	if (want == 0 || want > n)
		return 0;
	for (size_t i = 1; i < want; i++)
		if ((s[i] & 0xC0) != 0x80)
			return 0;
	if ((s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xED && s[1] > 0x9F) ||
	    (s[0] == 0xF0 && s[1] < 0x90) || (s[0] == 0xF4 && s[1] > 0x8F))
		return 0;
	return want;
}

/* Where the byte at `offset` of valid UTF-8 stands. */
static struct text_mark mark_of(const char *bytes, size_t offset)
{
	struct text_mark at = { 1, 1 };

	for (size_t i = 0; i < offset; i++) {
		if (bytes[i] == '\n')
			at = (struct text_mark){ at.line + 1, 1 };
		else
			at.col += ((unsigned char)bytes[i] & 0xC0) != 0x80;
	}
	return at;
}

/* The byte at a mark, '\0' beyond the end. */
static char byte_at(const struct reading *r, struct text_mark at)
{
	struct text_mark m = { 1, 1 };

	for (size_t i = 0; i < r->size; i++) {
		if (m.line == at.line && m.col == at.col)
			return r->bytes[i];
		if (r->bytes[i] == '\n')
			m = (struct text_mark){ m.line + 1, 1 };
		else if (i + 1 < r->size)
			m.col += ((unsigned char)r->bytes[i + 1] & 0xC0) != 0x80;
	}
	return '\0';
}

static bool bytes_fit(struct reading *r)
{
	const struct text_mark begin = { 1, 1 };
	const unsigned char *s = (const unsigned char *)r->bytes;

	if (r->size > YAML_TREE_BYTES_MAX) {
		yaml_tree_wrong(r->tree, begin, "the file is larger than %d MiB",
				YAML_TREE_BYTES_MAX >> 20);
		return false;
	}
	if (r->size >= 2 && ((s[0] == 0xFF && s[1] == 0xFE) || (s[0] == 0xFE && s[1] == 0xFF))) {
		yaml_tree_wrong(r->tree, begin, "the text is UTF-16 or UTF-32; expected UTF-8");
		return false;
	}
	if (r->size >= 3 && memcmp(s, "\xEF\xBB\xBF", 3) == 0) {
		r->bytes += 3;
		r->size -= 3;
		s += 3;
	}
	for (size_t i = 0, n; i < r->size; i += n) {
		n = utf8_length(s + i, r->size - i);
		if (n == 0) {
			yaml_tree_wrong(r->tree, mark_of(r->bytes, i),
					"byte 0x%02X is not UTF-8; save the file as UTF-8", s[i]);
			return false;
		}
		if ((s[i] < ' ' && strchr("\t\r\n", s[i]) == NULL) || s[i] == 127 || s[i] == 0) {
			yaml_tree_wrong(r->tree, mark_of(r->bytes, i),
					"a control character (0x%02X); expected plain text", s[i]);
			return false;
		}
	}
	return true;
}

/* ---- from events to values -------------------------------------------------- */

static struct text_mark mark_from(yaml_mark_t m)
{
	return (struct text_mark){ (uint32_t)m.line + 1, (uint32_t)m.column + 1 };
}

/* Hangs a new value below the innermost open one. NULL: stop reading. */
static struct yaml_value *add(struct reading *r, enum yaml_kind kind, struct text_mark at)
{
	struct yaml_value *v;

	if (r->values++ == YAML_TREE_VALUES_MAX) {
		yaml_tree_wrong(r->tree, at, "more than %d values in one file",
				YAML_TREE_VALUES_MAX);
		return NULL;
	}
	v = yaml_tree_take(r->tree, sizeof(*v));
	if (v == NULL)
		return NULL;
	v->kind = kind;
	v->at = at;
	if (r->depth == 0) {
		r->tree->root = v;
		return v;
	}
	if (r->last[r->depth - 1] == NULL)
		r->open[r->depth - 1]->first = v;
	else
		r->last[r->depth - 1]->next = v;
	r->last[r->depth - 1] = v;
	r->open[r->depth - 1]->count++;
	return v;
}

static void refuse_extras(struct reading *r, struct text_mark at, const yaml_char_t *anchor,
			  const yaml_char_t *tag)
{
	const char *a = (const char *)anchor, *g = (const char *)tag;

	if (a != NULL)
		yaml_tree_wrong(r->tree, at, "an anchor (&%s): anchors and aliases are not "
				"understood; write values out", sj_quote(a, strlen(a)).text);
	if (g != NULL)
		yaml_tree_wrong(r->tree, at, "a tag (%s): tags are not understood; leave it out",
				sj_quote(g, strlen(g)).text);
}

static bool open_value(struct reading *r, enum yaml_kind kind, struct text_mark at)
{
	struct yaml_value *v = add(r, kind, at);

	if (v == NULL)
		return false;
	if (r->depth == YAML_TREE_DEPTH_MAX) {
		yaml_tree_wrong(r->tree, at, "nested more than %d deep", YAML_TREE_DEPTH_MAX);
		return false;
	}
	r->open[r->depth] = v;
	r->last[r->depth++] = NULL;
	return true;
}

static bool add_text(struct reading *r, const yaml_event_t *e, struct text_mark at)
{
	const char *s = (const char *)e->data.scalar.value;
	size_t n = e->data.scalar.length;
	struct yaml_value *v = add(r, YAML_TEXT, at);

	if (v == NULL)
		return false;
	v->quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	if (memchr(s, '\0', n) != NULL) {
		yaml_tree_wrong(r->tree, at, "a text with a NUL character in it");
		v->kind = YAML_BROKEN;
		return true;
	}
	v->text = keep(r->tree, s, n);
	return v->text != NULL;
}

/* True: go on. */
static bool take_event(struct reading *r, const yaml_event_t *e)
{
	struct text_mark at = mark_from(e->start_mark);

	switch (e->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (r->documents++ == 0)
			return true;
		yaml_tree_wrong(r->tree, at, "a second document begins here; expected one");
		return false;
	case YAML_ALIAS_EVENT: {
		const char *name = (const char *)e->data.alias.anchor;

		yaml_tree_wrong(r->tree, at, "an alias (*%s): anchors and aliases are not "
				"understood; write values out", sj_quote(name, strlen(name)).text);
		return add(r, YAML_BROKEN, at) != NULL;
	}
	case YAML_SCALAR_EVENT:
		refuse_extras(r, at, e->data.scalar.anchor, e->data.scalar.tag);
		return add_text(r, e, at);
	case YAML_SEQUENCE_START_EVENT:
		refuse_extras(r, at, e->data.sequence_start.anchor, e->data.sequence_start.tag);
		return open_value(r, YAML_LIST, at);
	case YAML_MAPPING_START_EVENT:
		refuse_extras(r, at, e->data.mapping_start.anchor, e->data.mapping_start.tag);
		return open_value(r, YAML_MAP, at);
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		r->depth--;
		return true;
	case YAML_STREAM_END_EVENT:
		return false;
	default:
		return true;
	}
}

/* ---- libyaml's own complaints ------------------------------------------------ */

static void say_syntax(struct reading *r, const yaml_parser_t *p)
{
	const char *problem = p->problem != NULL ? p->problem : "not YAML";
	struct text_mark at = mark_from(p->problem_mark);

	if (p->error == YAML_MEMORY_ERROR) {
		r->tree->no_memory = true;
		return;
	}
	if (p->error == YAML_READER_ERROR) {
		size_t offset = p->problem_offset < r->size ? p->problem_offset : r->size;

		yaml_tree_wrong(r->tree, mark_of(r->bytes, offset), "%s", problem);
		return;
	}
	if (byte_at(r, at) == '\t')
		yaml_tree_wrong(r->tree, at, "a tab where YAML wants blanks; indent with blanks");
	else if (p->context != NULL && p->context_mark.line != p->problem_mark.line)
		yaml_tree_wrong(r->tree, at, "%s (%s that begins in line %zu)", problem,
				p->context, p->context_mark.line + 1);
	else if (p->context != NULL)
		yaml_tree_wrong(r->tree, at, "%s (%s)", problem, p->context);
	else
		yaml_tree_wrong(r->tree, at, "%s", problem);
}

static void read_events(struct reading *r)
{
	yaml_parser_t parser;
	yaml_event_t event;
	bool more = true;

	if (!yaml_parser_initialize(&parser)) {
		r->tree->no_memory = true;
		return;
	}
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)r->bytes, r->size);
	while (more) {
		if (!yaml_parser_parse(&parser, &event)) {
			say_syntax(r, &parser);
			r->documents++;
			break;
		}
		r->tree->whole = event.type == YAML_STREAM_END_EVENT;
		more = take_event(r, &event);
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	if (r->documents == 0)
		yaml_tree_wrong(r->tree, (struct text_mark){ 1, 1 }, "the file is empty");
}

int yaml_tree_parse(struct wrongs *wrongs, const char *bytes, size_t size,
		    struct yaml_tree **out, sj_error *err)
{
	struct yaml_tree *t = calloc(1, sizeof(*t));
	struct reading r = { .tree = t, .bytes = bytes, .size = size };

	*out = NULL;
	if (t != NULL)
		t->wrongs = wrongs;
	if (t != NULL && bytes_fit(&r))
		read_events(&r);
	if (t == NULL || t->no_memory) {
		yaml_tree_free(t);
		return sj_fail(err, SJ_ENOMEM, "no memory to read a file");
	}
	*out = t;
	return SJ_OK;
}

const struct yaml_value *yaml_tree_root(const struct yaml_tree *t)
{
	return t->whole ? t->root : NULL;
}
