/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * platform.h - a machine in YAML or JSON: node types of different kinds, GPU models,
 * racks and sites by name. docs/CLUSTER.md tells every key.
 */
#ifndef PLATFORM_H
#define PLATFORM_H

#include <stdio.h>

#include "config/cluster.h"
#include "config/wrongs.h"

/*
 * The machine that `bytes` describe; `name` stands in messages. With `wrongs` not
 * NULL all that is wrong with it is left there, for wrongs_free(); NULL: no memory.
 * SJ_OK      *out is filled
 * SJ_EPARSE  *err has the first error and says how many more there are
 * SJ_ENOMEM
 */
int platform_parse(const char *name, const char *bytes, size_t size, struct cluster *out,
		   struct wrongs **wrongs, sj_error *err);
/* The same from a file, which may be packed; "-" is standard input. Also SJ_ENOENT, SJ_EIO. */
int platform_read(const char *path, struct cluster *out, struct wrongs **wrongs,
		  sj_error *err);

/* One line of JSON that platform_parse() understands. malloc'd; NULL: no memory. */
char *platform_text(const struct cluster *c);
/* The inline notation allows any text as a name, a file does not. SJ_OK or SJ_EUSAGE. */
int   platform_writable(const struct cluster *c, sj_error *err);
/* The same as YAML with comments. Errors stay with the stream. */
void  platform_write(FILE *to, const struct cluster *c);

#endif
