/* SPDX-License-Identifier: GPL-3.0-or-later */
/* trace.h - the subcommands of `sojourn trace`; each a command_fn of its own. */
#ifndef TRACE_H
#define TRACE_H

#include "cli/cli.h"

command_fn trace_info, trace_check, trace_convert, trace_cut, trace_shake, trace_resample,
	trace_elastic, trace_draw;

#endif
