/* SPDX-License-Identifier: GPL-3.0-or-later */
/* load.h - a policy table out of a shared object; private to src/plugin. */
#ifndef PLUGIN_LOAD_H
#define PLUGIN_LOAD_H

#include "sojourn/policy.h"

/*
 * Opens the shared object at `path` and checks its table. The object is never
 * closed: its table is used until the program ends.
 * SJ_OK, SJ_ENOENT, SJ_EIO, SJ_EINVAL, SJ_EABI.
 */
int plugin_load(const char *path, const sj_policy_ops **out, sj_error *err);

#endif
