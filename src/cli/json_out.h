/* SPDX-License-Identifier: GPL-3.0-or-later */
/* json_out.h - the one JSON document that a command prints with --json. */
#ifndef JSON_OUT_H
#define JSON_OUT_H

#include <jansson.h>

#include "sojourn/types.h"

/*
 * Prints `doc` on stdout by the flags of json_dumpf(), ends the line, and lets go of
 * the document. NULL is one that could not be made.
 * SJ_OK, SJ_ENOMEM or SJ_EIO
 */
int json_out(json_t *doc, size_t flags, sj_error *err);

#endif
