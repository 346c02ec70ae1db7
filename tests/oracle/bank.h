/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bank.h - all cases of a folder of oracle files, in the order of names. */
#ifndef BANK_H
#define BANK_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct bank_case {
	const char   *id, *kind;
	const json_t *doc;
};

struct bank {
	struct bank_case *item;
	size_t            count;
};

/* Every *.json of the folder that has "cases"; false after a message on stderr:
 * no such folder, a file that is not JSON, a case without id or kind. */
bool bank_load(const char *folder, struct bank *out);

#endif
