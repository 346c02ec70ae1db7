# SPDX-License-Identifier: GPL-3.0-or-later
# lp.bats - policies that optimise: matchings and linear programs, on cases worked out by hand.

load helper

# times ROW...: writes a workload whose task i takes the i-th number list on the machines.
times() {
	{
		echo "#tasks"
		local i=0
		for row in "$@"; do
			echo "$i: $row"
			i=$((i + 1))
		done
		echo "#edges"
		echo "#end"
	} >"$BATS_TEST_TMPDIR/times.dag"
}

# starts POLICY [WORKLOAD] [FLAGS...]: "TASK@NODE:START" of each, by task; reasons are kept.
starts() {
	local policy=$1 work=${2:-$BATS_TEST_TMPDIR/times.dag} db="$BATS_TEST_TMPDIR/lp.db"
	shift $(($# < 2 ? $# : 2))
	rm -f "$db"
	"$SOJOURN" run -w "$work" -p "$policy" "$@" --estimates exact --overrun extend --check \
		--explain --allocs -o "$db" >/dev/null
	sqlite3 "$db" "SELECT group_concat(x, ' ') FROM (SELECT (job + task) || '@' || coalesce(node, 0) ||
		':' || (from_ns / 1000000000) AS x FROM alloc ORDER BY job, task)"
}

reason() { # TASK: of its start
	sqlite3 "$BATS_TEST_TMPDIR/lp.db" "SELECT reason FROM decision WHERE kind = 'start' AND job + task = $1"
}

# ---- hungarian ----------------------------------------------------------------------

@test "hungarian: three tasks and three nodes, 5 s is the least total" {
	times "4, 1, 3" "2, 8, 5" "3, 2, 2"
	[ "$(starts hungarian)" = "0@1:0 1@0:0 2@2:0" ]
	[ "$(reason 1)" = "matched to node 0: 2 s there, 5 s the total of 3 pairs of 3 tasks and 3 nodes" ]
}

@test "hungarian: more tasks than nodes: the cheapest pairs first, then what ends first" {
	# 0 and 2 cost 1 + 2; 1 alone with any of them costs more. Node 0 is free at 1 s.
	times "1, 9" "5, 4" "9, 2"
	[ "$(starts hungarian)" = "0@0:0 1@0:1 2@1:0" ]
	# The window is the two that came first: 1 + 4.
	[ "$(starts hungarian:window=2)" = "0@0:0 1@1:0 2@0:1" ]
}

@test "hungarian: a node with room for several gets them one matching after the other" {
	for id in 1 2 3; do
		echo "{\"id\":$id,\"submit_ns\":0,\"procs\":1,\"runtime_ns\":2000000000}"
	done >"$BATS_TEST_TMPDIR/three.jsonl"
	[ "$(starts hungarian "$BATS_TEST_TMPDIR/three.jsonl" -c nodes=2,cores=2)" = "0@0:0 1@1:0 2@0:0" ]
	# by=rate takes the fast node for all three: rates 4 there, 1 elsewhere.
	sed -i 's/}$/,"scaling":{"node_rate":[1,4]}}/' "$BATS_TEST_TMPDIR/three.jsonl"
	[ "$(starts hungarian:by=rate "$BATS_TEST_TMPDIR/three.jsonl" -c nodes=2,cores=1)" = "0@0:0 1@1:0 2@1:0" ]
	[[ "$(reason 1)" == "matched to node 1: rate 4 there, 5 the total of 2 pairs of 3 tasks and 2 nodes" ]]
}

@test "hungarian: what no single node can hold goes ahead when it fits, and blocks nobody" {
	cat >"$BATS_TEST_TMPDIR/wide.jsonl" <<-'END'
	{"id":1,"submit_ns":0,"procs":1,"runtime_ns":2000000000}
	{"id":2,"submit_ns":0,"ranks":3,"cores":1,"runtime_ns":2000000000}
	{"id":3,"submit_ns":1000000000,"procs":1,"runtime_ns":2000000000}
	END
	[ "$(starts hungarian "$BATS_TEST_TMPDIR/wide.jsonl" -c nodes=3,cores=1 | tr ' ' '\n' | sed 's/@.*:/:/' | sort -u | tr '\n' ' ')" = "0:2 1:0 2:2 " ]
	[ "$(reason 1)" = "no single node can hold it: by arrival, as it fits" ]
	[ "$(starts hungarian "$BATS_TEST_TMPDIR/wide.jsonl" -c procs=3 | tr ' ' '\n' | sed 's/@.*:/:/' | sort -u | tr '\n' ' ')" = "0:0 1:3 2:1 " ]
}

@test "hungarian: data counts, and a graph is matched as it becomes ready" {
	cat >"$BATS_TEST_TMPDIR/data.jsonl" <<-'END'
	{"id":1,"submit_ns":0,"tasks":[{"runtime_ns":1000000000,"reads":["a"]},{"runtime_ns":1000000000,"reads":["b"]}],
	 "edges":[],"files":[{"name":"a","bytes":1000000000,"at":[1]},{"name":"b","bytes":1000000000,"at":[0]}]}
	END
	tr -d '\n' <"$BATS_TEST_TMPDIR/data.jsonl" >"$BATS_TEST_TMPDIR/one.jsonl"
	[ "$(starts hungarian "$BATS_TEST_TMPDIR/one.jsonl" -c nodes=2,cores=1,bw=1GB/s,lat=0s,topology=star)" = "0@1:0 1@0:0" ]
}

# ---- lp-admission ---------------------------------------------------------------------

# tasks "CORES GB WEIGHT [EXTRA]"...: jobs of one task each, submitted at 0, of 1 s.
tasks() {
	local id=0 cores gb weight extra
	for t in "$@"; do
		read -r cores gb weight extra <<<"$t"
		id=$((id + 1))
		echo "{\"id\":$id,\"submit_ns\":0,\"ranks\":1,\"cores\":$cores,\"mem_bytes\":${gb}000000000,\"weight\":$weight,\"runtime_ns\":1000000000$extra}"
	done >"$BATS_TEST_TMPDIR/tasks.jsonl"
}

# admitted POLICY CLUSTER: "TASK:START" by task, of those that started.
admitted() {
	starts "$1" "$BATS_TEST_TMPDIR/tasks.jsonl" -c "$2" | tr ' ' '\n' | sed 's/@.*:/:/' | paste -sd' '
}

@test "lp-admission: five tasks of 1 CPU and 2 GB all fit in 10 CPUs and 16 GB" {
	tasks "1 2 1" "1 2 1" "1 2 1" "1 2 1" "1 2 1"
	[ "$(admitted lp-admission nodes=1,cores=10,mem=16GB)" = "0:0 1:0 2:0 3:0 4:0" ]
	[[ "$(reason 4)" == "admitted; optimum 5 of 5 tasks; nothing binds; cold, "* ]]
}

@test "lp-admission: of nine eight fit, and a GB more would be worth half a task" {
	tasks "1 2 1" "1 2 1" "1 2 1" "1 2 1" "1 2 1" "1 2 1" "1 2 1" "1 2 1" "1 2 1"
	[ "$(admitted lp-admission nodes=1,cores=10,mem=16GB)" = "0:0 1:0 2:0 3:0 4:0 5:0 6:0 7:0 8:1" ]
	[[ "$(reason 0)" == "admitted; optimum 8 of 9 tasks; bound by memory: a GB more is worth 0.5; cold, "* ]]
	[[ "$(reason 8)" == "admitted; optimum 1 of 1 tasks; nothing binds; warm, "* ]]
	[[ "$(sqlite3 "$BATS_TEST_TMPDIR/lp.db" "SELECT reason FROM decision WHERE kind = 'wait'")" == "not admitted; optimum 8 "* ]]
}

@test "lp-admission: the relaxation is rounded, whole numbers are better" {
	# Two of 5 cores (worth 8) against one of 6 (worth 7): 7 / 6 of a core is the better rate,
	# so the relaxation takes the 6 and 4 / 5 of a 5.
	tasks "5 1 4" "5 1 4" "6 1 7"
	[ "$(admitted lp-admission:value=weight nodes=1,cores=10,mem=16GB)" = "0:1 1:1 2:0" ]
	[[ "$(reason 2)" == "admitted; optimum 10.2 of 3 tasks; bound by processors: one more is worth 0.8; "* ]]
	[ "$(admitted mip-admission:value=weight nodes=1,cores=10,mem=16GB)" = "0:0 1:0 2:1" ]
	[[ "$(reason 0)" == "admitted; optimum 8 of 3 tasks, 10.2 without whole numbers, "*" nodes; "* ]]
}

@test "lp-admission: GPUs bind, tasks worth nothing fill up, the first of equals goes first" {
	tasks '1 1 1 ,"gpu_milli":2000' '1 1 0' '1 1 1 ,"gpu_milli":2000' '1 1 1 ,"gpu_milli":1000'
	[ "$(admitted lp-admission:value=weight nodes=1,cores=8,mem=16GB,gpus=4)" = "0:0 1:0 2:1 3:0" ]
	[[ "$(reason 0)" == "admitted; optimum 2.5 of 4 tasks; bound by GPUs: one more is worth 0.5; "* ]]
	[[ "$(reason 1)" == "not admitted, but fits; "* ]]
}

@test "lp-admission: of kinds that are worth the same the one that came first" {
	for order in "5 1 1|5 2 1" "5 2 1|5 1 1"; do
		tasks "${order%|*}" "${order#*|}" "5 1 1" "5 2 1"
		[ "$(admitted lp-admission nodes=1,cores=5,mem=16GB)" = "0:0 1:1 2:2 3:3" ]
	done
}

@test "lp-admission: what is not admitted may be refused, but not out of a graph" {
	tasks "1 2 1" "1 2 1" "1 2 1"
	[ "$(admitted lp-admission:rest=reject nodes=1,cores=10,mem=5GB)" = "0:0 1:0" ]
	[[ "$(sqlite3 "$BATS_TEST_TMPDIR/lp.db" "SELECT reason FROM decision WHERE kind = 'reject'")" == "not admitted: refused; "* ]]
	echo '{"id":1,"submit_ns":0,"tasks":[{"runtime_ns":1000000000},{"runtime_ns":1000000000},{"runtime_ns":1000000000}],"edges":[{"from":0,"to":2}]}' >"$BATS_TEST_TMPDIR/g.jsonl"
	[ "$(starts lp-admission:rest=reject "$BATS_TEST_TMPDIR/g.jsonl" -c procs=1)" = "0@0:0 1@0:1 2@0:2" ]
}

@test "lp-admission: a solver that stops leaves it to the order of arrival, and is counted" {
	tasks "5 1 4" "5 1 4" "6 1 7" "3 2 5" "4 7 6"
	"$SOJOURN" run -w "$BATS_TEST_TMPDIR/tasks.jsonl" -c nodes=1,cores=10,mem=9GB --no-store --json \
		-p lp-admission:value=weight -p lp-admission:value=weight,iterations=1 2>/dev/null |
		jq -e '[.runs[].metrics] | .[0].programs_stopped == 0 and .[0].programs_cold == 1 and
			.[0].programs_solved > 1 and .[1].programs_stopped > 0'
	[ "$(admitted lp-admission:value=weight,iterations=1 nodes=1,cores=10,mem=9GB)" = "0:0 1:0 2:1 3:1 4:2" ]
	[[ "$(reason 0)" == "not admitted, but fits; the solver has stopped without an optimum (1 times so far)" ]]
	# Branch and bound finds the whole optimum behind its first node.
	[ "$(admitted mip-admission:value=weight,nodes=1 nodes=1,cores=10,mem=9GB)" != "$(admitted mip-admission:value=weight nodes=1,cores=10,mem=9GB)" ]
	run "$SOJOURN" run -w "$BATS_TEST_TMPDIR/tasks.jsonl" -c procs=10 -p lp-admission:iterations=0 --no-store
	[ "$status" -eq 2 ]
}

# ---- lst --------------------------------------------------------------------------------

assigned() { # TASK: why it got its node
	sqlite3 "$BATS_TEST_TMPDIR/lp.db" "SELECT reason FROM decision WHERE kind = 'wait' AND job + task = $1 LIMIT 1"
}

@test "lst: the program cuts the long task, which is matched; 51 s is the optimum" {
	times "1, 100" "100, 1" "50, 50"
	starts lst | grep -Eq "^0@0:0 1@1:0 2@[01]:1$"
	[[ "$(assigned 0)" == "node 0 for 1 s, 1 of it by the program; 3 tasks: relaxation 26 s, T* 50 s, 1 cut and matched, makespan 51 s; "* ]]
	[[ "$(assigned 2)" == "node "[01]" for 50 s, 0.5 of it by the program; "* ]]
}

@test "lst: what nodes were given before counts" {
	# Node 0 has 10 s to do at 1 s. 2 + 3 s on node 1 are done by 6 s, node 0 would be later.
	cat >"$BATS_TEST_TMPDIR/loads.jsonl" <<-'END'
	{"id":1,"submit_ns":0,"runtime_ns":11000000000,"node":1}
	{"id":2,"submit_ns":1000000000,"runtime_ns":2000000000}
	{"id":3,"submit_ns":1000000000,"runtime_ns":3000000000}
	END
	[ "$(starts lst "$BATS_TEST_TMPDIR/loads.jsonl" -c nodes=2,cores=1)" = "0@0:0 1@1:1 2@1:3" ]
	[[ "$(assigned 1)" == *"T* 10 s, 0 cut and matched, makespan 10 s; "* ]]
}

@test "lst: a node that goes down gives its tasks back, and several nodes are waited for" {
	for id in 1 2 3 4; do echo "{\"id\":$id,\"submit_ns\":0,\"runtime_ns\":4000000000}"; done >"$BATS_TEST_TMPDIR/four.jsonl"
	[ "$(starts lst "$BATS_TEST_TMPDIR/four.jsonl" -c nodes=2,cores=1 | tr ' ' '\n' | sed 's/.*@//' | sort | paste -sd' ')" = "0:0 0:4 1:0 1:4" ]
	# What ran on node 1 since 0 dies at 1 s; one row is its first start.
	starts lst "$BATS_TEST_TMPDIR/four.jsonl" -c nodes=2,cores=1 --failures 'events=(1s,1,fail)' |
		tr ' ' '\n' | sed 's/.*@//' | sort | paste -sd' ' | grep -q "0:0 0:12 0:4 0:8 1:0"
	echo '{"id":5,"submit_ns":1000000000,"ranks":2,"cores":1,"runtime_ns":1000000000}' >>"$BATS_TEST_TMPDIR/four.jsonl"
	echo '{"id":6,"submit_ns":2000000000,"runtime_ns":1000000000}' >>"$BATS_TEST_TMPDIR/four.jsonl"
	starts lst "$BATS_TEST_TMPDIR/four.jsonl" -c nodes=2,cores=1 | grep -q "4@0:8 4@1:8 5@[01]:9"
}

@test "lst: a solver that stops leaves it to the first end, and is counted" {
	times "4, 9" "4, 9" "9, 1" "5, 5"
	"$SOJOURN" run -w "$BATS_TEST_TMPDIR/times.dag" -p lst:iterations=1 --estimates exact \
		--overrun extend --no-store --json | jq -e '.runs[0].metrics | .programs_stopped == 1'
	[ "$(starts lst:iterations=1)" = "0@0:0 1@0:4 2@1:0 3@1:1" ]
	[[ "$(assigned 1)" == "node 0, where it would end first; the solver has stopped (1 times so far)" ]]
}

# ---- gavel ------------------------------------------------------------------------------

# rates "SECONDS WEIGHT RATES [EXTRA]"...: jobs of one core at 0, with a rate on each node.
rates() {
	local id=0 s w r extra
	for t in "$@"; do
		read -r s w r extra <<<"$t"
		id=$((id + 1))
		echo "{\"id\":$id,\"submit_ns\":0,\"runtime_ns\":${s}000000000,\"weight\":$w,\"scaling\":{\"speedup\":\"linear\",\"node_rate\":[$r]}$extra}"
	done >"$BATS_TEST_TMPDIR/rates.jsonl"
}

two='{nodes: [{type: a, count: 1, cores: 1}, {type: b, count: 1, cores: 1}]}'
three='{nodes: [{type: a, count: 1, cores: 1}, {type: b, count: 1, cores: 1}, {type: c, count: 1, cores: 1}]}'

@test "gavel: three jobs on one processor have it in turn" {
	rates "1000 1 1" "1000 1 1" "1000 1 1"
	starts gavel "$BATS_TEST_TMPDIR/rates.jsonl" -c procs=1 >/dev/null
	[ "$(sqlite3 "$BATS_TEST_TMPDIR/lp.db" "SELECT group_concat(job || '@' || (from_ns / 1000000000), ' ') FROM
		(SELECT * FROM alloc WHERE from_ns < 1500000000000 ORDER BY from_ns)")" = "0@0 1@360 2@720 0@1080 1@1440" ]
	[[ "$(reason 0 | head -1)" == *"0.333333333 of its time on node type 0, "*"normalised rates are at least 0.3333333333; type 0 binds, one more is worth 0.333333; "* ]]
}

@test "gavel: a job of twice the weight has twice the time, one without weight what is left" {
	rates "3000 2 1" "3000 1 1" "3000 0 1"
	starts gavel "$BATS_TEST_TMPDIR/rates.jsonl" -c procs=1 >/dev/null
	# Of the first 12 rounds; and the third job begins when the first has ended.
	[ "$(sqlite3 "$BATS_TEST_TMPDIR/lp.db" "SELECT group_concat(n, ' ') FROM (SELECT round(sum(min(to_ns, 4320000000000) - from_ns) / 360e9) AS n
		FROM alloc WHERE from_ns < 4320000000000 GROUP BY job ORDER BY job)")" = "8.0 4.0" ]
}

@test "gavel: time on types is as the program has it" {
	# The example of three jobs on a V100, a P100 and a K80: 1.03125.
	rates "4000000 1 40,20,10" "1200000 1 12,4,2" "10000000 1 100,50,20"
	starts gavel "$BATS_TEST_TMPDIR/rates.jsonl" -c "$three" >/dev/null
	[[ "$(reason 0)" == *"normalised rates are at least 1.03125"* ]]
	sqlite3 "$BATS_TEST_TMPDIR/lp.db" "SELECT job, node, sum(min(to_ns, 36e12) - from_ns) / 36e12 FROM alloc
		WHERE from_ns < 36e12 GROUP BY job, node" | sort >"$BATS_TEST_TMPDIR/had"
	sqlite3 "$BATS_TEST_TMPDIR/lp.db" "SELECT DISTINCT job || '|' || substr(reason, instr(reason, 'type ') + 5, 1) || '|' ||
		substr(reason, instr(reason, ': ') + 2, 11) FROM decision WHERE kind = 'start' AND reason LIKE 'its turn%' AND at_ns < 36e12" |
		sed 's/ .*//' | sort >"$BATS_TEST_TMPDIR/want"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/want")" -ge 5 ]
	join -t'|' <(sed 's/|/-/' "$BATS_TEST_TMPDIR/had") <(sed 's/|/-/' "$BATS_TEST_TMPDIR/want") |
		awk -F'|' '{ n++; if ($2 - $3 > 0.02 || $3 - $2 > 0.02) bad = 1 } END { exit bad || n < 5 }'
}

