/* SPDX-License-Identifier: GPL-3.0-or-later */
/* platform_file.c - cluster files: their bytes, packed or not. */
#include <stdlib.h>
#include <string.h>

#include "config/platform.h"
#include "config/yaml_tree.h"
#include "input/input.h"

/* One byte more than is allowed is enough to tell that there are more. */
static int read_bytes(sj_input *in, char *buf, size_t size, size_t *used, sj_error *err)
{
	*used = 0;
	while (*used < size) {
		ptrdiff_t n = in->read(in, buf + *used, size - *used, err);

		if (n < 0)
			return (int)n;
		if (n == 0)
			break;
		*used += (size_t)n;
	}
	return SJ_OK;
}

int platform_read(const char *path, struct cluster *out, struct wrongs **wrongs,
		  sj_error *err)
{
	size_t room = (size_t)YAML_TREE_BYTES_MAX + 1, used;
	char *buf = malloc(room);
	sj_input *in = NULL;
	int rc;

	*out = (struct cluster){ .text = NULL };
	if (wrongs != NULL)
		*wrongs = NULL;
	if (buf == NULL)
		return sj_fail(err, SJ_ENOMEM, "%s: no memory to read it", path);
	rc = input_open(path, 0, &in, err);
	if (rc == SJ_OK)
		rc = read_bytes(in, buf, room, &used, err);
	if (rc == SJ_OK)
		rc = platform_parse(in->name, buf, used, out, wrongs, err);
	input_close(in);
	free(buf);
	return rc;
}
