/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_lp.c - linear and mixed integer programs: worked examples, duals, limits, what is not
 * feasible or not bounded; random programs edited in place against the same ones built anew,
 * and small knapsacks against all their subsets.
 */
#include <math.h>

#include "sojourn/lp.h"
#include "sojourn/rng.h"
#include "test.h"

#include <gsl/gsl_rng.h>

static bool near(double a, double b)
{
	return fabs(a - b) <= 1e-7 * (1 + fabs(b));
}

/* Rows "demand <= capacity" for tasks with 0 <= y <= copies. */
static sj_lp *knapsack(uint32_t resources, const double *capacity, uint32_t tasks,
		       const double *demand, const double *value, double copies)
{
	sj_lp *lp = sj_lp_create(SJ_LP_MAXIMISE);
	uint32_t row, col, at[8];

	sj_lp_add_rows(lp, resources, &row);
	sj_lp_add_cols(lp, tasks, &col);
	for (uint32_t r = 0; r < resources; r++) {
		sj_lp_set_row(lp, r, -INFINITY, capacity[r]);
		at[r] = r;
	}
	for (uint32_t i = 0; i < tasks; i++) {
		sj_lp_set_col(lp, i, 0, copies);
		sj_lp_set_cost(lp, i, value != NULL ? value[i] : 1);
		sj_lp_fill_col(lp, i, resources, at, &demand[i * resources]);
	}
	return lp;
}

/* Nine tasks of 1 CPU and 2 GB on 10 CPUs and 16 GB: memory binds at 8 tasks. */
TEST(duals_tell_what_binds)
{
	double demand[18];
	sj_lp_result r;
	sj_lp *lp;

	for (int i = 0; i < 9; i++) {
		demand[2 * i] = 1;
		demand[2 * i + 1] = 2;
	}
	lp = knapsack(2, (double[]){ 10, 16 }, 9, demand, NULL, 1);
	CHECK(sj_lp_solve(lp, NULL, &r) == SJ_LP_OPTIMAL && near(r.objective, 8), "%g",
	      r.objective);
	CHECK(sj_lp_dual(lp, 0) == 0 && near(sj_lp_dual(lp, 1), 0.5), "%g %g",
	      sj_lp_dual(lp, 0), sj_lp_dual(lp, 1));
	CHECK(near(sj_lp_activity(lp, 1), 16), "%g", sj_lp_activity(lp, 1));
	CHECK(!r.warm && !r.unique, "the first solution is cold and not refined");
	sj_lp_free(lp);
}

/* 5 CPUs and 10 GB each on 10 and 16: 1.6 of them, or 1. */
TEST(whole_columns)
{
	sj_lp *lp = knapsack(2, (double[]){ 10, 16 }, 1, (double[]){ 5, 10 }, NULL, 5);
	sj_lp_result r;

	CHECK(sj_lp_solve(lp, NULL, &r) == SJ_LP_OPTIMAL && near(r.objective, 1.6), "%g",
	      r.objective);
	CHECK(near(sj_lp_dual(lp, 1), 0.1), "%g", sj_lp_dual(lp, 1));
	sj_lp_set_whole(lp, 0, true);
	CHECK(sj_lp_solve(lp, NULL, &r) == SJ_LP_OPTIMAL && r.objective == 1 &&
	      sj_lp_value(lp, 0) == 1, "%g", r.objective);
	CHECK(r.warm, "the relaxation begins where it ended");
	sj_lp_set_whole(lp, 0, false);
	CHECK(sj_lp_solve(lp, NULL, &r) == SJ_LP_OPTIMAL && near(r.objective, 1.6), "%g",
	      r.objective);
	sj_lp_free(lp);
}

/* x + y <= 4, x + 3y <= 6, max x + 2y: 5 at (3, 1). */
static sj_lp *corner(void)
{
	return knapsack(2, (double[]){ 4, 6 }, 2, (double[]){ 1, 1, 1, 3 }, (double[]){ 1, 2 },
			INFINITY);
}

