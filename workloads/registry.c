/* SPDX-License-Identifier: GPL-3.0-or-later */
/* registry.c - the trace formats and generators: one line each. */
#include "sojourn/workload.h"

extern const sj_reader_ops sj_reader_swf, sj_reader_jsonl;
extern const sj_reader_ops sj_reader_batsim, sj_reader_tiresias, sj_reader_muri,
	sj_reader_pollux, sj_reader_mustang, sj_reader_sacct, sj_reader_openb, sj_reader_google2011,
	sj_reader_gavel, sj_reader_slurmsim, sj_reader_stg, sj_reader_dax,
	sj_reader_gxl, sj_reader_wfformat, sj_reader_hetdag, sj_reader_gwf,
	sj_reader_alibaba2017, sj_reader_alibaba2018, sj_reader_swim, sj_reader_tpch;
extern const sj_reader_ops sj_reader_coflow;
extern const sj_generator_ops sj_generator_coflow;
extern const sj_generator_ops sj_generator_lublin, sj_generator_lublin_batch,
	sj_generator_lublin_interactive, sj_generator_poisson, sj_generator_heavytail,
	sj_generator_users, sj_generator_closed, sj_generator_dag, sj_generator_scenario;

const sj_reader_ops *const sj_readers[] = {
	&sj_reader_swf,
	&sj_reader_jsonl,
	&sj_reader_batsim,
	&sj_reader_tiresias,
	&sj_reader_muri,
	&sj_reader_pollux,
	&sj_reader_mustang,
	&sj_reader_sacct,
	&sj_reader_openb,
	&sj_reader_google2011,
	&sj_reader_gavel,
	&sj_reader_slurmsim,
	&sj_reader_stg,
	&sj_reader_dax,
	&sj_reader_gxl,
	&sj_reader_wfformat,
	&sj_reader_hetdag,
	&sj_reader_coflow,
	&sj_reader_gwf,
	&sj_reader_alibaba2017,
	&sj_reader_alibaba2018,
	&sj_reader_swim,
	&sj_reader_tpch,
	NULL,
};

const sj_generator_ops *const sj_generators[] = {
	&sj_generator_lublin,
	&sj_generator_lublin_batch,
	&sj_generator_lublin_interactive,
	&sj_generator_poisson,
	&sj_generator_heavytail,
	&sj_generator_users,
	&sj_generator_closed,
	&sj_generator_dag,
	&sj_generator_coflow,
	&sj_generator_scenario,
	NULL,
};
