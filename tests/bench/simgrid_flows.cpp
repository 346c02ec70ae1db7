// SPDX-License-Identifier: GPL-3.0-or-later
//
// simgrid_flows.cpp - the transfers of a document for `sojourn flows` (docs/NETWORK.md), run
// by SimGrid 3.32, for a comparison flow by flow: simgrid_compare.sh.
//
// Prints the largest relative difference of the times at which flows end, and the seconds that
// each of the two simulations took: "DIFFERENCE SOJOURN SIMGRID".
//
// SimGrid's model is CM02 (Casanova and Marchal 2002) with factors 1, no cross traffic and
// no TCP window: a communication pays the latency of its route, then takes its max-min share
// of the links. Its share is by 1 / penalty, where the penalty is the latency of the route
// plus weight-S / bandwidth of each link. So with latency the shares are unequal. "equal"
// levels the penalties: each half of a route gets private FATPIPE links, which nobody shares
// and which are no bottleneck, whose weight-S / bandwidth makes up for what it lacks.
//
// SimGrid's lazy updates, its default, give other times than its own full ones when a latency
// ends, so with latency: --cfg=network/optim:Full.
//
//     simgrid_flows [--cfg=...] FILE.json RESULT.json equal|rtt
#include <jansson.h>
#include <simgrid/s4u.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <vector>

namespace sg4 = simgrid::s4u;

namespace {

struct flow {
	double start, bytes;
	std::vector<std::string> path;
	sg4::Host *from = nullptr, *to = nullptr;
	sg4::CommPtr comm;
};

struct link_data {
	double bytes_per_s, latency_s;
	sg4::Link *link = nullptr;
};

[[noreturn]] void fail(const std::string &what)
{
	fprintf(stderr, "simgrid_flows: %s\n", what.c_str());
	exit(3);
}

double number(const json_t *v, const char *what)
{
	if (!json_is_number(v))
		fail(std::string(what) + ": expected a number in base units");
	return json_number_value(v);
}

struct platform {
	std::map<std::string, link_data> links;
	std::vector<flow> flows;
	double weight_s = 0, most_s = 0, widest = 0;
	std::map<std::string, sg4::Host *> sources, targets;
	sg4::NetZone *zone = nullptr;
	unsigned pads = 0;
};

void read_document(const char *file, platform &p)
{
	json_error_t e;
	json_t *root = json_load_file(file, 0, &e), *v, *name;
	const char *key;
	size_t i, k;

	if (root == nullptr)
		fail(std::string(file) + ": " + e.text);
	json_object_foreach(json_object_get(root, "links"), key, v) {
		link_data l;

		l.bytes_per_s = number(json_is_object(v) ? json_object_get(v, "bandwidth") : v,
				       key);
		l.latency_s = json_is_object(v) && json_object_get(v, "latency") != nullptr ?
			number(json_object_get(v, "latency"), key) : 0;
		p.widest = std::max(p.widest, l.bytes_per_s);
		p.links[key] = l;
	}
	json_array_foreach(json_object_get(root, "flows"), i, v) {
		const json_t *start = json_object_get(v, "start");
		flow f;

		f.start = start != nullptr ? number(start, "start") : 0;
		f.bytes = number(json_object_get(v, "bytes"), "bytes");
		json_array_foreach(json_object_get(v, "path"), k, name)
			f.path.push_back(json_string_value(name));
		if (f.path.size() < 2)
			fail("each path needs two links");
		p.flows.push_back(f);
	}
	json_decref(root);
}

// A half of a route: everything but the last link, or the last link.
double penalty(const platform &p, const std::vector<std::string> &half)
{
	double sum = 0;

	for (const auto &name : half) {
		const link_data &l = p.links.at(name);

		sum += l.latency_s + p.weight_s / l.bytes_per_s;
	}
	return sum;
}

std::vector<sg4::LinkInRoute> links_of(platform &p, const std::vector<std::string> &half,
				       bool level)
{
	std::vector<sg4::LinkInRoute> out;
	double lacks = level ? p.most_s - penalty(p, half) : 0;

	for (const auto &name : half)
		out.emplace_back(p.links.at(name).link);
	if (lacks > p.most_s * 1e-15) {
		// No pad may be narrower than the widest link.
		double pads = std::ceil(lacks * p.widest / p.weight_s);

		for (double i = 0; i < pads; i++)
			out.emplace_back(p.zone->create_link("pad" + std::to_string(p.pads++),
							     p.weight_s * pads / lacks)
				->set_sharing_policy(sg4::Link::SharingPolicy::FATPIPE)
				->seal());
	}
	return out;
}

std::string joined(const std::vector<std::string> &names)
{
	std::string out;

	for (const auto &n : names)
		out += n + "\n";
	return out;
}

void build(platform &p, bool level)
{
	p.zone = sg4::create_star_zone("network");
	for (auto &l : p.links)
		l.second.link = p.zone->create_link(l.first, l.second.bytes_per_s)
			->set_latency(l.second.latency_s)->seal();
	for (auto &f : p.flows) {
		std::vector<std::string> up(f.path.begin(), f.path.end() - 1);

		p.most_s = std::max(p.most_s, penalty(p, up));
		p.most_s = std::max(p.most_s, penalty(p, { f.path.back() }));
	}
	for (auto &f : p.flows) {
		std::vector<std::string> up(f.path.begin(), f.path.end() - 1);
		sg4::Host *&from = p.sources[joined(up)], *&to = p.targets[f.path.back()];

		if (from == nullptr) {
			from = p.zone->create_host("from" + std::to_string(p.sources.size()), 1e9);
			p.zone->add_route(from->get_netpoint(), nullptr, nullptr, nullptr,
					  links_of(p, up, level), false);
		}
		if (to == nullptr) {
			to = p.zone->create_host("to" + std::to_string(p.targets.size()), 1e9);
			p.zone->add_route(nullptr, to->get_netpoint(), nullptr, nullptr,
					  links_of(p, { f.path.back() }, level), false);
		}
		f.from = from;
		f.to = to;
	}
	p.zone->seal();
}

void send_all(platform *p)
{
	std::vector<size_t> order(p->flows.size());

	for (size_t i = 0; i < order.size(); i++)
		order[i] = i;
	std::stable_sort(order.begin(), order.end(), [p](size_t a, size_t b) {
		return p->flows[a].start < p->flows[b].start;
	});
	for (size_t i : order) {
		flow &f = p->flows[i];

		if (f.start > sg4::Engine::get_clock())
			sg4::this_actor::sleep_until(f.start);
		f.comm = sg4::Comm::sendto_async(f.from, f.to, (uint64_t)f.bytes);
	}
	for (auto &f : p->flows)
		f.comm->wait();
}

// Flow by flow with what `sojourn flows --json` said; its wall time is *wall_s.
double largest_difference(const platform &p, const char *file, double *wall_s)
{
	json_error_t e;
	json_t *root = json_load_file(file, 0, &e), *flows, *v;
	double most = 0;
	size_t i;

	if (root == nullptr)
		fail(std::string(file) + ": " + e.text);
	flows = json_object_get(root, "flows");
	*wall_s = number(json_object_get(root, "wall_s"), "wall_s");
	if (json_array_size(flows) != p.flows.size())
		fail(std::string(file) + ": another number of flows");
	json_array_foreach(flows, i, v) {
		double ours = number(json_object_get(v, "finish_s"), "finish_s");
		double theirs = p.flows[i].comm->get_finish_time();

		most = std::max(most, std::fabs(ours - theirs) / theirs);
	}
	json_decref(root);
	return most;
}

} // namespace

