/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * xml.h - private to workloads/: a document through expat, element by element, with what
 * makes a hostile one harmless: no entities of its own, bounded depth and text.
 */
#ifndef XML_H
#define XML_H

#include <expat.h>

#include "sojourn/workload.h"

struct xml;
struct xml_handler {
	/* SJ_OK, or an error that ends the parse. attributes: name, value, ..., NULL. */
	int (*begin)(struct xml *x, void *self, const char *element, const char **attributes);
	int (*end)(struct xml *x, void *self, const char *element, const char *text);
};

struct xml {
	const char *name; /* of the document */
	uint64_t    line; /* where the parser is */
	sj_error   *err;
	/* private */
	XML_Parser  parser;
	const struct xml_handler *handler;
	void       *self;
	int         rc;
	unsigned    depth;
	char        text[4096]; /* of the innermost element, so far */
	size_t      text_size;
};

/* SJ_OK; SJ_EPARSE: not well-formed, or with entities; the handler's error; *lines are
 * counted. */
int xml_read(sj_input *in, const struct xml_handler *handler, void *self, uint64_t *lines,
	     sj_error *err);
/* 95 when the first bytes hold "<element", else 0: for sniffing. */
int xml_sniff(const char *bytes, size_t size, const char *element);
/* The value of an attribute, or NULL. */
const char *xml_attribute(const char **attributes, const char *name);
/* "NAME:LINE: ..." ; returns SJ_EPARSE. */
int xml_fail(struct xml *x, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
