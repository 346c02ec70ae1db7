/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * test_schema.c - the native format is what docs/formats/jsonl.schema.json says: every line
 * that is written is valid, what is valid is read, and what is read back is the same job.
 * The checker knows the keywords that this schema uses and fails on any other, so that none
 * is passed over in silence.
 */
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "mem_input.h"
#include "sojourn/rng.h"
#include "test.h"
#include "trace/writer.h"

extern const sj_reader_ops sj_reader_jsonl;
extern const struct trace_writer trace_writer_jsonl;

/* ---- JSON Schema, as far as it goes here ------------------------------------------------- */

static json_t *schema;

static bool valid(const json_t *s, const json_t *v);

static const json_t *resolve(const char *ref)
{
	const json_t *at = schema;
	char path[128], *save = NULL;

	snprintf(path, sizeof(path), "%s", ref + strlen("#/"));
	for (char *key = strtok_r(path, "/", &save); key != NULL; key = strtok_r(NULL, "/", &save))
		at = json_object_get(at, key);
	CHECK(at != NULL, "nothing at %s", ref);
	return at;
}

static bool is_type(const char *type, const json_t *v)
{
	return strcmp(type, "object") == 0 ? json_is_object(v) :
	       strcmp(type, "array") == 0 ? json_is_array(v) :
	       strcmp(type, "string") == 0 ? json_is_string(v) :
	       strcmp(type, "boolean") == 0 ? json_is_boolean(v) :
	       strcmp(type, "number") == 0 ? json_is_number(v) :
	       strcmp(type, "integer") == 0 && json_is_integer(v);
}

static size_t count_valid(const json_t *list, const json_t *v)
{
	size_t n = 0;

	for (size_t i = 0; i < json_array_size(list); i++)
		n += valid(json_array_get(list, i), v);
	return n;
}

static bool has_keys(const json_t *keys, const json_t *v)
{
	for (size_t i = 0; i < json_array_size(keys); i++)
		if (json_object_get(v, json_string_value(json_array_get(keys, i))) == NULL)
			return false;
	return true;
}

static bool known_value(const json_t *list, const json_t *v)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (json_equal(json_array_get(list, i), v))
			return true;
	return false;
}

static bool valid_members(const json_t *s, const json_t *v)
{
	const json_t *named = json_object_get(s, "properties"), *sub;
	const json_t *others = json_object_get(s, "additionalProperties");
	const char *key;
	json_t *member;

	json_object_foreach((json_t *)v, key, member) {
		sub = json_object_get(named, key);
		if (sub != NULL ? !valid(sub, member) : json_is_false(others))
			return false;
		if (sub == NULL && json_is_object(others) && !valid(others, member))
			return false;
	}
	return true;
}

static bool valid_items(const json_t *s, const json_t *v)
{
	for (size_t i = 0; i < json_array_size(v); i++)
		if (!valid(s, json_array_get(v, i)))
			return false;
	return true;
}

static bool depends(const json_t *on, const json_t *v)
{
	const char *key;
	json_t *keys;

	json_object_foreach((json_t *)on, key, keys)
		if (json_object_get(v, key) != NULL && !has_keys(keys, v))
			return false;
	return true;
}

