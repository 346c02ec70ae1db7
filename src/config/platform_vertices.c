/* SPDX-License-Identifier: GPL-3.0-or-later */
/* platform_vertices.c - see platform_vertices.h. */
#include "config/platform_vertices.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sojourn/param.h"
#include "units.h"

static int by_name(const void *x, const void *y)
{
	const struct vertex *a = x, *b = y;
	int order = strcmp(a->name, b->name);

	return order != 0 ? order : a->index < b->index ? -1 : a->index > b->index;
}

static void add(struct vertices *v, const struct yaml_text *name, const char *kind,
		uint32_t first, uint32_t count)
{
	if (name->v != NULL) {
		v->sorted[v->count] = (struct vertex){ name->v, kind, name->at, { first, count },
						       (uint32_t)v->count };
		v->count++;
	}
}

static void collect(const struct file *f, struct vertices *v)
{
	const struct type_file *type = f->nodes.items;
	const struct storage_file *storage = f->network.storage.items;
	const struct yaml_text *sw = f->network.switches.items;

	for (size_t k = 0; k < f->nodes.count; k++) {
		uint32_t n = type[k].count.v > 0 ? (uint32_t)type[k].count.v : 0;

		if (n > 0)
			add(v, &type[k].type, "type", v->nodes, n);
		v->nodes += n;
	}
	for (size_t i = 0; i < f->network.storage.count; i++)
		add(v, &storage[i].name, "storage", v->nodes + v->storages++, 1);
	for (size_t i = 0; i < f->network.switches.count; i++)
		add(v, &sw[i], "switch", v->nodes + v->storages + v->switches++, 1);
}

/* Types and storages have told of their own doubles. */
static void check_twice(struct yaml_tree *t, const struct vertices *v)
{
	for (size_t i = 1; i < v->count; i++) {
		const struct vertex *a = &v->sorted[i - 1], *b = &v->sorted[i];

		if (strcmp(a->name, b->name) == 0 && (a->kind != b->kind || b->kind[1] == 'w'))
			yaml_tree_wrong(t, b->at, "%s: \"%s\" is named twice; it is a %s in line %u",
					b->kind, sj_quote(b->name, strlen(b->name)).text, a->kind,
					a->at.line);
	}
}

/* Of several of one name the first is meant: types before all others. */
static void drop_doubles(struct vertices *v)
{
	size_t n = 0;

	for (size_t i = 0; i < v->count; i++)
		if (n == 0 || strcmp(v->sorted[n - 1].name, v->sorted[i].name) != 0)
			v->sorted[n++] = v->sorted[i];
	v->count = n;
}

bool vertices_name(struct yaml_tree *t, const struct file *f, struct vertices *v)
{
	size_t room = f->nodes.count + f->network.storage.count + f->network.switches.count;
	const struct yaml_text *sw = f->network.switches.items;

	v->sorted = yaml_tree_take(t, room * sizeof(*v->sorted) + 1);
	v->name = yaml_tree_take(t, room * sizeof(*v->name) + 1);
	if (v->sorted == NULL || v->name == NULL)
		return false;
	collect(f, v);
	for (size_t i = 0; i < f->network.switches.count; i++)
		platform_check_name(t, "switches", &sw[i]);
	qsort(v->sorted, v->count, sizeof(*v->sorted), by_name);
	check_twice(t, v);
	drop_doubles(v);
	for (size_t i = 0; i < v->count; i++)
		v->name[i] = v->sorted[i].name;
	return true;
}

static const struct vertex *find(const struct vertices *v, const char *name, size_t length)
{
	size_t lo = 0, hi = v->count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		int order = strncmp(v->sorted[mid].name, name, length);

		if (order == 0)
			order = v->sorted[mid].name[length] != '\0';
		if (order < 0)
			lo = mid + 1;
		else if (order > 0)
			hi = mid;
		else
			return &v->sorted[mid];
	}
	return NULL;
}

/* "0" or "0-15" behind TYPE: are nodes of it. */
bool vertices_range(const char *text, uint32_t count, sj_graph_end *out)
{
	unsigned long first, last;
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	first = last = strtoul(text, &end, 10);
	if (*end == '-' && end[1] >= '0' && end[1] <= '9')
		last = strtoul(end + 1, &end, 10);
	if (*end != '\0' || last >= count || first > last)
		return false;
	out->first = (uint32_t)first;
	out->count = (uint32_t)(last - first) + 1;
	return true;
}

bool vertices_find(struct yaml_tree *t, const char *what, const struct vertices *v,
		     const struct yaml_text *text, sj_graph_end *out)
{
	const struct vertex *x = find(v, text->v, strlen(text->v));
	const char *colon = strrchr(text->v, ':'), *near = NULL;

	if (x != NULL) {
		*out = x->is;
		return true;
	}
	x = colon != NULL ? find(v, text->v, (size_t)(colon - text->v)) : NULL;
	if (x != NULL && x->kind[0] == 't') {
		if (vertices_range(colon + 1, x->is.count, out)) {
			out->first += x->is.first;
			return true;
		}
		yaml_tree_wrong(t, text->at, "%s: \"%s\": expected %s:N or %s:N-N with N from 0 to %u",
				what, sj_quote(text->v, strlen(text->v)).text, x->name, x->name,
				x->is.count - 1);
		return false;
	}
	if (!yaml_tree_full(t))
		near = sj_nearest(text->v, v->name, v->count < 1000 ? v->count : 1000);
	yaml_tree_wrong(t, text->at, "%s: \"%s\" is no node type, TYPE:N, storage or switch%s%s%s", what,
			sj_quote(text->v, strlen(text->v)).text, near != NULL ? "; did you mean \"" : "",
			near != NULL ? near : "", near != NULL ? "\"?" : "");
	return false;
}

/* "TYPE:N", or a name. */
struct vertex_text vertices_text(const struct vertices *v, uint32_t vertex)
{
	struct vertex_text out = { "" };

	for (size_t i = 0; i < v->count; i++) {
		const struct vertex *x = &v->sorted[i];

		if (vertex < x->is.first || vertex - x->is.first >= x->is.count)
			continue;
		if (x->kind[0] == 't')
			snprintf(out.text, sizeof(out.text), "%.64s:%u", x->name,
				 vertex - x->is.first);
		else
			snprintf(out.text, sizeof(out.text), "%.64s", x->name);
	}
	return out;
}