TEST(no_optimum)
{
	sj_lp *lp = corner();
	sj_lp_stats stats;
	sj_lp_result r;
	uint32_t col;

	CHECK(sj_lp_solve(lp, NULL, &r) == SJ_LP_OPTIMAL && near(r.objective, 5), "%g",
	      r.objective);
	sj_lp_set_row(lp, 0, 7, 8); /* x + 3y <= 6 leaves at most 6 */
	CHECK(sj_lp_solve(lp, NULL, &r) == SJ_LP_INFEASIBLE && !r.feasible, "%d", r.status);
	sj_lp_set_row(lp, 0, -INFINITY, 4);
	sj_lp_add_cols(lp, 1, &col);
	sj_lp_set_col(lp, col, 0, INFINITY);
	sj_lp_set_cost(lp, col, 1);
	CHECK(sj_lp_solve(lp, NULL, &r) == SJ_LP_UNBOUNDED, "%d", r.status);
	CHECK(strcmp(sj_lp_status_name(r.status), "unbounded") == 0, "%s",
	      sj_lp_status_name(r.status));
	sj_lp_set_col(lp, col, 0, 2);
	CHECK(sj_lp_solve(lp, NULL, &r) == SJ_LP_OPTIMAL && near(r.objective, 7), "%g",
	      r.objective);
	sj_lp_get_stats(lp, &stats);
	CHECK(stats.solved == 4 && stats.infeasible == 1 && stats.unbounded == 1 &&
	      stats.stopped == 0 && stats.warm + stats.cold == 4, "%d", (int)stats.warm);
	sj_lp_free(lp);
}

TEST(limits_stop)
{
	sj_lp *lp = corner();
	sj_lp_result r;

	CHECK(sj_lp_solve(lp, &(sj_lp_options){ .iterations = 1 }, &r) == SJ_LP_STOPPED, "%d",
	      r.status);
	CHECK(sj_lp_solve(lp, NULL, &r) == SJ_LP_OPTIMAL && near(r.objective, 5), "%g",
	      r.objective);
	sj_lp_free(lp);
	/* The relaxation has halves, so that one node is not enough. */
	lp = knapsack(1, (double[]){ 8 }, 5, (double[]){ 3, 3, 3, 5, 5 },
		      (double[]){ 3, 3, 3, 4.9, 4.9 }, 1);
	for (uint32_t i = 0; i < 5; i++)
		sj_lp_set_whole(lp, i, true);
	CHECK(sj_lp_solve(lp, &(sj_lp_options){ .nodes = 1 }, &r) == SJ_LP_STOPPED, "%d",
	      r.status);
	CHECK(sj_lp_solve(lp, NULL, &r) == SJ_LP_OPTIMAL && near(r.objective, 7.9), "%g",
	      r.objective);
	sj_lp_free(lp);
}

/* Columns of the basis whose coefficients have gone, or are all in one row: GLPK would not
 * survive factorising such a basis, and the next solution goes on from what is left of it. */
TEST(a_basis_that_edits_made_singular)
{
	sj_lp *lp = corner();
	sj_lp_result r;

	CHECK(sj_lp_solve(lp, NULL, &r) == SJ_LP_OPTIMAL && near(r.objective, 5), "%g",
	      r.objective);
	CHECK(sj_lp_value(lp, 0) > 0 && sj_lp_value(lp, 1) > 0, "both are in the basis");
	sj_lp_fill_col(lp, 0, 1, (uint32_t[]){ 1 }, (double[]){ 1 });
	sj_lp_fill_col(lp, 1, 1, (uint32_t[]){ 1 }, (double[]){ 3 });
	CHECK(sj_lp_solve(lp, NULL, &r) == SJ_LP_OPTIMAL && near(r.objective, 6) && r.warm, "%g",
	      r.objective); /* x <= 6 alone */
	sj_lp_fill_col(lp, 0, 0, NULL, NULL);
	sj_lp_set_col(lp, 0, 0, 2);
	CHECK(sj_lp_solve(lp, NULL, &r) == SJ_LP_OPTIMAL && near(r.objective, 6) && r.warm, "%g",
	      r.objective); /* x = 2, y = 2 */
	sj_lp_fill_row(lp, 1, 2, (uint32_t[]){ 0, 1 }, (double[]){ 0, 0 });
	sj_lp_fill_row(lp, 0, 2, (uint32_t[]){ 0, 1 }, (double[]){ 1, 1 });
	CHECK(sj_lp_solve(lp, NULL, &r) == SJ_LP_OPTIMAL && near(r.objective, 8) && r.warm, "%g",
	      r.objective); /* y = 4 */
	sj_lp_free(lp);
}

