/* SPDX-License-Identifier: GPL-3.0-or-later */
/* whole.c - see whole.h. */
#include "whole.h"

#include <stdlib.h>

int whole_read(sj_input *in, size_t max, struct whole *out, sj_error *err)
{
	size_t cap = 0;
	ptrdiff_t got;

	*out = (struct whole){ 0 };
	do {
		if (out->size + 1 >= cap) {
			char *bigger;

			cap = cap == 0 ? (size_t)64 << 10 : cap * 2;
			bigger = cap / 2 <= max ? realloc(out->text, cap) : NULL;
			if (bigger == NULL) {
				size_t had = out->size;

				whole_free(out);
				return sj_fail(err, SJ_ENOMEM, "%s: no memory for a document of "
					       "more than %zu bytes", in->name, had);
			}
			out->text = bigger;
		}
		got = in->read(in, out->text + out->size, cap - 1 - out->size, err);
		if (got < 0) {
			whole_free(out);
			return (int)got;
		}
		for (ptrdiff_t i = 0; i < got; i++)
			out->lines += out->text[out->size + (size_t)i] == '\n';
		out->size += (size_t)got;
	} while (got > 0);
	out->text[out->size] = '\0';
	return SJ_OK;
}

void whole_free(struct whole *w)
{
	free(w->text);
	*w = (struct whole){ 0 };
}