/* One keyword; those that do not apply to this type of value hold. */
static bool holds(const json_t *s, const char *word, const json_t *is, const json_t *v)
{
	double x = json_number_value(v), limit = json_number_value(is);

	if (word[0] == '$')
		return strcmp(word, "$ref") != 0 || valid(resolve(json_string_value(is)), v);
	if (strcmp(word, "title") == 0)
		return true;
	if (strcmp(word, "type") == 0)
		return is_type(json_string_value(is), v);
	if (strcmp(word, "const") == 0)
		return json_equal(is, v);
	if (strcmp(word, "enum") == 0)
		return known_value(is, v);
	if (strcmp(word, "minimum") == 0)
		return json_is_integer(v) && json_is_integer(is) ?
		       json_integer_value(v) >= json_integer_value(is) :
		       !json_is_number(v) || x >= limit;
	if (strcmp(word, "maximum") == 0)
		return json_is_integer(v) && json_is_integer(is) ?
		       json_integer_value(v) <= json_integer_value(is) :
		       !json_is_number(v) || x <= limit;
	if (strcmp(word, "exclusiveMinimum") == 0)
		return !json_is_number(v) || x > limit;
	if (strcmp(word, "minItems") == 0)
		return !json_is_array(v) || json_array_size(v) >= (size_t)limit;
	if (strcmp(word, "maxItems") == 0)
		return !json_is_array(v) || json_array_size(v) <= (size_t)limit;
	if (strcmp(word, "minLength") == 0)
		return !json_is_string(v) || json_string_length(v) >= (size_t)limit;
	if (strcmp(word, "maxLength") == 0)
		return !json_is_string(v) || json_string_length(v) <= (size_t)limit;
	if (strcmp(word, "items") == 0)
		return !json_is_array(v) || valid_items(is, v);
	if (strcmp(word, "required") == 0)
		return !json_is_object(v) || has_keys(is, v);
	if (strcmp(word, "properties") == 0 || strcmp(word, "additionalProperties") == 0)
		return !json_is_object(v) || valid_members(s, v);
	if (strcmp(word, "dependentRequired") == 0)
		return !json_is_object(v) || depends(is, v);
	if (strcmp(word, "oneOf") == 0)
		return count_valid(is, v) == 1;
	if (strcmp(word, "anyOf") == 0)
		return count_valid(is, v) >= 1;
	if (strcmp(word, "not") == 0)
		return !valid(is, v);
	CHECK(false, "the schema uses \"%s\", which this checker does not know", word);
	return false;
}

static bool valid(const json_t *s, const json_t *v)
{
	const char *word;
	json_t *is;

	json_object_foreach((json_t *)s, word, is)
		if (!holds(s, word, is, v))
			return false;
	return true;
}

static bool line_is_valid(const char *line, size_t size)
{
	json_t *v = json_loadb(line, size, 0, NULL);
	bool ok = v != NULL && valid(schema, v);

	json_decref(v);
	return ok;
}

static bool load_schema(void)
{
	if (schema == NULL)
		schema = json_load_file("docs/formats/jsonl.schema.json", 0, NULL);
	return schema != NULL;
}

/* ---- reading and writing -------------------------------------------------------------------- */

static sj_source *read_back(const char *text, sj_error *err)
{
	static const sj_reader_options plain = { 0 };
	struct mem_input m;
	sj_source *s = NULL;

	mem_init(&m, text, 0);
	err->text[0] = '\0';
	return sj_reader_jsonl.open(&m.in, &plain, &s, err) == SJ_OK ? s : NULL;
}

/* All of a source as text, to be freed. */
static char *write_out(sj_source *s)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);
	sj_job j;
	uint32_t n;
	sj_error err;

	trace_writer_jsonl.header(to, s, "");
	while (s->ops->fill(s, &j, 1, &n, &err) == SJ_OK)
		trace_writer_jsonl.job(to, s, &j, &err);
	fclose(to);
	return text;
}

static void check_lines(const char *text, const char *what)
{
	for (const char *eol; (eol = strchr(text, '\n')) != NULL; text = eol + 1)
		CHECK(line_is_valid(text, (size_t)(eol - text)), "%s: %.*s", what,
		      (int)(eol - text), text);
}

static bool same_task(const sj_task_spec *a, const sj_task_spec *b)
{
	return a->ranks == b->ranks && a->cores == b->cores && a->gpu_milli == b->gpu_milli &&
	       a->gpu_model == b->gpu_model && a->mem_bytes == b->mem_bytes &&
	       a->estimate_ns == b->estimate_ns && a->work_ns == b->work_ns &&
	       a->ranks_min == b->ranks_min && a->ranks_max == b->ranks_max &&
	       a->scaling == b->scaling && a->node == b->node && a->layout == b->layout &&
	       a->spare_ranks == b->spare_ranks && a->steps == b->steps && a->logged_ns == b->logged_ns;
}

