/* SPDX-License-Identifier: GPL-3.0-or-later */
/* folder.c - see folder.h. */
#include "input/folder.h"

#include <string.h>

const char *path_folder(const char *path, size_t *length)
{
	const char *end = strrchr(path, '/'), *begin = end;

	*length = 1;
	if (end == NULL)
		return ".";
	while (begin > path && begin[-1] != '/')
		begin--;
	*length = (size_t)(end - begin);
	return begin;
}
