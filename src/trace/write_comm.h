/* SPDX-License-Identifier: GPL-3.0-or-later */
/* write_comm.h - communication of tasks in the native format. */
#ifndef TRACE_WRITE_COMM_H
#define TRACE_WRITE_COMM_H

#include <stdio.h>

#include "sojourn/workload.h"

/* Writes a rank or a place of `source`. */
typedef void write_place_fn(FILE *to, const sj_source *source, uint32_t place);

/* As a list of phases. */
void write_comm(FILE *to, const sj_comm *c, write_place_fn *place, const sj_source *source);

#endif
