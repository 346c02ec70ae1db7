/* SPDX-License-Identifier: GPL-3.0-or-later */
/* platform_file.c - cluster files: their bytes, packed or not, and what they begin with. */
#include <stdlib.h>
#include <string.h>

#include "config/platform.h"
#include "config/simgrid.h"
#include "config/wfmachines.h"
#include "config/yaml_tree.h"
#include "input/input.h"

/* One byte more than is allowed is enough to tell that there are more. */
static size_t room_of(const char *bytes, size_t size)
{
	if (simgrid_sniff(bytes, size))
		return (size_t)SIMGRID_BYTES_MAX + 1;
	return (size_t)(wfmachines_sniff(bytes, size) ? WFMACHINES_BYTES_MAX :
							YAML_TREE_BYTES_MAX) + 1;
}

/* The whole file; malloc'd, also after an error. What it begins with says how long it
 * may be. */
static int read_bytes(sj_input *in, char **buf, size_t *used, sj_error *err)
{
	size_t room = 0;

	for (*used = 0;;) {
		size_t limit = room_of(*buf, *used);
		ptrdiff_t n;

		if (*used == room && room >= limit)
			return SJ_OK;
		if (*used == room) {
			size_t want = room > 0 ? 4 * room : (size_t)64 << 10;
			char *more = realloc(*buf, want < limit ? want : limit);

			if (more == NULL)
				return sj_fail(err, SJ_ENOMEM, "%s: no memory to read it", in->name);
			*buf = more;
			room = want < limit ? want : limit;
		}
		n = in->read(in, *buf + *used, room - *used, err);
		if (n < 0)
			return (int)n;
		if (n == 0)
			return SJ_OK;
		*used += (size_t)n;
	}
}

static int parse_xml(const char *name, const char *bytes, size_t size, struct cluster *out,
		     struct wrongs **keep, sj_error *err)
{
	struct wrongs *wrongs = wrongs_create(name);
	int rc = wrongs != NULL ? simgrid_parse(wrongs, bytes, size, out, err) : SJ_ENOMEM;

	if (wrongs == NULL)
		sj_fail(err, SJ_ENOMEM, "%s: no memory to read it", name);
	if (keep != NULL)
		*keep = wrongs;
	else
		wrongs_free(wrongs);
	return rc;
}

int platform_read(const char *path, struct cluster *out, struct wrongs **wrongs,
		  sj_error *err)
{
	sj_input *in = NULL;
	char *buf = NULL;
	size_t used = 0;
	int rc = input_open(path, 0, &in, err);

	*out = (struct cluster){ .text = NULL };
	if (wrongs != NULL)
		*wrongs = NULL;
	if (rc == SJ_OK)
		rc = read_bytes(in, &buf, &used, err);
	if (rc == SJ_OK && simgrid_sniff(buf, used))
		rc = parse_xml(in->name, buf, used, out, wrongs, err);
	else if (rc == SJ_OK && wfmachines_sniff(buf, used))
		rc = wfmachines_parse(in->name, buf, used, out, err);
	else if (rc == SJ_OK)
		rc = platform_parse(in->name, buf, used, out, wrongs, err);
	input_close(in);
	free(buf);
	return rc;
}
