/* SPDX-License-Identifier: GPL-3.0-or-later */
/* policy_json.c - policies, parameters and orders as JSON documents. */
#include "cli/json_out.h"
#include "cli/policy_cmds.h"
#include "policy_common.h"

static json_t *param_json(const sj_param *p)
{
	char type[256], range[64];
	json_t *j;

	policy_param_type(p, type, sizeof(type));
	policy_param_range(p, range, sizeof(range));
	j = json_pack("{s:s, s:s, s:s?, s:s?, s:s?}", "name", p->name, "type", type,
		      "default", p->def, "unit", p->unit, "help", p->help);
	if (range[0] != '\0') {
		json_object_set_new(j, "min", json_real(p->min));
		json_object_set_new(j, "max", json_real(p->max));
	}
	return j;
}

static json_t *policy_json(const sj_policy_ops *ops)
{
	json_t *params = json_array(), *common = json_array(), *semantics = json_object();

	for (const sj_param *p = ops->params; p != NULL && p->name != NULL; p++)
		json_array_append_new(params, param_json(p));
	for (const sj_param *p = sj_policy_common_params(ops); p->name != NULL; p++)
		json_array_append_new(common, param_json(p));
	for (const struct semantics_row *r = semantics_rows; r->label != NULL; r++)
		json_object_set_new(semantics, r->label,
				    json_string(semantics_text(ops->semantics, r)));
	return json_pack("{s:s, s:s, s:s?, s:b, s:b, s:b, s:b, s:b, s:o, s:o, s:o}",
		"name", ops->name, "summary", ops->summary, "cite", ops->cite,
		"clairvoyant", (ops->flags & SJ_PF_CLAIRVOYANT) != 0,
		"preempts", (ops->flags & SJ_PF_PREEMPTS) != 0,
		"resizes", (ops->flags & SJ_PF_RESIZES) != 0,
		"copies", (ops->flags & SJ_PF_COPIES) != 0,
		"drops_zero", (ops->flags & SJ_PF_DROPS_ZERO) != 0,
		"semantics", semantics, "params", params,
		"common_params", common);
}

static int print(json_t *document)
{
	sj_error err = { 0 };
	int rc = json_out(document, JSON_INDENT(2), &err);

	return rc == SJ_OK ? 0 : say_error(rc, &err);
}

int policy_help_json(const sj_policy_ops *ops, const char *path)
{
	json_t *document = json_pack("{s:s}", "schema", "sojourn.policy/1");

	json_object_update_new(document, policy_json(ops));
	if (path != NULL)
		json_object_set_new(document, "file", json_string(path));
	return print(document);
}

int policy_list_json(void)
{
	json_t *policies = json_array(), *aliases = json_array();
	json_t *orders = json_array(), *all;

	for (size_t i = 0; sj_policies[i] != NULL; i++)
		json_array_append_new(policies, policy_json(sj_policies[i]));
	for (const sj_policy_alias *a = sj_policy_aliases; a->alias != NULL; a++)
		json_array_append_new(aliases, json_pack("{s:s, s:s}", "name",
					a->alias, "spec", a->spec));
	for (const sj_order_info *o = sj_orders; o->name != NULL; o++)
		json_array_append_new(orders, json_pack("{s:s, s:s?, s:s?, s:s?, s:b}",
			"name", o->name, "formula", o->formula, "summary", o->summary,
			"cite", o->cite, "dynamic", o->dynamic));
	all = json_pack("{s:s, s:o, s:o, s:o}", "schema", "sojourn.policy-list/1",
			"policies", policies, "aliases", aliases, "orders", orders);
	return print(all);
}
