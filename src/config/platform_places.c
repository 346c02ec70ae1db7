/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * platform_places.c - racks and sites get their numbers: those that the file lists come
 * first, in that order; then each as the node types name it first. A number of racks
 * without names are new ones.
 */
#include "config/platform_keys.h"

#include <stdlib.h>
#include <string.h>

#include "sojourn/param.h"
#include "units.h"

/* A name somewhere in the file, or `fresh` places without one. */
struct mention {
	const struct yaml_text *word; /* NULL: without names */
	uint32_t                fresh;
	uint32_t                index, number;
	bool                    first;  /* of its name */
	bool                    listed; /* it is the list's */
	bool                    used;   /* of a listed name: a node type has it */
};

struct roll {
	const char     *what; /* "racks" */
	struct mention *mention;
	size_t          count;
	bool            closed; /* the file lists the names */
};

static int by_name_and_index(const void *x, const void *y)
{
	const struct mention *a = *(const struct mention *const *)x;
	const struct mention *b = *(const struct mention *const *)y;
	int order = strcmp(a->word->v, b->word->v);

	return order != 0 ? order : a->index < b->index ? -1 : a->index > b->index;
}

static void add(struct roll *r, const struct yaml_text *word, uint32_t fresh, bool listed)
{
	r->mention[r->count] = (struct mention){ .word = word, .fresh = fresh, .listed = listed,
						 .index = (uint32_t)r->count };
	r->count++;
}

static void not_listed(struct yaml_tree *t, const struct roll *r, const struct mention *m)
{
	const char *names[256], *near = NULL;
	size_t n = 0;

	for (size_t i = 0; i < r->count && r->mention[i].listed && n < 256; i++)
		names[n++] = r->mention[i].word->v;
	if (!yaml_tree_full(t))
		near = sj_nearest(m->word->v, names, n);
	yaml_tree_wrong(t, m->word->at, "%s: \"%s\" is not one of the list %s%s%s%s", r->what,
			sj_quote(m->word->v, strlen(m->word->v)).text, r->what,
			near != NULL ? "; did you mean \"" : "", near != NULL ? near : "",
			near != NULL ? "\"?" : "");
}

/* The mentions of one name, in the order of the file. */
static void group(struct yaml_tree *t, struct roll *r, struct mention **m, size_t n)
{
	m[0]->first = true;
	m[0]->used = n > 1;
	platform_check_name(t, r->what, m[0]->word);
	if (r->closed && !m[0]->listed)
		not_listed(t, r, m[0]);
	for (size_t i = 1; i < n; i++) {
		m[i]->number = m[0]->index;
		if (m[i]->listed)
			yaml_tree_wrong(t, m[i]->word->at, "%s: \"%s\" is named twice", r->what,
					sj_quote(m[i]->word->v, strlen(m[i]->word->v)).text);
	}
}

/* Numbers all mentions; names[] gets a NULL for a place without one. How many there
 * are; 0 also without memory. */
static uint32_t number(struct yaml_tree *t, struct roll *r, const char ***names)
{
	struct mention **sorted = yaml_tree_take(t, r->count * sizeof(struct mention *) + 1);
	uint32_t next = 0;
	uint64_t all = 0;
	size_t n = 0;

	for (size_t i = 0; i < r->count; i++)
		all += r->mention[i].word == NULL ? r->mention[i].fresh : 1;
	if (all > PLATFORM_RACKS_MAX) {
		yaml_tree_wrong(t, (struct text_mark){ 1, 1 }, "%s: more than %d in all", r->what,
				PLATFORM_RACKS_MAX);
		return 0;
	}
	*names = yaml_tree_take(t, all * sizeof(**names) + 1);
	if (sorted == NULL || *names == NULL)
		return 0;
	for (size_t i = 0; i < r->count; i++)
		if (r->mention[i].word != NULL)
			sorted[n++] = &r->mention[i];
	qsort(sorted, n, sizeof(*sorted), by_name_and_index);
	for (size_t i = 0, k; i < n; i = k) {
		for (k = i + 1; k < n && strcmp(sorted[k]->word->v, sorted[i]->word->v) == 0; k++)
			;
		group(t, r, sorted + i, k - i);
	}
	for (size_t i = 0; i < r->count; i++) {
		struct mention *m = &r->mention[i];

		if (m->word != NULL && !m->first) {
			m->number = r->mention[m->number].number;
			continue;
		}
		m->number = next;
		if (m->word != NULL)
			(*names)[next] = m->word->v;
		next += m->word != NULL ? 1 : m->fresh;
		if (m->listed && !m->used)
			yaml_tree_wrong(t, m->word->at, "%s: no node is in \"%s\"; leave it out",
					r->what, sj_quote(m->word->v, strlen(m->word->v)).text);
	}
	return next;
}

static void add_list(struct roll *r, const struct yaml_list *list)
{
	const struct yaml_text *word = list->items;

	r->closed = list->at.line != 0;
	for (size_t i = 0; i < list->count; i++)
		add(r, &word[i], 0, true);
}

/* ---- racks -------------------------------------------------------------------------- */

