/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cluster_show.c - `sojourn cluster show`: a machine as tables, as JSON, or as a picture. */
#include <inttypes.h>
#include <string.h>

#include "cli/cluster_cmds.h"
#include "cli/cluster_network.h"
#include "cli/cluster_totals.h"
#include "cli/table_text.h"
#include "config/cluster.h"
#include "config/host.h"
#include "config/watts.h"
#include "plot/cluster_figure.h"
#include "units.h"

/* ---- the table of types ----------------------------------------------------------- */

static void memory_cell(struct table_text *t, uint64_t bytes)
{
	char text[64];

	sj_format_bytes(bytes, text, sizeof(text));
	table_text_cell(t, bytes != 0 ? text : "-");
}

static void type_row(struct table_text *t, const struct cluster *c, const struct node_type *k,
		     uint64_t first)
{
	const sj_node_type *s = &k->spec;
	char speed[64];

	sj_format_double(s->speed, speed, sizeof(speed));
	table_text_cell(t, k->name);
	table_text_cellf(t, "%u", k->spec.count);
	if (k->spec.count == 1)
		table_text_cellf(t, "%" PRIu64, first);
	else
		table_text_cellf(t, "%" PRIu64 "-%" PRIu64, first, first + k->spec.count - 1);
	table_text_cellf(t, "%u", s->cores);
	table_text_cell(t, speed);
	memory_cell(t, s->mem_bytes);
	table_text_cellf(t, "%u", s->gpus);
	if (s->gpu_model != 0)
		table_text_cellf(t, "%s (%u)", c->gpu_names[s->gpu_model - 1], s->gpu_model);
	else
		table_text_cell(t, "-");
	table_text_end_row(t);
}

static void totals_row(struct table_text *t, const struct cluster_totals *sum)
{
	table_text_rule(t);
	table_text_cell(t, "all");
	table_text_cellf(t, "%" PRIu64, sum->nodes);
	table_text_cell(t, "");
	table_text_cellf(t, "%" PRIu64, sum->cores);
	table_text_cell(t, "");
	memory_cell(t, sum->mem_bytes);
	table_text_cellf(t, "%" PRIu64, sum->gpus);
	table_text_cell(t, "");
	table_text_end_row(t);
}

static int print_table(struct table_text *t, sj_error *err)
{
	int rc = table_text_print(t, stdout, table_text_unicode(stdout));

	table_text_free(t);
	return rc == SJ_OK ? SJ_OK : sj_fail(err, rc, rc == SJ_ENOMEM ? "no memory" :
					    "standard output cannot be written");
}

static int show_types(const struct cluster *c, const struct cluster_totals *sum, sj_error *err)
{
	struct table_text *t = table_text_create();
	uint64_t first = 0;

	table_text_row(t, "type", "nodes", "numbers", "cores", "speed", "memory", "GPUs",
		       "GPU model", NULL);
	table_text_align(t, 2, 'r');
	table_text_align(t, 5, 'r');
	table_text_rule(t);
	for (uint32_t i = 0; i < c->type_count; first += c->types[i++].spec.count)
		type_row(t, c, &c->types[i], first);
	totals_row(t, sum);
	return print_table(t, err);
}

/* ---- the table of what else is stated ----------------------------------------------- */

struct cell {
	char text[160];
};

static void rate(char *buf, size_t size, uint64_t v)
{
	if (v != 0)
		sj_format_rate(v, buf, size);
}

static void gpu_speed_cell(const struct cluster *c, const struct node_type *k, struct cell *to)
{
	(void)c;
	if (k->spec.gpu_speed != 1)
		sj_format_double(k->spec.gpu_speed, to->text, sizeof(to->text));
}

static void gpu_memory_cell(const struct cluster *c, const struct node_type *k, struct cell *to)
{
	(void)c;
	if (k->spec.gpu_mem_bytes != 0)
		sj_format_bytes(k->spec.gpu_mem_bytes, to->text, sizeof(to->text));
}

static void shares_cell(const struct cluster *c, const struct node_type *k, struct cell *to)
{
	(void)c;
	if (k->spec.gpu_grain > 1)
		snprintf(to->text, sizeof(to->text), "%u", 1000 / k->spec.gpu_grain);
}

static void nic_cell(const struct cluster *c, const struct node_type *k, struct cell *to)
{
	char latency[40];

	(void)c;
	rate(to->text, sizeof(to->text), k->spec.nic_bytes_per_s);
	if (k->spec.nic_latency_ns != 0) {
		sj_format_time(k->spec.nic_latency_ns, latency, sizeof(latency));
		strcat(strcat(to->text, ", "), latency);
	}
}

static void pcie_cell(const struct cluster *c, const struct node_type *k, struct cell *to)
{
	(void)c;
	rate(to->text, sizeof(to->text), k->spec.pcie_bytes_per_s);
}

static void nvlink_cell(const struct cluster *c, const struct node_type *k, struct cell *to)
{
	(void)c;
	rate(to->text, sizeof(to->text), k->spec.nvlink_bytes_per_s);
}

