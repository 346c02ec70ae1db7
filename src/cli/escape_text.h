/* SPDX-License-Identifier: GPL-3.0-or-later */
/* escape_text.h - a text or number as one field of CSV, Markdown, LaTeX or JSON. */
#ifndef ESCAPE_TEXT_H
#define ESCAPE_TEXT_H

#include <stdio.h>

/* RFC 4180: in quotes when it holds a comma, a quote or a line break. */
void escape_csv(FILE *to, const char *s);
/* A cell of a pipe table. */
void escape_markdown(FILE *to, const char *s);
/* The ten special characters, and < > | which old font encodings lack. */
void escape_latex(FILE *to, const char *s);
/* With its quotes; bytes that are no UTF-8 become U+FFFD. */
void escape_json(FILE *to, const char *s);
/* The shortest exact decimal; null when it is no finite number. */
void escape_json_number(FILE *to, double v);

#endif
