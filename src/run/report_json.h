/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report_json.h - the document of `run --json`: "sojourn.run/1". */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include <jansson.h>

#include "run/session.h"

/* Each returns a new reference, or NULL when out of memory. */
json_t *report_json_begin(struct lab *lab, const struct runspec *spec);
/* Again after a run: a generator has made its jobs only then. */
void    report_json_counts(json_t *doc, const struct lab *lab);
json_t *report_json_run(const struct lab *lab, const struct runspec *spec,
			const struct session_result *r, const char *db, int code,
			const char *error);
/* Offered load of each resource, null where it is not known: alone, or of the workload. */
json_t *report_json_load_of(const struct loads *l);
void    report_json_loads(json_t *doc, const struct loads *l);
json_t *report_json_metrics(const sj_metrics *m);

#endif