/* But for the numbers of names. */
static bool same_files(const sj_job_files *a, const sj_job_files *b)
{
	bool same = (a == NULL) == (b == NULL);

	if (!same || a == NULL)
		return same;
	same = a->file_count == b->file_count && a->read_count == b->read_count &&
	       a->at_count == b->at_count;
	for (uint32_t i = 0; same && i < a->file_count; i++)
		same = a->files[i].bytes == b->files[i].bytes &&
		       a->files[i].maker == b->files[i].maker &&
		       a->files[i].to == b->files[i].to &&
		       a->files[i].shared == b->files[i].shared &&
		       a->files[i].at_first == b->files[i].at_first &&
		       a->files[i].at_count == b->files[i].at_count;
	for (uint32_t i = 0; same && i < a->read_count; i++)
		same = a->reads[i].task == b->reads[i].task && a->reads[i].file == b->reads[i].file;
	for (uint32_t i = 0; same && i < a->at_count; i++)
		same = a->at[i] == b->at[i];
	return same;
}

static bool same_job(const sj_job *a, const sj_job *b)
{
	bool same = a->id == b->id && a->submit_ns == b->submit_ns &&
		    a->logged_start_ns == b->logged_start_ns &&
		    a->deadline_ns == b->deadline_ns && a->weight == b->weight &&
		    a->priority == b->priority && a->user == b->user && a->group == b->group &&
		    a->queue == b->queue && a->app == b->app && a->flags == b->flags &&
		    a->task_count == b->task_count && a->edge_count == b->edge_count;

	same = same && same_files(a->files, b->files);
	if (!same || a->task_count == 1)
		return same && same_task(&a->task, &b->task);
	for (uint32_t i = 0; i < a->task_count; i++)
		same = same && same_task(&a->tasks[i], &b->tasks[i]);
	for (uint32_t i = 0; i < a->edge_count; i++)
		same = same && a->edges[i].from == b->edges[i].from &&
		       a->edges[i].to == b->edges[i].to && a->edges[i].bytes == b->edges[i].bytes;
	return same;
}

static bool same_scaling(const sj_scaling *a, const sj_scaling *b)
{
	bool same = a->kind == b->kind && a->serial == b->serial && a->A == b->A &&
		    a->sigma == b->sigma && a->point_count == b->point_count &&
		    a->model_count == b->model_count && a->apart == b->apart &&
		    a->node_count == b->node_count;

	for (uint32_t i = 0; same && i < a->point_count; i++)
		same = a->points[i].ranks == b->points[i].ranks &&
		       a->points[i].speed == b->points[i].speed;
	for (uint32_t i = 0; same && i < a->model_count; i++)
		same = a->model_rate[i] == b->model_rate[i];
	for (uint32_t i = 0; same && i < a->node_count; i++)
		same = a->node_rate[i] == b->node_rate[i];
	return same;
}

/* ---- random jobs ------------------------------------------------------------------------------ */

#define JOBS 2000

/* A source that hands out the jobs of a test. */
struct listed {
	sj_source     source;
	const sj_job *job;
	uint32_t      at;
};

static int listed_fill(sj_source *s, sj_job *jobs, uint32_t cap, uint32_t *n, sj_error *err)
{
	struct listed *l = (struct listed *)s;

	(void)cap;
	(void)err;
	*n = l->at < JOBS;
	if (*n == 1)
		*jobs = l->job[l->at++];
	return *n == 1 ? SJ_OK : SJ_END;
}

static uint32_t draw(gsl_rng *g, uint32_t n)
{
	return (uint32_t)gsl_rng_uniform_int(g, n);
}

/* Half of the optional fields are at their defaults. */
static uint32_t some(gsl_rng *g, uint32_t n)
{
	return draw(g, 2) == 0 ? 0 : draw(g, n);
}

