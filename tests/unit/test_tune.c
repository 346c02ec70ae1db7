/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_tune.c - a parameter that follows signals known beforehand, window by window.
 */
#include "scripted.h"

extern const sj_policy_ops *const sj_policies[];

static const sj_policy_ops *find(const char *name)
{
	for (size_t i = 0; sj_policies[i] != NULL; i++)
		if (strcmp(sj_policies[i]->name, name) == 0)
			return sj_policies[i];
	return NULL;
}

/* Jobs that follow each other every 10 s, and one that runs all the while: 2 of 4 processors
 * are in use whenever one of so many windows ends. */
static struct script_result run(const char *args, uint32_t windows)
{
	static struct script_result o;
	sj_run_config c = { .cluster = { .procs = 4 }, .find_policy = find,
			    .overrun = SJ_OVERRUN_EXTEND };
	sj_job job[SCRIPT_JOBS];

	job[0] = script_job(1, 0, 1, 10.0 * windows + 5);
	for (uint32_t i = 1; i <= windows + 1; i++)
		job[i] = script_job((int64_t)i + 1, 10.0 * (i - 1), 1, i <= windows ? 10 : 5);
	c.policy = find("tune");
	c.policy_args = args;
	script_run(c, NULL, job, windows + 2, &o);
	return o;
}

static uint64_t counted(const struct script_result *o, const char *name)
{
	for (uint32_t i = 0; i < o->counts; i++)
		if (strcmp(o->count[i].name, name) == 0)
			return o->count[i].value;
	return UINT64_MAX;
}

#define EVERY "base=(conservative:depth=8),every=10s,least=1,"

static const struct {
	const char *what, *args;
	uint32_t    windows;
	uint64_t    value_milli;
} follows[] = {
	/* Nobody waits: no signal gets worse. */
	{ "up, twice as much each time", EVERY "by=wait", 3, 64000 },
	{ "and back from the end of the range", EVERY "by=wait,to=64", 5, 16000 },
	{ "whole numbers move by one", EVERY "by=wait,step=1.01", 3, 11000 },
	/* Half of the machine is in use, which is twice the target. */
	{ "halved while the signal is twice its target", EVERY "by=used,aim=target,target=0.25", 3,
	  1000 },
	{ "doubled when that is what makes it smaller",
	  EVERY "by=used,aim=target,target=0.25,sense=falls", 3, 64000 },
	{ "at rest at the target", EVERY "by=used,aim=target,target=0.5", 4, 8000 },
	{ "half of a step for half of an error", EVERY "by=used,aim=target,target=1,step=4", 2,
	  32000 },
	{ "not below its least value", EVERY "by=used,aim=target,target=0.25,from=3", 5, 3000 },
};

TEST(window_by_window)
{
	for (size_t i = 0; i < sizeof(follows) / sizeof(follows[0]); i++) {
		struct script_result o = run(follows[i].args, follows[i].windows);

		CHECK(o.rc == SJ_OK, "%s: %s", follows[i].what, o.err.text);
		CHECK(counted(&o, "tune.windows") == follows[i].windows &&
		      counted(&o, "tune.value_milli") == follows[i].value_milli,
		      "%s: %llu windows, value %llu", follows[i].what,
		      (unsigned long long)counted(&o, "tune.windows"),
		      (unsigned long long)counted(&o, "tune.value_milli"));
	}
}

/* With a limit of one, each of four jobs that come at once waits for those before it, so that
 * the wait goes up, and every window but the first turns it round. */
TEST(a_worse_signal_turns_it_round)
{
	static const struct script none = { 0 };
	static struct script_result o;
	sj_run_config c = { .cluster = { .procs = 4 }, .find_policy = find,
			    .policy = find("tune"),
			    .policy_args = "base=(equi:limit=1),param=limit,by=wait,every=0s,least=1" };
	sj_job job[4];

	for (int i = 0; i < 4; i++)
		job[i] = script_job(i + 1, 0, 4, 10);
	script_run(c, &none, job, 4, &o);
	CHECK(o.rc == SJ_OK, "%s", o.err.text);
	CHECK(counted(&o, "tune.windows") == 4 && counted(&o, "tune.turns") == 3, "%llu windows, "
	      "%llu turns", (unsigned long long)counted(&o, "tune.windows"),
	      (unsigned long long)counted(&o, "tune.turns"));
}

TEST(what_cannot_be_tuned)
{
	static const struct {
		const char *args, *words;
	} wrong[] = {
		{ "base=fifo,param=depth", "fifo: has no parameter \"depth\"" },
		{ "base=conservative,param=plan", "\"plan\" cannot change during a run" },
		{ "base=(fifo|sjf)", "are 2 policies; expected one" },
		{ "from=9,to=8", "from 9 is not below to 8" },
		{ "base=(tune:base=fifo)", "has arms itself" },
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct script_result o = run(wrong[i].args, 1);

		CHECK(o.rc == SJ_EUSAGE && strstr(o.err.text, wrong[i].words) != NULL, "%s: %d, %s",
		      wrong[i].args, o.rc, o.err.text);
	}
}

TESTS(CASE(window_by_window), CASE(a_worse_signal_turns_it_round), CASE(what_cannot_be_tuned))
