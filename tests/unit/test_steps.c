/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_steps.c - readers whose jobs are not rows of times: Gavel's steps, which a table of
 * throughputs turns into times, and the event file of the Slurm simulator.
 */
#include "mem_input.h"
#include "test.h"

#define S(x) ((sj_time)(x) * SJ_NS_PER_S)

extern const sj_reader_ops sj_reader_gavel, sj_reader_slurmsim;

/* Type A: 10 steps/s on one v100, 15 on two, 8 when these are apart; k80: half, and two
 * do not fit. Type B was measured on one GPU only. */
static const char table[] =
	"{\"k80\": {\"('A', 1)\": {\"null\": 5.0, \"('B', 1)\": [1.0, 2.0]},"
	"           \"('A', 2)\": {\"null\": 0.0}, \"('B', 1)\": {\"null\": 2.0}},"
	" \"v100\": {\"('A', 1)\": {\"null\": 10.0}, \"('A', 2)\": {\"null\": 15.0},"
	"            \"('B', 1)\": {\"null\": 3.0}},"
	" \"v100_unconsolidated\": {\"('A', 2)\": {\"null\": 8.0}}}";

static sj_source *open_gavel(const char *text, const char *rates, const char *args,
			     sj_job *jobs, uint32_t *n, sj_error *err)
{
	struct mem_input m, t;
	sj_input *files[] = { rates != NULL ? &t.in : NULL };
	const sj_reader_options o = { .args = args, .files = files };
	sj_source *s = NULL;

	mem_init(&m, text, 5);
	if (rates != NULL)
		mem_init(&t, rates, 11);
	err->text[0] = '\0';
	*n = 0;
	err->code = sj_reader_gavel.open(&m.in, &o, &s, err);
	if (err->code == SJ_OK && s->ops->fill(s, jobs, 8, n, err) != SJ_OK)
		*n = 0;
	return s;
}

static const char msr[] =
	"A\tcommand\t-n\t1\t300\t4.5\t2\n"
	"B\tcommand\t-n\t0\t7\t0\t1\n"
	"B\tcommand\t-n\t1\t7\t0\t4\n"
	"A\tcommand\t-n\t1\t300\t9\t2\n";

TEST(steps_become_times)
{
	sj_error err;
	uint32_t n;
	sj_job j[8];
	sj_source *s = open_gavel(msr, table, "", j, &n, &err);
	const sj_scaling *a;

	REQUIRE(s != NULL, "%s", err.text);
	REQUIRE(n == 3 && s->info.records == 4 && s->info.dropped[SJ_DROP_RUNTIME] == 1);
	CHECK(strcmp(s->info.first_drop, "line 3: no throughput of B on 4 v100") == 0, "%s",
	      s->info.first_drop);
	CHECK(j[0].id == 1 && j[0].task.work_ns == 2333333334, "7 / 3 s, rounded up");
	CHECK(j[1].id == 0 && j[1].submit_ns == 4500000000 && j[1].task.work_ns == S(20));
	CHECK(j[1].task.ranks == 2 && j[1].task.cores == 1 && j[1].task.gpu_milli == 1000);
	CHECK(j[1].app == 1 && j[0].app == 2 && j[1].task.estimate_ns == S(20));
	CHECK(s->info.gpu_model_count == 2 && strcmp(s->info.gpu_model[1], "v100") == 0);
	CHECK(s->info.gpu_model_tasks[0] == 0 && s->info.gpu_model_tasks[1] == 0);
	CHECK(s->scaling_count == 2 && j[1].task.scaling == j[2].task.scaling);
	a = &s->scalings[j[1].task.scaling - 1];
	CHECK(a->kind == SJ_SPEEDUP_TABLE && a->point_count == 2 && a->points[1].ranks == 2);
	CHECK(a->points[0].speed == 1 && a->points[1].speed == 1.5);
	CHECK(a->model_count == 2 && a->model_rate[0] == 0 && a->model_rate[1] == 1);
	CHECK(a->apart == 8.0 / 15.0);
	a = &s->scalings[j[0].task.scaling - 1];
	CHECK(a->model_rate[0] == 2.0 / 3.0 && a->apart == 1);
	s->ops->free(s);
}

