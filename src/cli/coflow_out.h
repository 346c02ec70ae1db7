/* SPDX-License-Identifier: GPL-3.0-or-later */
/* coflow_out.h - a study of coflows as tables, JSON and CSV. */
#ifndef COFLOW_OUT_H
#define COFLOW_OUT_H

#include "coflow/coflow_study.h"

/* Each returns SJ_OK, SJ_ENOMEM or SJ_EIO. */
int coflow_out_text(const struct coflow_study *s, sj_error *err);
int coflow_out_json(const struct coflow_study *s, const char *workload, sj_error *err);
/* A line a coflow and rule. */
int coflow_out_csv(const struct coflow_study *s, const char *path, sj_error *err);

#endif
