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