static void draw_task(gsl_rng *g, sj_task_spec *t)
{
	*t = (sj_task_spec){
		.ranks = 1 + draw(g, 64), .cores = draw(g, 3), .gpu_milli = some(g, 8000),
		.gpu_model = some(g, 4), .mem_bytes = (uint64_t)some(g, 1u << 31) << 20,
		.estimate_ns = (sj_time)draw(g, 1u << 31) * draw(g, 1u << 31),
		.work_ns = (sj_time)draw(g, 1u << 31), .ranks_min = some(g, 5),
		.scaling = some(g, 5), .node = some(g, 9), .layout = (uint16_t)draw(g, 3),
	};
	t->estimate_ns = t->estimate_ns > SJ_TIME_MAX ? SJ_TIME_MAX : t->estimate_ns;
	t->ranks_max = t->ranks_min + some(g, 100);
	t->spare_ranks = (uint16_t)some(g, t->ranks);
	t->steps = some(g, 1u << 31);
	t->logged_ns = (sj_time)some(g, 1u << 31);
}

#define FILES 3

struct drawn_files {
	sj_job_files files;
	sj_file      file[FILES];
	sj_read      read[FILES * 3];
	uint32_t     at[FILES * 2];
};

static uint32_t draw_place(gsl_rng *g)
{
	uint32_t k = draw(g, 3);

	return k == 0 ? draw(g, 9) : k == 1 ? SJ_AT_STORAGE : SJ_AT_NAMED;
}

/* What a task writes nobody reads here, as that would take an edge. */
static void draw_files(gsl_rng *g, sj_job *j, struct drawn_files *d)
{
	sj_job_files *f = &d->files;

	*f = (sj_job_files){ .file_count = 1 + draw(g, FILES), .files = d->file, .reads = d->read,
			     .at = d->at };
	for (uint32_t i = 0; i < f->file_count; i++) {
		d->file[i] = (sj_file){ .bytes = some(g, 1u << 31), .name = 1 + i,
					.to = SJ_FILE_STAYS, .shared = draw(g, 2) == 0,
					.at_first = f->at_count, .maker = some(g, j->task_count + 1) };
		if (d->file[i].maker != 0 && draw(g, 2) == 0)
			d->file[i].to = draw_place(g);
		for (uint32_t n = draw(g, 3); n != 0; n--, d->file[i].at_count++)
			d->at[f->at_count++] = draw_place(g);
	}
	for (uint32_t t = 0; t < j->task_count; t++)
		for (uint32_t i = 0; i < f->file_count; i++)
			if (d->file[i].maker == 0 && draw(g, 2) == 0)
				d->read[f->read_count++] = (sj_read){ t, i };
	j->files = f;
}

static void draw_job(gsl_rng *g, sj_job *j, uint32_t i, sj_task_spec *tasks, sj_edge *edge)
{
	sj_job_clear(j);
	j->id = (int64_t)i - 7;
	j->submit_ns = (sj_time)i * 13;
	j->logged_start_ns = draw(g, 2) == 0 ? SJ_NEVER : (sj_time)draw(g, 1u << 31);
	j->deadline_ns = draw(g, 2) == 0 ? SJ_NEVER : SJ_TIME_MAX - draw(g, 9);
	j->weight = draw(g, 2) == 0 ? 1 : gsl_rng_uniform(g) * 3;
	j->priority = (int32_t)some(g, 9) - 4;
	j->user = some(g, 9);
	j->group = some(g, 9);
	j->queue = some(g, 9);
	j->app = some(g, 9);
	j->flags = draw(g, 4);
	draw_task(g, &j->task);
	if (draw(g, 4) > 0)
		return;
	j->task_count = 3;
	for (uint32_t k = 0; k < 3; k++)
		draw_task(g, &tasks[k]);
	j->tasks = tasks;
	j->edge_count = draw(g, 2);
	*edge = (sj_edge){ draw(g, 2), 2, some(g, 1000) };
	j->edges = edge;
}

