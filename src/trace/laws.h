/* SPDX-License-Identifier: GPL-3.0-or-later */
/* laws.h - `sojourn gen --law`, --laws, --list, --params: what generators are made of. */
#ifndef TRACE_LAWS_H
#define TRACE_LAWS_H

#include "sojourn/types.h"

struct law_request {
	const char *spec;     /* of the law */
	const char *at;       /* "1,5,10": where the distribution function is wanted */
	uint64_t    n, seed;  /* draws; 0 = none */
	bool        values;   /* the drawn values too */
	bool        json;
};

/* All return an exit status, having said what went wrong. */
int laws_show(const struct law_request *r);
int laws_downey(const char *spec, const char *at, bool json);
int laws_list(bool json);
int generators_list(bool json);
int generator_params(const char *name, bool json);

#endif
