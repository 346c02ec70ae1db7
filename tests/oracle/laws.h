/* SPDX-License-Identifier: GPL-3.0-or-later */
/* laws.h - the bank's probability laws in the program's notation. */
#ifndef LAWS_H
#define LAWS_H

#include <jansson.h>

/*
 * ["h2", 0.9, 0.5, 0.1, 5.5], "h2(0.9,0.5,0.1,5.5)" or "exp(mean=1)" as
 * "h2:p1=0.9,m1=0.5,m2=5.5". NULL: a law without a counterpart.
 */
const char *law_of(const json_t *service);

/* "det", "exp", "erlang3", "h2_balanced_scv4": unit mean. NULL: likewise. */
const char *law_of_arrivals(const char *name);

/* Any law with these first two moments: Cobham's and Kingman's formulas ask for no
 * more. Deterministic, exponential or gamma. */
const char *law_of_moments(double mean, double second);

/* A law of 09 by name and its object of parameters. */
const char *law_of_parameters(const char *name, const json_t *parameters);

#endif