/* The racks of a type are a range: that is what the machine can hold. */
static void take_range(struct yaml_tree *t, struct racks_file *racks, const struct mention *m)
{
	const struct yaml_text *word = racks->names.items;
	size_t n = racks->names.count;

	racks->first = n > 0 || racks->count.v > 0 ? m[0].number : 0;
	racks->number = n > 0 ? (uint32_t)n : (uint32_t)racks->count.v;
	for (size_t i = 1; i < n; i++) {
		if (m[i].number == m[i - 1].number + 1)
			continue;
		yaml_tree_wrong(t, word[i].at, "racks: \"%s\" does not come right behind \"%s\" in "
				"the order of racks; a key racks of the file can state that order",
				sj_quote(word[i].v, strlen(word[i].v)).text,
				sj_quote(word[i - 1].v, strlen(word[i - 1].v)).text);
		return;
	}
}

static void number_racks(struct yaml_tree *t, struct file *f, struct places *p)
{
	struct type_file *type = f->nodes.items;
	struct roll r = { .what = "racks" };
	size_t room = f->racks.count + f->nodes.count, at;

	for (size_t i = 0; i < f->nodes.count; i++)
		room += type[i].racks.names.count;
	r.mention = yaml_tree_take(t, room * sizeof(*r.mention) + 1);
	if (r.mention == NULL)
		return;
	add_list(&r, &f->racks);
	for (size_t i = 0; i < f->nodes.count; i++) {
		const struct yaml_text *word = type[i].racks.names.items;

		for (size_t k = 0; k < type[i].racks.names.count; k++)
			add(&r, &word[k], 0, false);
		if (type[i].racks.count.v > 0)
			add(&r, NULL, (uint32_t)type[i].racks.count.v, false);
	}
	p->racks = number(t, &r, &p->rack);
	at = f->racks.count;
	for (size_t i = 0; i < f->nodes.count; i++) {
		take_range(t, &type[i].racks, &r.mention[at]);
		at += type[i].racks.names.count + (type[i].racks.count.v > 0);
		if (type[i].racks.number > type[i].count.v && type[i].count.v > 0)
			yaml_tree_wrong(t, type[i].racks.at, "racks: %u for %lld nodes; expected at "
					"most one a node", type[i].racks.number,
					(long long)type[i].count.v);
	}
}

/* ---- sites ------------------------------------------------------------------------ */

/* A type or a storage gets the number of its site. */
static void take_site(struct yaml_tree *t, const struct yaml_text *site, struct text_mark at,
		      const struct mention **m, bool any, uint32_t *number)
{
	if (site->v != NULL)
		*number = (*m)++->number;
	else if (any)
		yaml_tree_wrong(t, at, "site is missing: other node types or storages state theirs");
}

static void number_sites(struct yaml_tree *t, struct file *f, struct places *p)
{
	struct type_file *type = f->nodes.items;
	struct storage_file *storage = f->network.storage.items;
	size_t storages = f->network.storage.count;
	struct roll r = { .what = "sites" };
	const struct mention *m;
	bool any;

	r.mention = yaml_tree_take(t, (f->sites.count + f->nodes.count + storages) *
				   sizeof(*r.mention) + 1);
	if (r.mention == NULL)
		return;
	add_list(&r, &f->sites);
	for (size_t i = 0; i < f->nodes.count; i++)
		if (type[i].site.v != NULL)
			add(&r, &type[i].site, 0, false);
	for (size_t i = 0; i < storages; i++)
		if (storage[i].site.v != NULL)
			add(&r, &storage[i].site, 0, false);
	any = r.count > f->sites.count;
	p->sites = number(t, &r, &p->site);
	m = &r.mention[f->sites.count];
	for (size_t i = 0; i < f->nodes.count; i++)
		take_site(t, &type[i].site, type[i].at, &m, any, &type[i].site_number);
	for (size_t i = 0; i < storages; i++)
		take_site(t, &storage[i].site, storage[i].at, &m, any, &storage[i].site_number);
}

/* A rack is at one site. */
static void check_racks_at_sites(struct yaml_tree *t, const struct file *f,
				 const struct places *p)
{
	const struct type_file *type = f->nodes.items;
	uint32_t *site = yaml_tree_take(t, p->racks * sizeof(*site) + 1); /* and 1 */

	for (size_t i = 0; site != NULL && i < f->nodes.count; i++) {
		const struct racks_file *r = &type[i].racks;

		for (uint32_t k = r->first; k < r->first + r->number && k < p->racks; k++) {
			if (site[k] != 0 && site[k] != type[i].site_number + 1) {
				yaml_tree_wrong(t, type[i].racks.at, "racks: \"%s\" is at site \"%s\" "
						"already", p->rack[k], p->site[site[k] - 1]);
				return;
			}
			site[k] = type[i].site_number + 1;
		}
	}
}

void platform_number(struct yaml_tree *t, struct file *f, struct places *p)
{
	number_racks(t, f, p);
	number_sites(t, f, p);
	if (p->sites > 0 && p->rack != NULL)
		check_racks_at_sites(t, f, p);
}
