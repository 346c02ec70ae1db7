/* SPDX-License-Identifier: GPL-3.0-or-later */
/* write_comm.h - communication of tasks in the native format. */
#ifndef TRACE_WRITE_COMM_H
#define TRACE_WRITE_COMM_H

#include <stdio.h>

#include "sojourn/comm.h"

/* As a list of phases. */
void write_comm(FILE *to, const sj_comm *c);

#endif