static const sj_speedup_point points[] = { { 1, 1 }, { 2, 1.75 }, { 8, 0.1 + 0.2 } };
static const double rates[] = { 1, 1.0 / 3, 0 };
static const sj_scaling scalings[] = {
	{ .kind = SJ_SPEEDUP_LINEAR, .apart = 1, .model_count = 3, .model_rate = rates },
	{ .kind = SJ_SPEEDUP_AMDAHL, .serial = 0.1, .apart = 0.7, .node_count = 2,
	  .node_rate = rates },
	{ .kind = SJ_SPEEDUP_DOWNEY, .A = 17.5, .sigma = 1.25, .apart = 1 },
	{ .kind = SJ_SPEEDUP_TABLE, .point_count = 3, .points = points, .apart = 2 },
};
static const char *const models[] = { "V100", "A100|H100 \"SXM\"", "T4\\x" };

TEST(random_jobs_go_round)
{
	static const sj_source_ops ops = { .fill = listed_fill };
	static sj_job jobs[JOBS];
	static sj_task_spec tasks[JOBS][3];
	static sj_edge edges[JOBS];
	static struct drawn_files files[JOBS];
	static const char *const names[FILES] = { "a b", "\"quoted\"", "c" };
	static const char *const places[] = { "disk" };
	struct listed from = { .source.ops = &ops, .job = jobs };
	sj_workload_info *info = &from.source.info;
	gsl_rng *g = sj_rng_create(7, "test.schema", 0);
	char *text, *again;
	sj_error err;
	sj_source *s;

	REQUIRE(load_schema(), "run from the repository's root");
	from.source.scalings = scalings;
	from.source.scaling_count = 4;
	*info = (sj_workload_info){ .max_procs = 640, .max_nodes = 3, .unix_start_ns = 77,
				    .gpu_model_count = 3, .gpu_model = models,
				    .file_count = FILES, .file = names, .place_count = 1,
				    .place = places };
	for (uint32_t i = 0; i < JOBS; i++) {
		draw_job(g, &jobs[i], i, tasks[i], &edges[i]);
		if (draw(g, 3) == 0)
			draw_files(g, &jobs[i], &files[i]);
	}
	text = write_out(&from.source);
	check_lines(text, "written");
	s = read_back(text, &err);
	REQUIRE(s != NULL, "%s", err.text);
	CHECK(s->info.max_procs == 640 && s->info.max_nodes == 3 && s->info.unix_start_ns == 77);
	CHECK(s->info.gpu_model_count == 3 && strcmp(s->info.gpu_model[1], models[1]) == 0 &&
	      strcmp(s->info.gpu_model[2], models[2]) == 0);
	REQUIRE(s->scaling_count == 4);
	for (int k = 0; k < 4; k++)
		CHECK(same_scaling(&s->scalings[k], &scalings[k]), "scaling %d", k);
	again = write_out(s);
	CHECK(strcmp(text, again) == 0, "what is read and written again differs");
	s->ops->rewind(s, &err);
	for (uint32_t i = 0, n; i < JOBS; i++) {
		sj_job j;

		REQUIRE(s->ops->fill(s, &j, 1, &n, &err) == SJ_OK);
		CHECK(same_job(&j, &jobs[i]), "job %u", i);
	}
	s->ops->free(s);
	free(text);
	free(again);
	gsl_rng_free(g);
}

/* ---- what reader and schema think of a line ----------------------------------------------------- */

#define JOB "{\"submit_ns\":1,\"procs\":2,\"runtime_ns\":9"

