/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * policies.c - the bank's names of policies in the program's notation. The bank
 * writes easy_ORDER when head and candidates share an order, easy_sjbf and
 * easy_ljbf when only the candidates have one.
 */
#include "policies.h"

#include <stdbool.h>
#include <string.h>

#include "harness/text.h"

static const struct {
	const char *bank, *spec;
} names[] = {
	{ "fcfs", "fifo" },
	{ "firstfit", "firstfit" },
	{ "easy", "easy" },
	{ "easy_sjbf", "easy:candidates=sjf" },
	{ "easy_ljbf", "easy:candidates=ljf" },
	{ "easy_per_event", "easy:pass=event" },
	{ "cons", "conservative" },
	{ "cons_compress", "conservative:plan=compress" },
};

/* Orders that are policies of the same name when strict. */
static const char *const orders[] = {
	"sjf", "ljf", "saf", "laf", "narrow", "wide", "wfp3", "unicef",
	"f1", "f2", "f3", "f4",
};

const char *policy_spec(const char *bank_name)
{
	bool easy = strncmp(bank_name, "easy_", 5) == 0;
	const char *order = easy ? bank_name + 5 : bank_name;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(bank_name, names[i].bank) == 0)
			return names[i].spec;
	for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); i++)
		if (strcmp(order, orders[i]) == 0)
			return easy ? format("easy:order=%s", order) : orders[i];
	return NULL;
}
