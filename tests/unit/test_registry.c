/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_registry.c - the tables of policies and names, and how specs resolve. */
#include "test.h"

#include "plugin/plugin.h"

TEST(tables_are_sound)
{
	sj_error err = { 0 };
	size_t n = 0;

	for (size_t i = 0; sj_policies[i] != NULL; i++, n++) {
		const sj_policy_ops *ops = sj_policies[i];

		CHECK(policy_ops_check("built in", ops, &err) == SJ_OK, "%s", err.text);
		CHECK(ops->semantics != NULL, "%s has no semantics", ops->name);
		for (size_t k = 0; k < i; k++)
			CHECK(strcmp(sj_policies[k]->name, ops->name) != 0,
			      "%s stands twice", ops->name);
	}
	CHECK(n > 0);
}

TEST(aliases_resolve)
{
	for (const sj_policy_alias *a = sj_policy_aliases; a->alias != NULL; a++) {
		struct policy_choice choice;
		sj_error err = { 0 };

		for (size_t i = 0; sj_policies[i] != NULL; i++)
			CHECK(strcmp(sj_policies[i]->name, a->alias) != 0,
			      "alias %s hides a policy", a->alias);
		for (const sj_policy_alias *b = sj_policy_aliases; b != a; b++)
			CHECK(strcmp(b->alias, a->alias) != 0, "alias %s stands twice",
			      a->alias);
		CHECK(policy_resolve(a->alias, &choice, &err) == SJ_OK, "%s: %s",
		      a->alias, err.text);
		if (err.code == SJ_OK)
			policy_choice_fini(&choice);
	}
}

TEST(specs)
{
	struct policy_choice choice;
	sj_error err = { 0 };

	REQUIRE(policy_resolve("fcfs", &choice, &err) == SJ_OK, "%s", err.text);
	CHECK(strcmp(choice.ops->name, "fifo") == 0);
	CHECK(choice.path == NULL && choice.sha256[0] == '\0');
	CHECK(strcmp(choice.args, "") == 0);
	policy_choice_fini(&choice);
	REQUIRE(policy_resolve("easy:order=(expr:a,b),x=(c:d)", &choice, &err) == SJ_OK,
		"%s", err.text);
	CHECK(strcmp(choice.args, "order=(expr:a,b),x=(c:d)") == 0, "%s", choice.args);
	policy_choice_fini(&choice);
	CHECK(policy_resolve("esay", &choice, &err) == SJ_EUSAGE &&
	      strstr(err.text, "\"easy\"") != NULL, "%s", err.text);
	CHECK(policy_resolve("./no-such.so", &choice, &err) == SJ_ENOENT);
	CHECK(policy_resolve("", &choice, &err) == SJ_EUSAGE);
}

TEST(find)
{
	CHECK(policy_find("fifo") != NULL);
	CHECK(policy_find("fcfs") == policy_find("fifo"));
	CHECK(policy_find("no-such-policy") == NULL);
	CHECK(policy_find("./no-such.so") == NULL);
}

TESTS(CASE(tables_are_sound), CASE(aliases_resolve), CASE(specs), CASE(find))