/* Neither: what no schema can say (order of points, a number beyond the list). */
TEST(reader_and_schema_agree)
{
	static const struct {
		const char *line;
		bool        reads, schema;
		const char *says; /* in the sentence of the reader */
	} cases[] = {
		{ JOB "}", true, true, NULL },
		{ JOB ",\"layout\":\"spread\",\"node\":3,\"spare_ranks\":1}", true, true, NULL },
		{ JOB ",\"layout\":\"far\"}", false, false, "\"any\", \"consolidated\" or" },
		{ JOB ",\"reads\":[\"f\"],\"files\":[{\"name\":\"f\",\"bytes\":7,\"at\":[0,\"disk\"]}]}",
		  true, true, NULL },
		{ JOB ",\"reads\":[\"g\"],\"files\":[{\"name\":\"f\",\"bytes\":7}]}", false, true,
		  "\"reads\": expected names of files in the job's" },
		{ JOB ",\"reads\":\"f\"}", false, false, "\"reads\": expected a list" },
		{ JOB ",\"reads\":[7]}", false, false, "\"reads\": expected names of files" },
		{ JOB ",\"files\":[{\"name\":\"f\"}]}", false, false, "file 0: \"bytes\": expected a whole" },
		{ JOB ",\"files\":[{\"name\":\"\",\"bytes\":1}]}", false, false, "\"name\": expected a name" },
		{ JOB ",\"files\":[{\"name\":\"f\",\"bytes\":1,\"size\":2}]}", false, false,
		  "no keys but name, bytes" },
		{ JOB ",\"files\":[{\"name\":\"f\",\"bytes\":1,\"at\":[-1]}]}", false, false,
		  "\"at\": expected the number of a node" },
		{ JOB ",\"files\":[{\"name\":\"f\",\"bytes\":1,\"at\":1}]}", false, false,
		  "\"at\": expected a list" },
		{ JOB ",\"files\":[{\"name\":\"f\",\"bytes\":1,\"shared\":1}]}", false, false,
		  "true or false" },
		{ JOB ",\"files\":[{\"name\":\"f\",\"bytes\":1,\"to\":[]}]}", false, false,
		  "\"to\": expected the number" },
		{ JOB ",\"files\":[{\"name\":\"f\",\"bytes\":1,\"to\":3}]}", false, true,
		  "\"to\": expected a task that writes" },
		{ JOB ",\"files\":[{\"name\":\"f\",\"bytes\":1},{\"name\":\"f\",\"bytes\":1}]}", false,
		  true, "another name for each file" },
		{ JOB ",\"reads\":[\"f\"],\"writes\":[\"f\"],\"files\":[{\"name\":\"f\",\"bytes\":1}]}",
		  false, true, "does not write itself" },
		{ JOB ",\"layout\":1}", false, false, "\"any\", \"consolidated\" or" },
		{ JOB ",\"spare_ranks\":2}", false, true, "fewer than there are ranks" },
		{ JOB ",\"spare_ranks\":65536}", false, false, "from 0 to 65535" },
		{ JOB ",\"gpu_model\":\"V100\"}", true, true, NULL },
		{ JOB ",\"gpu_model\":\"\"}", false, false, "a name, or a number" },
		{ JOB ",\"gpu_model\":-1}", false, false, "a name, or a number" },
		{ JOB ",\"scaling\":1}", false, true, "the number of one of scalings" },
		{ JOB ",\"scaling\":{\"speedup\":\"amdahl\",\"serial\":0.25,\"apart\":0.5}}", true,
		  true, NULL },
		{ JOB ",\"scaling\":{\"speedup\":\"amdahl\"}}", false, false, "\"serial\"" },
		{ JOB ",\"scaling\":{\"speedup\":\"amdahl\",\"serial\":1.5}}", false, false,
		  "\"serial\"" },
		{ JOB ",\"scaling\":{\"speedup\":\"downey\",\"A\":3}}", true, true, NULL },
		{ JOB ",\"scaling\":{\"speedup\":\"downey\",\"A\":0.5}}", false, false, "\"A\"" },
		{ JOB ",\"scaling\":{\"speedup\":\"table\",\"points\":[[1,1],[2,1.5]]}}", true,
		  true, NULL },
		{ JOB ",\"scaling\":{\"speedup\":\"table\",\"points\":[[2,1],[2,1.5]]}}", false,
		  true, "ranks ascending" },
		{ JOB ",\"scaling\":{\"speedup\":\"table\",\"points\":[]}}", false, false,
		  "\"points\"" },
		{ JOB ",\"scaling\":{\"serial\":0.5}}", false, false, "no other keys" },
		{ JOB ",\"scaling\":{\"apart\":0}}", false, false, "\"apart\"" },
		{ JOB ",\"scaling\":{\"model_rate\":[1,0.5]}}", true, true, NULL },
		{ JOB ",\"scaling\":{\"model_rate\":{\"V100\":1,\"K80\":0.2}}}", true, true, NULL },
		{ JOB ",\"scaling\":{\"model_rate\":[-1]}}", false, false, "\"model_rate\"" },
		{ JOB ",\"scaling\":{\"node_rate\":[1,0.25]}}", true, true, NULL },
		{ JOB ",\"scaling\":{\"node_rate\":[1,0]}}", false, false, "\"node_rate\"" },
		{ JOB ",\"scaling\":{\"node_rate\":2}}", false, false, "\"node_rate\"" },
		{ "{\"scalings\":[{\"speedup\":\"linear\"}]}\n" JOB ",\"scaling\":1}", true, true,
		  NULL },
		{ "{\"scalings\":[{\"speedup\":\"none\"}]}\n" JOB "}", false, false,
		  "\"scalings\": expected in number 1: \"speedup\"" },
		{ "{\"gpu_models\":[\"V100\"]}\n" JOB ",\"gpu_model\":1}", true, true, NULL },
		{ "{\"gpu_models\":[\"V100\"]}\n" JOB ",\"gpu_model\":2}", false, true,
		  "a name of gpu_models or its number" },
		{ "{\"gpu_models\":[\"V100\"]}\n" JOB ",\"gpu_model\":\"T4\"}", false, true,
		  "one of gpu_models" },
		{ "{\"gpu_models\":[\"T4\",\"T4\"]}\n" JOB "}", false, true, "each name once" },
		{ JOB ",\"gpu_model\":\"T4\"}\n" JOB ",\"gpu_model\":1}", false, true,
		  "either names or numbers" },
	};

	REQUIRE(load_schema(), "run from the repository's root");
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *eol = strchr(cases[i].line, '\n');
		size_t first = eol != NULL ? (size_t)(eol - cases[i].line) : strlen(cases[i].line);
		sj_error err;
		sj_source *s = read_back(cases[i].line, &err);

		CHECK((s != NULL) == cases[i].reads, "case %zu: %s: %s", i, cases[i].line,
		      err.text);
		CHECK(cases[i].says == NULL || strstr(err.text, cases[i].says) != NULL,
		      "case %zu: %s", i, err.text);
		CHECK(line_is_valid(cases[i].line, first) == cases[i].schema, "case %zu: %s", i,
		      cases[i].line);
		if (s != NULL)
			s->ops->free(s);
	}
}

