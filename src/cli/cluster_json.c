/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cluster_json.c - `cluster show --json`: every field of every type; docs/CLUSTER.md tells
 * them. What is not stated is null. */
#include "cli/cluster_network.h"
#include "cli/cluster_totals.h"
#include "cli/json_out.h"
#include "config/cluster.h"

static json_t *bytes(uint64_t v)
{
	return v != 0 ? json_integer((json_int_t)v) : json_null();
}

static json_t *watts(double idle, double busy)
{
	return busy > 0 ? json_pack("{s:f, s:f}", "idle", idle, "busy", busy) : json_null();
}

static json_t *names_json(char *const *name, uint32_t n)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < n; i++)
		json_array_append_new(list, name[i] != NULL ? json_string(name[i]) : json_null());
	return list;
}

static void set_gpus(json_t *o, const struct cluster *c, const sj_node_type *s)
{
	json_object_set_new(o, "gpus", json_integer(s->gpus));
	json_object_set_new(o, "gpu", s->gpu_model != 0 ?
			    json_string(c->gpu_names[s->gpu_model - 1]) : json_null());
	json_object_set_new(o, "gpu_model", json_integer(s->gpu_model));
	json_object_set_new(o, "gpu_memory_bytes", bytes(s->gpu_mem_bytes));
	json_object_set_new(o, "gpu_speed", s->gpus > 0 ? json_real(s->gpu_speed) : json_null());
	json_object_set_new(o, "gpu_shares", s->gpus > 0 ? json_integer(1000 / s->gpu_grain) :
			    json_null());
	json_object_set_new(o, "gpu_power_w", watts(s->gpu_idle_w, s->gpu_busy_w));
}

static void set_links(json_t *o, const sj_node_type *s)
{
	json_object_set_new(o, "nic_bytes_per_s", bytes(s->nic_bytes_per_s));
	json_object_set_new(o, "nic_latency_ns", s->nic_bytes_per_s != 0 ?
			    json_integer(s->nic_latency_ns) : json_null());
	json_object_set_new(o, "pcie_bytes_per_s", bytes(s->pcie_bytes_per_s));
	json_object_set_new(o, "nvlink_bytes_per_s", bytes(s->nvlink_bytes_per_s));
}

static json_t *type_json(const struct cluster *c, const struct node_type *k)
{
	const sj_node_type *s = &k->spec;
	json_t *o = json_pack("{s:s, s:I, s:I, s:f, s:o}", "type", k->name, "count",
			      (json_int_t)s->count, "cores", (json_int_t)s->cores, "speed",
			      s->speed, "memory_bytes", bytes(s->mem_bytes));

	set_gpus(o, c, s);
	set_links(o, s);
	json_object_set_new(o, "racks", s->racks > 0 ?
			    json_pack("{s:I, s:I}", "first", (json_int_t)s->rack, "count",
				      (json_int_t)s->racks) : json_null());
	json_object_set_new(o, "site", json_integer(s->site));
	json_object_set_new(o, "power_w", watts(s->idle_w, s->busy_w));
	json_object_set_new(o, "mtbf", k->mtbf_text != NULL ? json_string(k->mtbf_text) :
			    json_null());
	json_object_set_new(o, "mttr", k->mttr_text != NULL ? json_string(k->mttr_text) :
			    json_null());
	return o;
}

static json_t *interference_json(const sj_interference *f)
{
	json_t *rows = json_array();

	if (f == NULL) {
		json_decref(rows);
		return json_null();
	}
	for (uint32_t i = 0; i < f->kinds; i++) {
		json_t *row = json_array();

		for (uint32_t k = 0; k < f->kinds; k++)
			json_array_append_new(row, json_real(f->slowdown[(size_t)i * f->kinds + k]));
		json_array_append_new(rows, row);
	}
	return json_pack("{s:s, s:o}", "scope", f->per_gpu ? "gpu" : "node", "slowdown", rows);
}

int cluster_show_json(const struct cluster *c, sj_error *err)
{
	struct cluster_totals sum = cluster_totals(c);
	json_t *types = json_array(), *network = cluster_network_json(c, err);

	if (network == NULL) {
		json_decref(types);
		return err != NULL ? err->code : SJ_ENOMEM;
	}
	for (uint32_t i = 0; i < c->type_count; i++)
		json_array_append_new(types, type_json(c, &c->types[i]));
	return json_out(json_pack("{s:s, s:s, s:s, s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
				  "s:o, s:o, s:o}", "schema", "sojourn.cluster/1", "spec", c->text, "kind",
				  c->type_count > 0 ? "nodes" : "pool", "procs",
				  (json_int_t)sum.cores, "nodes", (json_int_t)sum.nodes, "gpus",
				  (json_int_t)sum.gpus, "memory_bytes", bytes(sum.mem_bytes),
				  "gpu_memory_bytes", bytes(sum.gpu_mem_bytes), "power_w",
				  watts(sum.idle_w, sum.busy_w), "gpu_models",
				  names_json(c->gpu_names, c->gpu_count), "racks",
				  names_json(c->rack_names, c->rack_count), "sites",
				  names_json(c->site_names, c->site_count), "interference",
				  interference_json(c->interference), "network", network, "notes",
				  names_json(c->notes, c->note_count), "types", types),
			JSON_INDENT(2), err);
}