/* ---- random programs -------------------------------------------------------------------- */

enum { ROWS = 6, COLS = 14 };

struct random_lp {
	double upper[ROWS], top[COLS], cost[COLS], value[COLS][ROWS];
};

static void draw_col(gsl_rng *rng, struct random_lp *p, uint32_t c)
{
	p->top[c] = 1 + (double)gsl_rng_uniform_int(rng, 3);
	p->cost[c] = (double)gsl_rng_uniform_int(rng, 4);
	for (uint32_t r = 0; r < ROWS; r++)
		p->value[c][r] = (double)gsl_rng_uniform_int(rng, 4);
}

static void enter_col(sj_lp *lp, const struct random_lp *p, uint32_t c)
{
	uint32_t at[ROWS];

	for (uint32_t r = 0; r < ROWS; r++)
		at[r] = r;
	sj_lp_set_col(lp, c, 0, p->top[c]);
	sj_lp_set_cost(lp, c, p->cost[c]);
	sj_lp_fill_col(lp, c, ROWS, at, p->value[c]);
}

static sj_lp *enter(const struct random_lp *p)
{
	sj_lp *lp = sj_lp_create(SJ_LP_MAXIMISE);
	uint32_t first;

	sj_lp_add_rows(lp, ROWS, &first);
	sj_lp_add_cols(lp, COLS, &first);
	for (uint32_t r = 0; r < ROWS; r++)
		sj_lp_set_row(lp, r, -INFINITY, p->upper[r]);
	for (uint32_t c = 0; c < COLS; c++)
		enter_col(lp, p, c);
	return lp;
}

/* No primal value and no dual value is further apart than the optimum is from itself. */
static bool proves_itself(const sj_lp *lp, const struct random_lp *p, double objective)
{
	double primal = 0, dual = 0;

	for (uint32_t r = 0; r < ROWS; r++) {
		if (sj_lp_activity(lp, r) > p->upper[r] + 1e-6 || sj_lp_dual(lp, r) < -1e-6)
			return false;
		dual += sj_lp_dual(lp, r) * p->upper[r];
	}
	for (uint32_t c = 0; c < COLS; c++) {
		double x = sj_lp_value(lp, c), less = p->cost[c];

		if (x < -1e-6 || x > p->top[c] + 1e-6)
			return false;
		primal += p->cost[c] * x;
		for (uint32_t r = 0; r < ROWS; r++)
			less -= sj_lp_dual(lp, r) * p->value[c][r];
		dual += fmax(less, 0) * p->top[c];
	}
	return near(primal, objective) && near(dual, objective);
}

/* Edited in place for 30 steps: values and the only optimum are those of a new program, and
 * each optimum is proved by its own duals (weak duality). Costs are small whole numbers, so
 * that most programs have many optima. */