/* The same scaling written out twice is one; names of models are numbered as they come. */
TEST(terms_are_shared)
{
	sj_error err;
	uint32_t n;
	sj_job j[3];
	sj_source *s = read_back(
		JOB ",\"scaling\":{\"apart\":0.5,\"model_rate\":{\"B\":0.25}},\"gpu_model\":\"A\"}\n"
		JOB ",\"gpu_model\":\"B\"}\n"
		JOB ",\"scaling\":{\"model_rate\":{\"B\":0.25},\"apart\":0.5}}\n", &err);

	REQUIRE(s != NULL, "%s", err.text);
	REQUIRE(s->ops->fill(s, j, 3, &n, &err) == SJ_OK && n == 3);
	CHECK(s->scaling_count == 1 && j[0].task.scaling == 1 && j[2].task.scaling == 1);
	CHECK(j[0].task.gpu_model == 1 && j[1].task.gpu_model == 2);
	CHECK(s->info.gpu_model_tasks[0] == 1 && s->info.gpu_model_tasks[1] == 1);
	CHECK(s->scalings[0].model_count == 2 && s->scalings[0].model_rate[0] == 1 &&
	      s->scalings[0].model_rate[1] == 0.25 && s->scalings[0].apart == 0.5);
	s->ops->free(s);
}

TESTS(CASE(random_jobs_go_round), CASE(reader_and_schema_agree), CASE(terms_are_shared))
