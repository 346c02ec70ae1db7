/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_doctor.c - `sojourn doctor`: is this installation sound, are these files whole? */
#include <stdlib.h>

#include "cli/commands.h"
#include "cli/json_out.h"
#include "config/version.h"
#include "doctor/doctor.h"
#include "scenario/show.h"

static const char usage[] = "doctor [DB]... [--json] | doctor --scenarios [NAME]... [--json]";
static const char about[] =
	"Checks the program, its libraries, gnuplot, the place for results and the clock; "
	"runs a small simulation with a known result; and looks for damage in the results "
	"files given. Exit status 1 when a check fails; warnings do not count. With --scenarios: "
	"runs the canned scenarios, or those named, and compares with what is known of them.";

static int print_text(const struct doctor *d)
{
	for (size_t i = 0; i < d->count; i++)
		printf("%-4s  %-9s  %s\n", doctor_verdict_names[d->line[i].verdict],
		       d->line[i].what, d->line[i].text);
	return SJ_OK;
}

static int print_json(const struct doctor *d, sj_error *err)
{
	json_t *doc = json_object(), *list = json_array();

	for (size_t i = 0; i < d->count; i++) {
		json_t *o = json_object();

		json_object_set_new(o, "check", json_string(d->line[i].what));
		json_object_set_new(o, "verdict",
				    json_string(doctor_verdict_names[d->line[i].verdict]));
		json_object_set_new(o, "text", json_string(d->line[i].text));
		json_array_append_new(list, o);
	}
	json_object_set_new(doc, "schema", json_string("sojourn.doctor/1"));
	json_object_set_new(doc, "version", json_string(version_number));
	json_object_set_new(doc, "verdict", json_string(doctor_verdict_names[doctor_worst(d)]));
	json_object_set_new(doc, "checks", list);
	return json_out(doc, JSON_INDENT(1), err);
}

int cmd_doctor(int argc, char **argv)
{
	bool json = false, scenarios = false;
	const struct opt opts[] = {
		{ 0, "scenarios", OPT_FLAG, &scenarios, NULL,
		  "Run the canned scenarios; `sojourn gen --scenarios` lists them." },
		{ 0, "json", OPT_FLAG, &json, NULL, "Print one JSON document." },
		{ 0, NULL, OPT_FLAG, NULL, NULL, NULL },
	};
	sj_error err = { 0 };
	struct doctor *d;
	int first, rc, worst, parsed = opts_parse(argc, argv, opts, usage, about, &first);

	if (parsed != 0)
		return parsed > 0 ? 0 : 2;
	if (scenarios)
		return scenarios_check((const char *const *)(argv + first), argc - first, json);
	if (argc - first > 8)
		return say_usage("doctor: at most 8 results files at once");
	d = calloc(1, sizeof(*d));
	if (d == NULL)
		return say_error(SJ_ENOMEM, NULL);
	doctor_program(d);
	doctor_libraries(d);
	doctor_system(d);
	doctor_selftest(d);
	for (int i = first; i < argc; i++)
		doctor_database(d, argv[i]);
	rc = json ? print_json(d, &err) : print_text(d);
	worst = doctor_worst(d);
	free(d);
	if (rc != SJ_OK)
		return say_error(rc, &err);
	return worst == DOCTOR_FAIL ? 1 : 0;
}