TEST(edits_give_what_a_new_program_gives)
{
	const sj_lp_options refine = { .refine = true };
	gsl_rng *rng = sj_rng_create(1, "test.lp", 0);
	int warm = 0, many = 0;

	for (int seed = 0; seed < 20; seed++) {
		struct random_lp p;
		sj_lp *kept;

		for (uint32_t c = 0; c < COLS; c++)
			draw_col(rng, &p, c);
		for (uint32_t r = 0; r < ROWS; r++)
			p.upper[r] = (double)gsl_rng_uniform_int(rng, 20);
		kept = enter(&p);
		for (int step = 0; step < 30; step++) {
			uint32_t c = (uint32_t)gsl_rng_uniform_int(rng, COLS);
			uint32_t r = (uint32_t)gsl_rng_uniform_int(rng, ROWS);
			sj_lp_result a, b, plain;
			sj_lp *anew;

			draw_col(rng, &p, c);
			p.upper[r] = (double)gsl_rng_uniform_int(rng, 20);
			enter_col(kept, &p, c);
			sj_lp_set_row(kept, r, -INFINITY, p.upper[r]);
			anew = enter(&p);
			CHECK(sj_lp_solve(anew, NULL, &plain) == SJ_LP_OPTIMAL, "%d",
			      plain.status);
			sj_lp_forget(anew);
			CHECK(sj_lp_solve(kept, &refine, &a) == SJ_LP_OPTIMAL &&
			      sj_lp_solve(anew, &refine, &b) == SJ_LP_OPTIMAL, "%d", seed);
			CHECK(near(a.objective, b.objective) &&
			      near(a.objective, plain.objective), "%g %g", a.objective,
			      b.objective);
			CHECK(a.unique && b.unique && !b.warm, "seed %d step %d", seed, step);
			CHECK(proves_itself(kept, &p, a.objective), "seed %d step %d", seed, step);
			for (uint32_t i = 0; i < COLS; i++)
				CHECK(near(sj_lp_value(kept, i), sj_lp_value(anew, i)),
				      "seed %d step %d column %u: %.12g, anew %.12g", seed, step, i,
				      sj_lp_value(kept, i), sj_lp_value(anew, i));
			warm += a.warm;
			sj_lp_forget(anew);
			sj_lp_solve(anew, NULL, &b);
			for (uint32_t i = 0; i < COLS; i++)
				if (!near(sj_lp_value(kept, i), sj_lp_value(anew, i))) {
					many++;
					break;
				}
			sj_lp_free(anew);
		}
		sj_lp_free(kept);
	}
	CHECK(warm > 500, "%d of 600 began at the last basis", warm);
	CHECK(many > 50, "only %d of 600 end elsewhere without refining", many);
	gsl_rng_free(rng);
}

static double best_subset(uint32_t n, const double *demand, const double *value,
			  const double *capacity)
{
	double best = 0;

	for (uint32_t set = 0; set < (UINT32_C(1) << n); set++) {
		double use[2] = { 0 }, worth = 0;

		for (uint32_t i = 0; i < n; i++)
			if (set >> i & 1) {
				use[0] += demand[2 * i];
				use[1] += demand[2 * i + 1];
				worth += value[i];
			}
		if (use[0] <= capacity[0] && use[1] <= capacity[1] && worth > best)
			best = worth;
	}
	return best;
}

TEST(whole_knapsacks_are_optimal)
{
	gsl_rng *rng = sj_rng_create(1, "test.lp", 1);

	for (int seed = 0; seed < 100; seed++) {
		double demand[20], value[10], capacity[2], want;
		sj_lp_result r;
		sj_lp *lp;

		for (int i = 0; i < 20; i++)
			demand[i] = 1 + (double)gsl_rng_uniform_int(rng, 16);
		for (int i = 0; i < 10; i++)
			value[i] = 1 + (double)gsl_rng_uniform_int(rng, 20);
		capacity[0] = capacity[1] = 10 + (double)gsl_rng_uniform_int(rng, 60);
		lp = knapsack(2, capacity, 10, demand, value, 1);
		for (uint32_t i = 0; i < 10; i++)
			sj_lp_set_whole(lp, i, true);
		want = best_subset(10, demand, value, capacity);
		CHECK(sj_lp_solve(lp, NULL, &r) == SJ_LP_OPTIMAL && r.objective == want,
		      "seed %d: %g, %g is best", seed, r.objective, want);
		sj_lp_free(lp);
	}
	gsl_rng_free(rng);
}

TESTS(CASE(duals_tell_what_binds), CASE(whole_columns), CASE(no_optimum), CASE(limits_stop),
      CASE(a_basis_that_edits_made_singular),      CASE(edits_give_what_a_new_program_gives), CASE(whole_knapsacks_are_optimal))