@test "gavel: makespan, finish-time fairness and cost by hand" {
	# Two processors: 900 s of work in all, but the first job cannot be done before 600 s.
	rates "600 1 1" "150 1 1" "150 1 1"
	starts gavel:objective=makespan "$BATS_TEST_TMPDIR/rates.jsonl" -c procs=2 >/dev/null
	[[ "$(reason 0 | head -1)" == *"makespan [s] 600; "* ]]
	# Half of both nodes: rate 1.5 each. Each on its own best: 2.
	rates "100 1 2,1" "100 1 1,2"
	[ "$(starts gavel:objective=ftf "$BATS_TEST_TMPDIR/rates.jsonl" -c "$two")" = "0@0:0 1@1:0" ]
	[[ "$(reason 0)" == *"finish-time fairness 0.75; "* ]]
	# For the money node b is better, though slower.
	rates "100 1 3,2"
	[ "$(starts "gavel:objective=cost,prices=(3|1),fill=no" "$BATS_TEST_TMPDIR/rates.jsonl" -c "$two")" = "0@1:0" ]
	[[ "$(reason 0)" == *"work for the money 2; "* ]]
	# 100 s of work by 40 s need a rate of 2.5: half of the time on each.
	rates '100 1 3,2 ,"deadline_ns":40000000000'
	starts "gavel:objective=cost,prices=(3|1),fill=no,round=2s" "$BATS_TEST_TMPDIR/rates.jsonl" -c "$two" >/dev/null
	[[ "$(reason 0 | head -1)" == *"0.5 of its time on node type "*"work for the money 1.5; "* ]]
	rates '100 1 3,2 ,"deadline_ns":10000000000'
	starts gavel:objective=cost "$BATS_TEST_TMPDIR/rates.jsonl" -c "$two" >/dev/null
	[[ "$(reason 0)" == *"the deadlines cannot all be kept and do not count" ]]
}

