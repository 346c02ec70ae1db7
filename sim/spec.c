/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spec.c - the notation `name[:args]`: where the name ends. */
#include <string.h>

#include "units.h"

int sj_spec_split(const char *spec, char *name, size_t size, const char **args,
		  sj_error *err)
{
	const char *end = NULL, *s;
	size_t depth = 0, length;

	for (s = spec; *s != '\0'; s++) {
		if (*s == '(')
			depth++;
		else if (*s == ')' && depth-- == 0)
			return sj_fail(err, SJ_EUSAGE, "\"%s\": the parenthesis closed at column %zu was never opened",
				       sj_quote(spec, strlen(spec)).text, (size_t)(s - spec) + 1);
		else if (*s == ':' && depth == 0 && end == NULL)
			end = s;
	}
	if (depth != 0)
		return sj_fail(err, SJ_EUSAGE, "\"%s\": %zu parenthes%s not closed",
			       sj_quote(spec, strlen(spec)).text, depth,
			       depth == 1 ? "is is" : "es are");
	length = (size_t)((end != NULL ? end : s) - spec);
	if (length == 0)
		return sj_fail(err, SJ_EUSAGE, "\"%s\": a name is missing; expected name[:key=value,...]",
			       sj_quote(spec, strlen(spec)).text);
	if (length >= size)
		return sj_fail(err, SJ_EUSAGE, "\"%s\": a name of %zu bytes is too long (at most %zu)",
			       sj_quote(spec, length).text, length, size - 1);
	memcpy(name, spec, length);
	name[length] = '\0';
	*args = end != NULL ? end + 1 : s;
	return SJ_OK;
}