TEST(what_was_not_measured)
{
	sj_error err;
	uint32_t n;
	sj_job j[8];
	sj_source *s = open_gavel(msr, table, "unmeasured=linear,reference=k80", j, &n, &err);

	REQUIRE(s != NULL, "%s", err.text);
	REQUIRE(n == 4, "A on two k80 as on one, twice as fast; B on four likewise");
	CHECK(j[0].task.work_ns == S(7) / 2 && j[1].task.work_ns == S(7) / 8);
	CHECK(j[2].task.work_ns == S(30));
	s->ops->free(s);
	s = open_gavel(msr, NULL, "", j, &n, &err);
	REQUIRE(s != NULL && n == 0 && s->info.dropped[SJ_DROP_RUNTIME] == 4);
	CHECK(strstr(s->info.first_drop, "add ,throughputs=FILE") != NULL);
	CHECK(s->info.most_gpu_milli == 4000 && s->info.last_submit_ns == S(9));
	s->ops->free(s);
}

TEST(longer_lines)
{
	sj_error err;
	uint32_t n;
	sj_job j[8];
	sj_source *s = open_gavel("A\tc\tf\t-n\t1\t100\t1\t3\t1.5\t2\n", table, "", j, &n, &err);

	REQUIRE(s != NULL && n == 1, "%s", err.text);
	CHECK(j[0].weight == 3 && j[0].task.work_ns == S(10));
	CHECK(j[0].deadline_ns == S(2) + S(15), "1.5 run times behind the arrival");
	s->ops->free(s);
	s = open_gavel("A\tc\tf\t-n\t1\t100\t1\tgns\t1\t-1.0\t66\t2\n", NULL, "", j, &n, &err);
	REQUIRE(s != NULL && n == 1, "%s", err.text);
	CHECK(j[0].task.work_ns == S(66) && j[0].deadline_ns == SJ_NEVER, "the stated one");
	s->ops->free(s);
}