@test "gavel: a solver that stops leaves it to arrival; prices are checked" {
	rates "100 1 2,1" "100 1 1,2" "100 1 1,1"
	[ "$(starts gavel:iterations=1 "$BATS_TEST_TMPDIR/rates.jsonl" -c "$two")" = "0@0:0 1@1:0 2@0:50" ]
	[[ "$(reason 0)" == *"the solver has stopped: by arrival" ]]
	run "$SOJOURN" run -w "$BATS_TEST_TMPDIR/rates.jsonl" -c "$two" -p 'gavel:objective=cost,prices=(1|0)' --no-store
	[ "$status" -eq 2 ]
	[[ "$output" == *"prices=1|0: expected a number above 0 for each of 2 types of nodes, separated by |"* ]]
}

# ---- transport --------------------------------------------------------------------------

@test "transport: groups go to nodes at the least total, and hungarian only sees one slot" {
	# Two groups of two; two nodes with two slots. a: 1 s or 2 s; b: 1 s or 9 s.
	rates "18 1 18,9" "18 1 18,9" "18 1 18,2" "18 1 18,2"
	cluster='{nodes: [{type: a, count: 1, cores: 2}, {type: b, count: 1, cores: 2}]}'
	[ "$(starts transport "$BATS_TEST_TMPDIR/rates.jsonl" -c "$cluster")" = "0@1:0 1@1:0 2@0:0 3@0:0" ]
	[[ "$(reason 0)" == "shipped, for 2 s; 4 of 4 tasks can start, at a total of 6 s; the node "*"; cold, "* ]]
	[[ "$(reason 2)" == "shipped, for 1 s; "* ]]
	# As many as possible first, then the cost: the third of a pays 2 s, and b its 9 s.
	rates "18 1 18,9" "18 1 18,2" "18 1 18,2"
	cluster='{nodes: [{type: a, count: 1, cores: 1}, {type: b, count: 1, cores: 1}]}'
	[ "$(starts transport "$BATS_TEST_TMPDIR/rates.jsonl" -c "$cluster")" = "0@1:0 1@0:0 2@0:1" ]
	[[ "$(reason 0)" == *"2 of 3 tasks can start, at a total of 3 s; the node binds"* ]]
}

