/* SPDX-License-Identifier: GPL-3.0-or-later */
/* memory.h - memory of learners outside of runs. */
#ifndef BANDIT_MEMORY_H
#define BANDIT_MEMORY_H

#include <stddef.h>

/* Zeroed, from a struct sj_arena; without any more the program ends with a sentence: an
 * sj_alloc_fn must not fail. */
void *bandit_memory(void *arena, size_t size);

#endif
