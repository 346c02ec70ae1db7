# SPDX-License-Identifier: GPL-3.0-or-later
# locality.bats - queues at the nodes, and tasks that wait for their data.

load helper

@test "balance: the power of two choices, and late binding beats both" {
	"$SOJOURN" run -w "gen:poisson:n=200000,rate=90,service=exp:mean=1" \
		-c nodes=100,cores=1 -p balance:to=random -p balance -p balance:late=yes \
		-p balance:to=least --no-store --json 2>/dev/null |
		jq -e '[.runs[].metrics.response_mean_s] | . as [$random, $two, $late, $least] |
			$random > 2.5 * $two and $two > 1.2 * $late and $late > $least'
}

@test "balance: the reason names the queues it saw, and the probes" {
	cat > "$BATS_TEST_TMPDIR/three.jsonl" <<-'END'
	{"id":1,"submit_ns":0,"procs":1,"runtime_ns":9000000000}
	{"id":2,"submit_ns":1000000000,"procs":1,"runtime_ns":9000000000}
	{"id":3,"submit_ns":2000000000,"procs":1,"runtime_ns":9000000000}
	END
	"$SOJOURN" run -w "$BATS_TEST_TMPDIR/three.jsonl" -c nodes=2,cores=1 --explain \
		-p balance -p balance:late=yes -p balance:to=least,load=work \
		-o "$BATS_TEST_TMPDIR/r.db"
	run "$SOJOURN" explain "$BATS_TEST_TMPDIR/r.db" 3
	echo "$output"
	[[ "$output" =~ "the shortest of 2 drawn (load of "[01]": 1, "[01]": 1)" ]]
	[[ "$output" =~ "is the first of 2 probed to have room" ]]
	[[ "$output" =~ "the least load of all (load of 0: 7s a core)" ]]
}

@test "balance: probes need somewhere to go" {
	run "$SOJOURN" run -w gen:poisson:n=10,rate=1,service=exp:mean=1 -c nodes=2,cores=4 -p balance:to=random,late=yes
	[ "$status" -eq 2 ]
	[[ "$output" == *"expected to=jsq with it"* ]]
}

# ---- delay scheduling -------------------------------------------------------------

# data JOB...: writes jobs whose tasks, of 5 s each, read one file. JOB is
# "id:submit:tasks:nodes:extra", nodes separated by "+", "-" for no file.
data() {
	for job in "$@"; do
		IFS=: read -r id submit tasks nodes extra <<<"$job"
		reads=',"reads":["set"]' files=",\"files\":[{\"name\":\"set\",\"bytes\":1000,\"at\":[${nodes//+/,}]}]"
		[ "$nodes" = - ] && reads= files=
		list=$(yes "{\"runtime_ns\":5000000000$reads}" | head -n "$tasks" | paste -sd,)
		echo "{\"id\":$id,\"submit_ns\":$((submit * 1000000000))${extra:+,$extra},\"tasks\":[$list]$files}"
	done >"$BATS_TEST_TMPDIR/data.jsonl"
}

# delayed POLICY [CLUSTER]: "N:END" of each job from 1, in whole seconds, rounded down.
delayed() {
	local db="$BATS_TEST_TMPDIR/delayed.db"
	rm -f "$db"
	"$SOJOURN" run -w "$BATS_TEST_TMPDIR/data.jsonl" --explain -p "$1" \
		-c "${2:-nodes=10,cores=1},bw=10GB/s,lat=0s,topology=star" -o "$db" >/dev/null 2>&1
	sqlite3 "$db" "SELECT group_concat(id || ':' || finish, ' ') FROM (SELECT (id & 4294967295) + 1 AS id,
		(submit_ns + wait_ns + run_ns) / 1000000000 AS finish FROM job ORDER BY id)"
}

@test "delay: Spark's starvation: 500 tasks of 5 s, a wait of 6 s, data on one node of ten" {
	data 1:0:500:0
	# Each launch begins the wait anew before it is over: one node does it all.
	[ "$(delayed delay:wait=6s,reset=launch)" = 1:2500 ]
	# A wait of less than a task: 4 s late, all ten nodes; 496 tasks over 10 nodes.
	[ "$(delayed delay:wait=4s,reset=launch)" = 1:254 ]
	[ "$(delayed delay:wait=0s)" = 1:250 ]
	# The later rule: node 0 launches at 10 s on a full machine, so the other nine, free at
	# 11 s, wait until 16 s: 11 tasks every 10 s, 495 by 450 s, the last three at 456 s.
	[ "$(delayed delay:wait=6s,reset=full)" = 1:461 ]
	# Copies on all nodes: nobody waits.
	data 1:0:500:0+1+2+3+4+5+6+7+8+9
	[ "$(delayed delay:wait=6s,reset=launch)" = 1:250 ]
}

@test "delay: node, rack, any, each after its wait, and what remains of it" {
	data 7:0:4:0
	# At 5 s node 0 is free again: the local task begins the wait anew, or does not.
	for reset in launch:13 full:10; do
		[ "$(delayed "delay:wait=3s,rack_wait=2s,reset=${reset%:*}" nodes=4,cores=1,racks=2)" = "1:${reset#*:}" ]
		run "$SOJOURN" explain "$BATS_TEST_TMPDIR/delayed.db" 7 --all
		echo "$output"
		[[ "$output" == *"local: node 0 has its data"* ]]
		[[ "$output" == *"waits for a node with its data, 3s of 3s remain; 3 nodes have room"* ]]
		[[ "$output" == *"rack-local, after 3s"* ]]
		[[ "$output" == *"waits for a rack with its data, 2s of 2s remain; 2 nodes have room"* ]]
	done
	[[ "$output" == *"on any node, after 5s"* ]]
}

@test "delay: a job that waits for its nodes lets others pass" {
	data 1:0:2:0 2:0:1:-
	# Node 0 takes the first of job 1; node 1 is left to job 2; then node 0 the second.
	[ "$(delayed delay:wait=60s nodes=2,cores=1)" = "1:10 2:5" ]
}

@test "delay: pools: fair shares by weight, minimum shares, MapReduce's slots" {
	# 4 slots, weights 1 and 3: job 2 runs 3 of 4 until 20 of its tasks are done.
	data '1:0:20:-:"weight":1' '2:0:20:-:"weight":3'
	[ "$(delayed delay:pool=job nodes=1,cores=4)" = "1:50 2:35" ]
	[ "$(delayed delay nodes=1,cores=4)" = "1:25 2:50" ]
	[ "$(delayed delay:slots=2 nodes=1,cores=4)" = "1:50 2:100" ]
	# Two jobs of user 1 and one of user 2: half of the slots each.
	data '1:0:12:-:"user":1' '2:0:12:-:"user":1' '3:0:8:-:"user":2'
	[ "$(delayed delay:pool=user nodes=1,cores=4)" = "1:25 2:40 3:20" ]
	[ "$(delayed delay:pool=job nodes=1,cores=3)" = "1:50 2:55 3:40" ]
	# A minimum share goes before weights: two each.
	data '1:0:20:-:"weight":1' '2:0:20:-:"weight":3'
	[ "$(delayed delay:pool=job,minshare=2 nodes=1,cores=4)" = "1:50 2:50" ]
}

@test "delay: bad waits are refused" {
	data 1:0:2:0
	run "$SOJOURN" run -w "$BATS_TEST_TMPDIR/data.jsonl" -c nodes=2,cores=1 -p delay:rack_wait=5 --no-store
	[ "$status" -eq 2 ]
	[[ "$output" == *"rack_wait"* ]]
}