@test "transport: tasks that would be cut go to the cheapest node with room" {
	# Two cores each on nodes of three: 1.5 + 1.5 by the program, one and one in fact.
	for id in 1 2 3; do echo "{\"id\":$id,\"submit_ns\":0,\"procs\":1,\"cores\":2,\"runtime_ns\":4000000000}"; done |
		sed 's/"procs":1,/"ranks":1,/' >"$BATS_TEST_TMPDIR/cut.jsonl"
	[ "$(starts transport "$BATS_TEST_TMPDIR/cut.jsonl" -c nodes=2,cores=3 | tr ' ' '\n' | sed 's/.*@//' | sort | paste -sd' ')" = "0:0 0:4 1:0" ]
	rates "100 1 2,1" "100 1 1,2" "100 1 1,1"
	[ "$(starts transport:iterations=1 "$BATS_TEST_TMPDIR/rates.jsonl" -c "$two")" = "0@0:0 1@1:0 2@0:50" ]
	[[ "$(reason 0)" == "left by rounding, and the cheapest node with room, for 50 s; the solver has stopped (1 times so far)" ]]
}

# ---- drf-lp --------------------------------------------------------------------------------

# users "USER TASKS CORES GB"...: as many tasks of 1 s at 0.
users() {
	local id=0 u n c g
	for t in "$@"; do
		read -r u n c g <<<"$t"
		while [ "$n" -gt 0 ]; do
			n=$((n - 1))
			id=$((id + 1))
			echo "{\"id\":$id,\"submit_ns\":0,\"ranks\":1,\"cores\":$c,\"mem_bytes\":$((g * 1000000000)),\"user\":$u,\"runtime_ns\":1000000000}"
		done
	done >"$BATS_TEST_TMPDIR/users.jsonl"
}