TEST(gavel_complaints)
{
	static const struct {
		const char *text, *rates, *args, *says;
	} cases[] = {
		{ "A\tc\t-n\t1\t300\t4.5\n", NULL, "", "mem:1: the line has 6 fields; a log of "
		  "format gavel has 7, 9, 10 or 12" },
		{ msr, "{\"v100\": 3}", "", "mem: \"v100\": expected an object" },
		{ msr, "{\"v100\": {}", "", "mem:1: not JSON" },
		{ msr, table, "reference=a100", "no throughputs of reference=a100; expected one "
		  "of k80, v100" },
		{ msr, table, "refrence=k80", "did you mean \"reference\"?" },
		{ "A\tc\t-n\t1\tmany\t4.5\t1\n", NULL, "", "mem:1: field 5 (total steps): "
		  "\"many\" is not a whole number of steps" },
		{ "A\tc\t-n\t1\t1e9\t4.5\t1\n", NULL, "", "is not a whole number of steps" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sj_error err;
		uint32_t n;
		sj_job j[8];
		sj_source *s = open_gavel(cases[i].text, cases[i].rates, cases[i].args, j, &n,
					  &err);

		CHECK(s == NULL && strstr(err.text, cases[i].says) != NULL, "case %zu: %s", i,
		      err.text);
	}
}

/* ---- events of the Slurm simulator ------------------------------------------------------- */

static sj_source *open_events(const char *text, sj_job *jobs, uint32_t *n, sj_error *err)
{
	static const sj_reader_options plain = { 0 };
	struct mem_input m;
	sj_source *s = NULL;

	mem_init(&m, text, 7);
	err->text[0] = '\0';
	*n = 0;
	err->code = sj_reader_slurmsim.open(&m.in, &plain, &s, err);
	if (err->code == SJ_OK && s->ops->fill(s, jobs, 8, n, err) != SJ_OK)
		*n = 0;
	return s;
}

#define SUBMIT "-e submit_batch_job | "

TEST(options_of_sbatch)
{
	sj_error err;
	uint32_t n;
	sj_job j[8];
	sj_source *s = open_events(
		"-dt  10.50 " SUBMIT "-sim-walltime 84805.00 --uid=u1 -J job_00017 -N 2 -n 64 "
		"-t 3-00:00:00 -q q -p general --mem=500G x.job\n"
		"-dt 11 " SUBMIT "-sim-walltime 5 --uid=u2 -N1 -n3 -t 90 -p debug --gres=gpu:1 "
		"--gres=gpu:v100:2 --exclusive x.job\n"
		"-dt 12 " SUBMIT "-sim-walltime -1 --uid=u1 --nodes=2 --ntasks=3 -c 4 -t 10:00 "
		"--mem-per-cpu=100M --account=a1 x.job\n"
		"-dt 13 " SUBMIT "-sim-walltime 7 x.job\n", j, &n, &err);

	REQUIRE(s != NULL && n == 4, "%s", err.text);
	CHECK(j[0].id == 17 && j[0].submit_ns == 10500000000 && j[0].task.work_ns == S(84805));
	CHECK(j[0].task.ranks == 2 && j[0].task.cores == 32 && j[0].task.gpu_milli == 0);
	CHECK(j[0].task.layout == SJ_LAYOUT_SPREAD && j[0].task.estimate_ns == S(259200));
	CHECK(j[0].task.mem_bytes == UINT64_C(500) << 30 && j[0].user == 1 && j[0].queue == 1);
	CHECK(j[1].id == 2 && j[1].task.ranks == 1 && j[1].task.cores == 3);
	CHECK(j[1].task.gpu_milli == 2000 && j[1].task.gpu_model == 1, "the last one counts");
	CHECK(strcmp(s->info.gpu_model[0], "v100") == 0 && s->info.gpu_model_tasks[0] == 1);
	CHECK(j[1].task.estimate_ns == S(5400) && j[1].user == 2 && j[1].queue == 2);
	CHECK(j[2].task.ranks == 3 && j[2].task.cores == 4, "3 tasks do not divide by 2 nodes");
	CHECK(j[2].task.layout == SJ_LAYOUT_ANY && j[2].task.work_ns == S(600));
	CHECK(j[2].task.mem_bytes == UINT64_C(400) << 20 && j[2].group == 1);
	CHECK(j[3].task.ranks == 1 && j[3].task.cores == 1 && j[3].task.estimate_ns == S(7));
	s->ops->free(s);
}

TEST(event_complaints)
{
	static const struct {
		const char *text, *says;
	} cases[] = {
		{ "", "there is no job in it" },
		{ "-dt 1 -e cancel_job 7\n", "mem:1: -e: \"cancel_job\" is not submit_batch_job" },
		{ "-dt 1 " SUBMIT "x.job\n", "mem:1: -sim-walltime: \"\" is not there" },
		{ "-dt soon " SUBMIT "-sim-walltime 1\n", "-dt: \"soon\" is not a number of "
		  "seconds" },
		{ "-dt 1 " SUBMIT "-sim-walltime 1 -t 1:2:3:4\n", "\"1:2:3:4\" is not a limit" },
		{ "-dt 1 " SUBMIT "-sim-walltime 1 --mem=lots\n", "is not an amount of memory" },
		{ "-dt 1 " SUBMIT "-sim-walltime 1 -n -4\n", "--ntasks: \"-4\" is not a whole" },
		{ "-dt 1 " SUBMIT "-sim-walltime 1 --gres=gpu:many\n", "is not a number of GPUs" },
		{ "-dt 1 " SUBMIT "-sim-walltime\n", "not followed by a value" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		sj_error err;
		uint32_t n;
		sj_job j[8];
		sj_source *s = open_events(cases[i].text, j, &n, &err);

		CHECK(s == NULL && strstr(err.text, cases[i].says) != NULL, "case %zu: %s", i,
		      err.text);
	}
}

TESTS(CASE(steps_become_times), CASE(what_was_not_measured), CASE(longer_lines),
      CASE(gavel_complaints), CASE(options_of_sbatch), CASE(event_complaints))
