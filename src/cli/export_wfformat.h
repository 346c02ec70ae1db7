/* SPDX-License-Identifier: GPL-3.0-or-later */
/* export_wfformat.h - a job of a stored run as a document in WfFormat. */
#ifndef EXPORT_WFFORMAT_H
#define EXPORT_WFFORMAT_H

#include "store/store.h"

struct wf_export {
	struct store *store;
	uint32_t      run;
	const char   *output;   /* "-": stdout */
	const char   *job;      /* id as typed; NULL: the only one */
	const char   *workload; /* where it is now; NULL: as stored */
};

/*
 * The graph comes from the workload, which must be the same file as then; when and where
 * its tasks ran, from the allocations of the run.
 * SJ_OK; SJ_EUSAGE: several jobs and none chosen; SJ_EINVAL: no such job, no allocations
 * stored, or a task that never ran; SJ_EMISMATCH: another workload; as the reader.
 */
int export_wfformat(const struct wf_export *x, sj_error *err);

#endif
