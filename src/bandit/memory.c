/* SPDX-License-Identifier: GPL-3.0-or-later */
/* memory.c - see memory.h. */
#include "bandit/memory.h"

#include <stdlib.h>

#include "arena.h"
#include "cli/cli.h"

void *bandit_memory(void *arena, size_t size)
{
	void *p = sj_arena_alloc(arena, size);

	if (p == NULL) {
		say("out of memory");
		exit(sj_err_exit_status(SJ_ENOMEM));
	}
	return p;
}
