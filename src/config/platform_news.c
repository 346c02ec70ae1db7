/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * platform_news.c - links of a cluster file that fail, and background traffic. Which links
 * a pattern names is known when the machine is, so that it is checked then.
 */
#include "config/platform_keys.h"

#include <stdlib.h>
#include <string.h>

#include "config/timelaw.h"
#include "link_news.h"

/* It is written into texts again, and matched with names of links. */
static void check_pattern(struct yaml_tree *t, const struct yaml_text *links)
{
	static const char chars[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 "
				    "._+/:@-*?";

	if (links->v != NULL && (links->v[0] == '\0' || strlen(links->v) >= SJ_LINK_NAME ||
				 strspn(links->v, chars) != strlen(links->v)))
		yaml_tree_wrong(t, links->at, "links: expected a name of links: letters, digits, blanks, "
				". _ + / : @ - and * and ?");
}

void platform_check_news(struct yaml_tree *t, const struct network_file *n)
{
	const struct background_file *b = n->background.items;

	for (size_t i = 0; i < n->failures.count; i++)
		check_pattern(t, &((const struct fault_file *)n->failures.items)[i].links);
	for (size_t i = 0; i < n->background.count; i++)
		check_pattern(t, &b[i].links);
	for (size_t i = 0; i < n->background.count; i++)
		if ((b[i].on.at.line == 0) != (b[i].off.at.line == 0))
			yaml_tree_wrong(t, b[i].at, "background: on and off go together");
	if (n->reroute.v != NULL && n->reroute.v[0] == 'y' && n->topology.v != NULL &&
	    strcmp(n->topology.v, "links") != 0)
		yaml_tree_wrong(t, n->reroute.at, "reroute: this topology has one way for each pair; "
				"expected topology: links");
}

/* ---- filling ----------------------------------------------------------------------------- */

static int make_law(const char *what, const char *text, const struct sj_law **out, char **canonical)
{
	sj_law *law = NULL;
	int rc = timelaw_create(what, text, &law, canonical, NULL);

	*out = law;
	return rc;
}

static int fill_faults(const struct network_file *n, struct cluster *c)
{
	const struct fault_file *from = n->failures.items;
	sj_link_fault *to = calloc(n->failures.count + 1, sizeof(*to));
	int rc = to != NULL ? SJ_OK : SJ_ENOMEM;

	c->network->fault = to;
	for (size_t i = 0; i < n->failures.count && rc == SJ_OK; i++) {
		char **text = &c->network_laws[c->network_law_count];

		c->network->fault_count++;
		c->network_law_count += 2;
		to[i].links = strdup(from[i].links.v);
		rc = to[i].links == NULL ? SJ_ENOMEM : make_law("mtbf", from[i].mtbf.v, &to[i].mtbf,
								&text[0]);
		if (rc == SJ_OK)
			rc = make_law("mttr", from[i].mttr.v, &to[i].mttr, &text[1]);
	}
	return rc;
}

static int fill_background(const struct network_file *n, struct cluster *c)
{
	const struct background_file *from = n->background.items;
	sj_background_spec *to = calloc(n->background.count + 1, sizeof(*to));
	int rc = to != NULL ? SJ_OK : SJ_ENOMEM;

	c->network->background = to;
	for (size_t i = 0; i < n->background.count && rc == SJ_OK; i++) {
		char **text = &c->network_laws[c->network_law_count];

		c->network->background_count++;
		c->network_law_count += 2;
		to[i].links = strdup(from[i].links.v);
		to[i].percent = from[i].load.percent;
		to[i].bytes_per_s = (double)from[i].load.bytes_per_s;
		rc = to[i].links != NULL ? SJ_OK : SJ_ENOMEM;
		if (rc == SJ_OK && from[i].on.v != NULL)
			rc = make_law("on", from[i].on.v, &to[i].on, &text[0]);
		if (rc == SJ_OK && from[i].off.v != NULL)
			rc = make_law("off", from[i].off.v, &to[i].off, &text[1]);
	}
	return rc;
}

int platform_fill_news(const struct network_file *n, struct cluster *c)
{
	size_t laws = 2 * (n->failures.count + n->background.count);
	int rc;

	if (n->at.line == 0)
		return SJ_OK;
	c->network->reroute = n->reroute.v != NULL && n->reroute.v[0] == 'y';
	if (laws == 0)
		return SJ_OK;
	c->network_laws = calloc(laws, sizeof(*c->network_laws));
	if (c->network_laws == NULL)
		return SJ_ENOMEM;
	rc = fill_faults(n, c);
	return rc == SJ_OK ? fill_background(n, c) : rc;
}

/* ---- patterns ----------------------------------------------------------------------------- */

/* One entry alone, so that the message can say where. */
static int try_one(struct yaml_tree *t, sj_fabric *f, const sj_fabric_spec *one,
		   struct text_mark at)
{
	const sj_fabric_spec *all = f->spec;
	sj_link_news *news = NULL;
	sj_error err = { 0 };
	int rc;

	f->spec = one;
	rc = sj_link_news_create(f, NULL, 0, 0, &news, &err);
	f->spec = all;
	sj_link_news_free(news);
	if (rc == SJ_EINVAL)
		yaml_tree_wrong(t, at, "%s", err.text);
	return rc == SJ_EINVAL ? SJ_OK : rc;
}

int platform_match_news(struct yaml_tree *t, const struct network_file *n,
			const struct cluster *c, sj_error *err)
{
	const struct fault_file *fault = n->failures.items;
	const struct background_file *background = n->background.items;
	sj_fabric f;
	int rc;

	if (c->network == NULL || n->failures.count + n->background.count == 0)
		return SJ_OK;
	rc = sj_fabric_init(&f, c->network, c->specs, c->type_count, err);
	for (size_t i = 0; i < n->failures.count && rc == SJ_OK; i++) {
		sj_fabric_spec one = *c->network;

		one.fault += i;
		one.fault_count = 1;
		one.background_count = 0;
		rc = try_one(t, &f, &one, fault[i].links.at);
	}
	for (size_t i = 0; i < n->background.count && rc == SJ_OK; i++) {
		sj_fabric_spec one = *c->network;

		one.background += i;
		one.background_count = 1;
		one.fault_count = 0;
		rc = try_one(t, &f, &one, background[i].links.at);
	}
	if (rc == SJ_OK && n->background.count > 1)
		rc = try_one(t, &f, c->network, n->background.at); /* all loads together */
	sj_fabric_fini(&f);
	return rc;
}
