/* SPDX-License-Identifier: GPL-3.0-or-later */
/* xml.c - see xml.h. */
#include "xml.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define DEPTH_MAX 64u
#define BLOCK     65536

int xml_fail(struct xml *x, const char *fmt, ...)
{
	char what[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	return sj_fail(x->err, SJ_EPARSE, "%s:%llu: %s", x->name,
		       (unsigned long long)XML_GetCurrentLineNumber(x->parser), what);
}

const char *xml_attribute(const char **attributes, const char *name)
{
	for (; attributes[0] != NULL; attributes += 2)
		if (strcmp(attributes[0], name) == 0)
			return attributes[1];
	return NULL;
}

int xml_sniff(const char *bytes, size_t size, const char *element)
{
	size_t n = strlen(element);

	for (size_t i = 0; i + n < size; i++)
		if (bytes[i] == '<' && memcmp(bytes + i + 1, element, n) == 0)
			return 95;
	return 0;
}

static void stop(struct xml *x, int rc)
{
	if (x->rc == SJ_OK)
		x->rc = rc;
	XML_StopParser(x->parser, XML_FALSE);
}

static void on_begin(void *data, const char *element, const char **attributes)
{
	struct xml *x = data;
	int rc;

	if (x->rc != SJ_OK)
		return;
	x->line = XML_GetCurrentLineNumber(x->parser);
	x->text_size = 0;
	rc = ++x->depth > DEPTH_MAX ? xml_fail(x, "elements more than %u deep", DEPTH_MAX) :
				      x->handler->begin(x, x->self, element, attributes);
	if (rc != SJ_OK)
		stop(x, rc);
}

static void on_end(void *data, const char *element)
{
	struct xml *x = data;
	int rc;

	if (x->rc != SJ_OK)
		return;
	x->depth--;
	x->line = XML_GetCurrentLineNumber(x->parser);
	x->text[x->text_size] = '\0';
	x->text_size = 0;
	rc = x->handler->end != NULL ? x->handler->end(x, x->self, element, x->text) : SJ_OK;
	if (rc != SJ_OK)
		stop(x, rc);
}

/* Longer texts than the buffer are not values anybody asks for: the rest goes. */
static void on_text(void *data, const char *text, int size)
{
	struct xml *x = data;
	size_t room = sizeof(x->text) - 1 - x->text_size;
	size_t n = (size_t)size < room ? (size_t)size : room;

	memcpy(x->text + x->text_size, text, n);
	x->text_size += n;
}

static void on_entity(void *data, const XML_Char *entity, int is_parameter,
		      const XML_Char *value, int value_length, const XML_Char *base,
		      const XML_Char *system, const XML_Char *public, const XML_Char *notation)
{
	struct xml *x = data;

	(void)is_parameter;
	(void)value;
	(void)value_length;
	(void)base;
	(void)system;
	(void)public;
	(void)notation;
	stop(x, xml_fail(x, "it defines the entity \"%.40s\"; documents with entities of their "
			 "own are not read", entity));
}

static int feed(struct xml *x, sj_input *in)
{
	ptrdiff_t got;

	do {
		void *buffer = XML_GetBuffer(x->parser, BLOCK);

		if (buffer == NULL)
			return sj_fail(x->err, SJ_ENOMEM, "%s: no memory to read it", x->name);
		got = in->read(in, buffer, BLOCK, x->err);
		if (got < 0)
			return (int)got;
		if (XML_ParseBuffer(x->parser, (int)got, got == 0) == XML_STATUS_ERROR)
			return x->rc != SJ_OK ? x->rc :
			       xml_fail(x, "not well-formed XML: %s",
					XML_ErrorString(XML_GetErrorCode(x->parser)));
	} while (got > 0);
	return x->rc;
}

int xml_read(sj_input *in, const struct xml_handler *handler, void *self, uint64_t *lines,
	     sj_error *err)
{
	struct xml x = { .name = in->name, .handler = handler, .self = self, .err = err };
	int rc;

	x.parser = XML_ParserCreate(NULL);
	if (x.parser == NULL)
		return sj_fail(err, SJ_ENOMEM, "%s: no memory to read it", in->name);
	XML_SetUserData(x.parser, &x);
	XML_SetElementHandler(x.parser, on_begin, on_end);
	XML_SetCharacterDataHandler(x.parser, on_text);
	XML_SetEntityDeclHandler(x.parser, on_entity);
	rc = feed(&x, in);
	*lines = XML_GetCurrentLineNumber(x.parser) - 1;
	XML_ParserFree(x.parser);
	return rc;
}