/* "2: r1" or "2: 0-1": how many, then names or numbers. */
static void racks_cell(const struct cluster *c, const struct node_type *k, struct cell *to)
{
	const sj_node_type *s = &k->spec;
	const char *first;

	if (s->racks == 0)
		return;
	first = c->rack_names[s->rack];
	if (first != NULL && s->racks == 1)
		snprintf(to->text, sizeof(to->text), "%.60s", first);
	else if (first != NULL)
		snprintf(to->text, sizeof(to->text), "%u: %.60s .. %.60s", s->racks, first,
			 c->rack_names[s->rack + s->racks - 1]);
	else
		snprintf(to->text, sizeof(to->text), "%u: %u-%u", s->racks, s->rack,
			 s->rack + s->racks - 1);
}

static void site_cell(const struct cluster *c, const struct node_type *k, struct cell *to)
{
	if (c->site_count > 0)
		snprintf(to->text, sizeof(to->text), "%.60s", c->site_names[k->spec.site]);
}

static void power_text(double idle, double busy, struct cell *to)
{
	char lo[64], hi[64];

	if (busy <= 0)
		return;
	watts_format(idle, lo, sizeof(lo));
	watts_format(busy, hi, sizeof(hi));
	snprintf(to->text, sizeof(to->text), "%s-%s", lo, hi);
}

static void power_cell(const struct cluster *c, const struct node_type *k, struct cell *to)
{
	(void)c;
	power_text(k->spec.idle_w, k->spec.busy_w, to);
}

static void gpu_power_cell(const struct cluster *c, const struct node_type *k, struct cell *to)
{
	(void)c;
	power_text(k->spec.gpu_idle_w, k->spec.gpu_busy_w, to);
}

static void mtbf_cell(const struct cluster *c, const struct node_type *k, struct cell *to)
{
	(void)c;
	snprintf(to->text, sizeof(to->text), "%s", k->mtbf_text != NULL ? k->mtbf_text : "");
}

static void mttr_cell(const struct cluster *c, const struct node_type *k, struct cell *to)
{
	(void)c;
	snprintf(to->text, sizeof(to->text), "%s", k->mttr_text != NULL ? k->mttr_text : "");
}

static const struct {
	const char *name;
	void (*write)(const struct cluster *c, const struct node_type *k, struct cell *to);
} further[] = {
	{ "racks", racks_cell }, { "site", site_cell }, { "GPU memory", gpu_memory_cell },
	{ "GPU speed", gpu_speed_cell }, { "GPU shares", shares_cell }, { "NIC", nic_cell },
	{ "PCIe", pcie_cell }, { "NVLink", nvlink_cell }, { "power", power_cell },
	{ "GPU power", gpu_power_cell }, { "up (MTBF)", mtbf_cell }, { "down (MTTR)", mttr_cell },
};
enum { FURTHER = sizeof(further) / sizeof(further[0]) };

static struct cell cell_of(const struct cluster *c, uint32_t type, size_t column)
{
	struct cell cell = { .text = "" };

	further[column].write(c, &c->types[type], &cell);
	return cell;
}

static bool any_in(const struct cluster *c, size_t column)
{
	for (uint32_t i = 0; i < c->type_count; i++)
		if (cell_of(c, i, column).text[0] != '\0')
			return true;
	return false;
}

/* Only columns in which something stands. */
static int show_further(const struct cluster *c, sj_error *err)
{
	struct table_text *t;
	bool used[FURTHER], any = false;

	for (size_t k = 0; k < FURTHER; k++)
		any |= used[k] = any_in(c, k);
	if (!any)
		return SJ_OK;
	t = table_text_create();
	table_text_cell(t, "type");
	for (size_t k = 0; k < FURTHER; k++)
		if (used[k])
			table_text_cell(t, further[k].name);
	table_text_end_row(t);
	table_text_rule(t);
	for (uint32_t i = 0; i < c->type_count; i++) {
		table_text_cell(t, c->types[i].name);
		for (size_t k = 0; k < FURTHER; k++) {
			struct cell cell = cell_of(c, i, k);

			if (used[k])
				table_text_cell(t, cell.text[0] != '\0' ? cell.text : "-");
		}
		table_text_end_row(t);
	}
	return print_table(t, err);
}

/* ---- sentences ------------------------------------------------------------------------ */

static bool states_links(const struct cluster *c)
{
	for (uint32_t i = 0; i < c->type_count && c->network == NULL; i++) {
		const sj_node_type *s = &c->types[i].spec;

		if (s->nic_bytes_per_s != 0 || s->pcie_bytes_per_s != 0 ||
		    s->nvlink_bytes_per_s != 0)
			return true;
	}
	return false;
}