@test "drf-lp: who wants less leaves it to the others, level by level" {
	# On 12 processors 1 wants 2, and holds the first level: 2/12. The others share 10.
	users "1 2 1 0" "2 20 1 0" "3 20 1 0"
	starts drf-lp "$BATS_TEST_TMPDIR/users.jsonl" -c procs=12 >/dev/null
	[[ "$(reason 0)" == "user 1: due 2 more tasks, has started 0; a share of 0 for a weight of 1; the least share by weight could be 0.1666666667, bound by "* ]]
	[[ "$(reason 2)" == "user 2: due 5 more tasks, has started 0; "* ]]
	[[ "$(reason 22)" == "user 3: due 5 more tasks, has started 0; "* ]]
	# The example of the paper: <1 CPU, 4 GB> and <3 CPUs, 1 GB> on 9 and 18: 3 and 2 tasks.
	users "1 9 1 4" "2 9 3 1"
	starts drf-lp "$BATS_TEST_TMPDIR/users.jsonl" -c nodes=1,cores=9,mem=18GB >/dev/null
	[[ "$(reason 0)" == *"due 3 more tasks"*"could be 0.6666666667, bound by processors"* ]]
	[ "$(sqlite3 "$BATS_TEST_TMPDIR/lp.db" "SELECT group_concat(n, ' ') FROM (SELECT count(*) AS n FROM alloc WHERE from_ns = 0 GROUP BY job / 9 ORDER BY job / 9)")" = "3 2" ]
	# Equal sums of parts instead: 2.52 and 2.16.
	starts drf-lp:share=asset "$BATS_TEST_TMPDIR/users.jsonl" -c nodes=1,cores=9,mem=18GB >/dev/null
	[[ "$(reason 0)" == *"due 2.52 more tasks"* && "$(reason 9)" == *"due 2.16 more tasks"* ]]
}