int main(int argc, char **argv)
{
	sg4::Engine e(&argc, argv);
	platform p;
	bool level = argc == 4 && strcmp(argv[3], "equal") == 0, latency = false;
	double sojourn_s, most;

	if (argc != 4 || (!level && strcmp(argv[3], "rtt") != 0)) {
		fprintf(stderr, "usage: simgrid_flows FILE.json RESULT.json equal|rtt\n");
		return 2;
	}
	read_document(argv[1], p);
	for (const auto &l : p.links)
		latency |= l.second.latency_s > 0;
	level = level && latency;
	if (level)
		// Large enough that one pad makes up for any latency.
		for (const auto &l : p.links)
			p.weight_s = std::max(p.weight_s, 8 * l.second.latency_s * p.widest);
	sg4::Engine::set_config("network/model:CM02");
	sg4::Engine::set_config("network/crosstraffic:0");
	sg4::Engine::set_config("network/TCP-gamma:1e30");
	sg4::Engine::set_config("network/latency-factor:1");
	sg4::Engine::set_config("network/bandwidth-factor:1");
	sg4::Engine::set_config("network/weight-S:" + std::to_string(p.weight_s));
	sg4::Engine::set_config("surf/precision:1e-9");
	sg4::Engine::set_config("maxmin/precision:1e-9");
	build(p, level);
	sg4::Actor::create("sender", p.flows[0].from, [&p] { send_all(&p); });

	auto begin = std::chrono::steady_clock::now();

	e.run();

	std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;

	most = largest_difference(p, argv[2], &sojourn_s);
	printf("%.1e %.6f %.6f\n", most, sojourn_s, wall.count());
	return 0;
}