static void show_sums(const struct cluster *c, const struct cluster_totals *sum)
{
	struct cell power = { .text = "" };
	char text[64];

	if (c->rack_count > 0 || c->site_count > 0)
		printf("In all: %u racks, %u sites.\n", c->rack_count,
		       c->site_count > 0 ? c->site_count : 1);
	if (sum->gpu_mem_bytes != 0) {
		sj_format_bytes(sum->gpu_mem_bytes, text, sizeof(text));
		printf("Memory of all GPUs: %s.\n", text);
	}
	power_text(sum->idle_w, sum->busy_w, &power);
	if (power.text[0] != '\0')
		printf("Power of the machine, idle to busy: %s.\n", power.text);
	if (c->interference != NULL)
		printf("Interference: apps 1 to %u slow each other on the same %s.\n",
		       c->interference->kinds, c->interference->per_gpu ? "GPU" : "node");
	if (states_links(c))
		puts("NIC, PCIe and NVLink are not used: no network connects the nodes.");
}

static int show_text(const struct cluster *c, sj_error *err)
{
	struct cluster_totals sum = cluster_totals(c);
	int rc;

	if (c->type_count == 0) {
		printf("one pool of %" PRIu64 " identical processors, no node boundaries\n",
		       sum.cores);
		return SJ_OK;
	}
	rc = show_types(c, &sum, err);
	if (rc == SJ_OK)
		rc = show_further(c, err);
	if (rc != SJ_OK)
		return rc;
	if (c->gpu_count > 0)
		puts("A number in parentheses is the gpu_model of a job.");
	puts("Cores, memory and GPUs of a row are those of one node.");
	show_sums(c, &sum);
	rc = cluster_network_show(c, err);
	for (uint32_t i = 0; i < c->note_count; i++)
		printf("Note: %s.\n", c->notes[i]);
	return rc;
}

/* ---- the command ----------------------------------------------------------------------- */

struct flags {
	const char *terminal, *style, *output, *title;
	bool        json, host, wide;
};

static int draw(const struct cluster *c, const struct flags *f, sj_error *err)
{
	struct plot_look look = { .wide = f->wide, .title = f->title };
	int rc = plot_style_find(f->style, &look.style, err);

	if (rc != SJ_OK)
		return rc;
	if (f->output == NULL)
		return sj_fail(err, SJ_EUSAGE, "cluster show: -T draws a picture; say where with -o");
	if (c->type_count == 0)
		return sj_fail(err, SJ_EUSAGE, "cluster show: a pool of processors has no nodes to be "
			       "drawn");
	if (f->terminal != NULL)
		rc = plot_terminal_find(f->terminal, &look.terminal, err);
	else
		look.terminal = plot_terminal_of(f->output);
	if (rc != SJ_OK)
		return rc;
	if (look.terminal == NULL || look.terminal->dumb)
		return sj_fail(err, SJ_EUSAGE, "cluster show: a picture is pdf, svg, png, tikz or "
			       "cairolatex; give -T, or -o with one of their suffixes");
	return cluster_figure(c, &look, f->output, err);
}

static int show(const struct cluster *c, const struct flags *f, sj_error *err)
{
	int rc = SJ_OK;

	if (f->output != NULL || f->terminal != NULL)
		rc = draw(c, f, err);
	else if (!f->json)
		return show_text(c, err);
	return rc == SJ_OK && f->json ? cluster_show_json(c, err) : rc;
}

int cluster_show(int argc, char **argv)
{
	struct flags f = { .style = "acm" };
	const struct opt opts[] = {
		{ 'T', "terminal", OPT_STRING, &f.terminal, "FORMAT",
		  "Draw a picture: pdf, svg, png, tikz or cairolatex (default: by the suffix of "
		  "-o)." },
		{ 'o', "output", OPT_STRING, &f.output, "FILE", "Where the picture goes." },
		{ 0, "style", OPT_STRING, &f.style, "STYLE",
		  "Column width and type of acm (default), ieee or usenix." },
		{ 0, "wide", OPT_FLAG, &f.wide, NULL, "The picture goes across both columns." },
		{ 0, "title", OPT_STRING, &f.title, "TEXT", "Title above the picture." },
		{ 0, "from-host", OPT_FLAG, &f.host, NULL,
		  "This machine as one node: cores, memory and GPUs, as hwloc sees them." },
		{ 0, "json", OPT_FLAG, &f.json, NULL, "Print one JSON document." },
		{ 0, NULL, OPT_FLAG, NULL, NULL, NULL },
	};
	int first, rc = opts_parse(argc, argv, opts, "cluster show [flags] [CLUSTER]",
				   "Shows a machine: a file in YAML or JSON, a platform in XML, or an "
				   "inline notation, such as nodes=16,cores=8,gpus=4. With -o it is "
				   "drawn: racks as frames, nodes as boxes, GPUs as squares.", &first);
	sj_error err = { 0 };
	struct cluster c;

	if (rc != 0)
		return rc > 0 ? 0 : 2;
	if (argc - first != !f.host)
		return say_usage("cluster show: expected one cluster: %s, a file, or --from-host",
				 CLUSTER_NOTATION);
	rc = f.host ? cluster_from_host(&c, &err) : cluster_parse(argv[first], &c, &err);
	if (rc != SJ_OK)
		return say_error(rc, &err);
	rc = show(&c, &f, &err);
	cluster_fini(&c);
	return rc == SJ_OK ? 0 : say_error(rc, &err);
}