@test "drf-lp: what a user has counts, and a solver that stops leaves it to shares" {
	# 1 has 6 of 10 at 0.5 s, when 2 comes with 4 free: all of them.
	users "1 6 1 0"
	echo '{"id":7,"submit_ns":500000000,"ranks":1,"cores":1,"user":1,"runtime_ns":1000000000}' >>"$BATS_TEST_TMPDIR/users.jsonl"
	for id in 8 9 10 11 12; do echo "{\"id\":$id,\"submit_ns\":500000000,\"ranks\":1,\"cores\":1,\"user\":2,\"runtime_ns\":1000000000}"; done >>"$BATS_TEST_TMPDIR/users.jsonl"
	starts drf-lp "$BATS_TEST_TMPDIR/users.jsonl" -c procs=10 >/dev/null
	[[ "$(reason 7)" == *"user 2: due 4 more tasks"* ]]
	[ "$(sqlite3 "$BATS_TEST_TMPDIR/lp.db" "SELECT count(*) FROM alloc WHERE from_ns = 500000000 AND job > 6")" = 4 ]
	users "1 9 1 4" "2 9 3 1"
	starts drf-lp:iterations=1 "$BATS_TEST_TMPDIR/users.jsonl" -c nodes=1,cores=9,mem=18GB >/dev/null
	[[ "$(reason 0)" == "user 1 has a share of 0; the solver has stopped (1 times so far)" ]]
	[ "$(sqlite3 "$BATS_TEST_TMPDIR/lp.db" "SELECT group_concat(n, ' ') FROM (SELECT count(*) AS n FROM alloc WHERE from_ns = 0 GROUP BY job / 9 ORDER BY job / 9)")" = "3 2" ]
}
