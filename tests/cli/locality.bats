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

# ---- batches -----------------------------------------------------------------------

# filler ID NODE SECONDS: a job of one task bound to that node (from 1).
filler() {
	echo "{\"id\":$1,\"submit_ns\":0,\"procs\":1,\"node\":$2,\"runtime_ns\":${3}000000000}"
}

# batch ID SUBMIT TASKS SECONDS
batch() {
	echo "{\"id\":$1,\"submit_ns\":${2}000000000,\"tasks\":[$(yes "{\"runtime_ns\":${4}000000000}" | head -n "$3" |
		paste -sd,)]}"
}

# starts JOB POLICY CLUSTER: seconds at which its tasks start.
starts() {
	rm -f "$BATS_TEST_TMPDIR/b.db"
	"$SOJOURN" run -w "$BATS_TEST_TMPDIR/batch.jsonl" -c "$3" -p "$2" --allocs --explain --check \
		-o "$BATS_TEST_TMPDIR/b.db" >/dev/null 2>&1
	sqlite3 "$BATS_TEST_TMPDIR/b.db" "SELECT group_concat(at, ' ') FROM (SELECT from_ns / 1000000000 AS at
		FROM alloc WHERE job = $1 - 1 ORDER BY 1)"
}

@test "balance: batches by hand: the least loaded of all that are drawn; whoever has room first" {
	# Nodes 1 and 2 have one and two tasks of 10 s; four nodes, three tasks: 6 is more than all.
	{ filler 1 1 10; filler 2 2 10; filler 3 2 10; batch 4 1 3 5; batch 5 2 3 5; } >"$BATS_TEST_TMPDIR/batch.jsonl"
	[ "$(starts 4 balance:batch=yes nodes=4,cores=1)" = "1 1 10" ]
	# Then all but node 2 have one (nodes 3, 4) or two: one each behind those, the third where two wait.
	[ "$(starts 5 balance:batch=yes nodes=4,cores=1 | cut -d' ' -f 1,2)" = "6 6" ]
	run "$SOJOURN" explain "$BATS_TEST_TMPDIR/b.db" 4 --all
	[[ "$output" == *"number 3 by load of 4 drawn for 3 tasks"* ]]
	# Late, with nine probes two at each node: job 4 on nodes 3 and 4 at once and at 6 s; there job
	# 5 has one at 6 s, node 1 takes one at 10 s, and the last is taken at 11 s.
	[ "$(starts 4 balance:batch=yes,late=yes,d=3 nodes=4,cores=1)" = "1 1 6" ]
	[ "$(starts 5 balance:batch=yes,late=yes,d=3 nodes=4,cores=1)" = "6 10 11" ]
	run "$SOJOURN" explain "$BATS_TEST_TMPDIR/b.db" 5 --all
	echo "$output"
	[[ "$output" == *"9 probes at 4 nodes for 3 tasks"* ]]
	[[ "$output" == *"is the first of 9 probed for its batch to have room; 2 of the batch wait"* ]]
}

@test "balance: probes of batches at all nodes are one queue" {
	awk 'BEGIN { srand(5); for (id = 1; id <= 300; id++) { now += int(rand() * 20); tasks = ""
		for (n = 1 + int(rand() * 14); n > 0; n--) tasks = tasks (tasks ? "," : "") \
			"{\"runtime_ns\":" 1 + int(rand() * 19) "000000000}"
		print "{\"id\":" id ",\"submit_ns\":" now "000000000,\"tasks\":[" tasks "]}" } }' \
		>"$BATS_TEST_TMPDIR/batch.jsonl"
	for policy in fifo balance:batch=yes,late=yes,d=8; do
		starts 1 $policy nodes=8,cores=1
		sqlite3 "$BATS_TEST_TMPDIR/b.db" "SELECT job, from_ns, to_ns FROM alloc ORDER BY 1, 2, 3" \
			>"$BATS_TEST_TMPDIR/${policy%%:*}"
	done
	[ "$(wc -l <"$BATS_TEST_TMPDIR/fifo")" -gt 1500 ]
	diff "$BATS_TEST_TMPDIR/fifo" "$BATS_TEST_TMPDIR/balance"
}

@test "balance: how often a job of three tasks waits for nobody: Sparrow's table 2" {
	# 80 of 200 nodes are idle at all times. A batch needs 3 idle ones of 6 different nodes,
	# tasks on their own one of 2 each (and three different ones, which hardly matters).
	{
		for k in $(seq 120); do filler "$k" "$k" 1000000; done
		for k in $(seq 121 4120); do batch "$k" $((k * 10)) 3 1; done
	} >"$BATS_TEST_TMPDIR/batch.jsonl"
	part() {
		rm -f "$BATS_TEST_TMPDIR/b.db"
		"$SOJOURN" run -w "$BATS_TEST_TMPDIR/batch.jsonl" -c nodes=200,cores=1 -p "$1" \
			-o "$BATS_TEST_TMPDIR/b.db" >/dev/null 2>&1
		sqlite3 "$BATS_TEST_TMPDIR/b.db" "SELECT avg(wait_ns + run_ns = 1000000000) FROM job WHERE id & 4294967295 >= 120"
	}
	expected() {
		awk -v kind="$1" 'function c(n, k,  r, i) { r = 1; for (i = 0; i < k; i++) r *= (n - i) / (k - i); return r }
		BEGIN { if (kind == "batch") for (i = 3; i <= 6; i++) p += c(80, i) * c(120, 6 - i) / c(200, 6)
			else p = (1 - c(120, 2) / c(200, 2)) ^ 3; print p }'
	}
	for way in batch:batch=yes,late=yes batch:batch=yes single:late=yes single:d=2; do
		awk -v seen="$(part "balance:${way#*:}")" -v p="$(expected "${way%%:*}")" 'BEGIN {
			s = sqrt(p * (1 - p) / 4000); print seen, p, s; exit !(seen > p - 4 * s - 0.02 && seen < p + 4 * s) }'
	done
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

# some_jobs SEED: 60 jobs of up to 14 tasks, of which some read some of up to 3 files; more
# than 8 nodes can take when SEED is odd.
some_jobs() {
	awk -v seed="$1" 'function below(n) { return int(rand() * n) }
	BEGIN {
		srand(seed)
		for (id = 1; id <= 60; id++) {
			now += below(seed % 2 ? 6 : 40); files = below(4); tasks = ""; list = ""
			for (f = 0; f < files; f++) {
				a = below(8); b = below(8)
				list = list (f ? "," : "") "{\"name\":\"f" f "\",\"bytes\":" 1000 + below(4000) \
					",\"at\":[" (a < b ? a "," b : a > b ? b "," a : a) "]}"
			}
			for (n = 1 + below(11) + files; n > 0; n--)
				tasks = tasks (tasks ? "," : "") "{\"runtime_ns\":" 1 + below(19) "000000000,\"cores\":" \
					1 + (below(4) == 0) (n <= files ? ",\"reads\":[\"f" n - 1 "\"]" : files && below(4) ? \
					",\"reads\":[\"f" below(files) "\"]" : "") "}"
			print "{\"id\":" id ",\"submit_ns\":" now "000000000,\"weight\":" 1 + below(3) ",\"tasks\":[" tasks "]" \
				(files ? ",\"files\":[" list "]" : "") "}"
		}
	}' >"$BATS_TEST_TMPDIR/data.jsonl"
}

# digest POLICY
digest() {
	"$SOJOURN" run -w "$BATS_TEST_TMPDIR/data.jsonl" -c nodes=8,cores=2,racks=2,bw=1GB/s,lat=0s,topology=star \
		-p "$1" --check --no-store --json 2>/dev/null | jq -er '.runs[0] | select(.metrics.unfinished == 0).digest'
}

@test "delay: as arrays that are looked through from end to end in every pass" {
	cd "$BATS_TEST_TMPDIR"
	"${CC:-cc}" -std=c11 -D_GNU_SOURCE -O1 -fPIC -shared -I"$("$SOJOURN" policy --include-dir)" -o plain.so \
		"$BATS_TEST_DIRNAME/fixtures/plain_delay.c"
	for seed in 1 2 3 4 5 6; do
		some_jobs $seed
		[ "$(digest delay)" = "$(digest ./plain.so)" ]
		[ "$(digest delay:reset=launch,wait=2s)" = "$(digest ./plain.so:launch=yes,wait=2s,rack_wait=2s)" ]
		[ "$(digest delay:wait=7s,rack_wait=0s,pool=job)" = "$(digest ./plain.so:wait=7s,rack_wait=0s,fair=yes)" ]
		[ "$(digest delay:reset=launch,wait=0s,rack_wait=5s)" = "$(digest ./plain.so:launch=yes,wait=0s,rack_wait=5s)" ]
	done
}

@test "delay: skips: a job lets D slots pass, and launches at the next" {
	# Nodes 0 to 4 are free again at 1 s to 5 s; job 6 has its data on node 3.
	data 6:0:1:3
	for k in 5 4 3 2 1; do
		sed -i "1i{\"id\":$k,\"submit_ns\":0,\"procs\":1,\"node\":$k,\"runtime_ns\":${k}000000000}" "$BATS_TEST_TMPDIR/data.jsonl"
	done
	for skips in 1:2 2:3 3:4 9:4; do
		[ "$(delayed "delay:heartbeat=60s,skips=${skips%:*}" nodes=5,cores=1 | grep -o '6:.*')" = "6:$((${skips#*:} + 5))" ]
	done
	run "$SOJOURN" explain "$BATS_TEST_TMPDIR/delayed.db" 6 --all
	echo "$output"
	[[ "$output" == *"waits for a node with its data: 2 of 9 slots let pass"* ]]
	[[ "$output" == *"local: node 3 has its data"* ]]
	delayed delay:heartbeat=60s,skips=2 nodes=5,cores=1
	run "$SOJOURN" explain "$BATS_TEST_TMPDIR/delayed.db" 6 --all
	[[ "$output" == *"on any node, after 3s: job 6 has let 2 slots pass, 2 are enough"* ]]
	# The slot of node 0 asks again every second from 1 s on: the third time is 3 s, node 2 asks first.
	[ "$(delayed delay:heartbeat=1s,skips=1 nodes=5,cores=1 | grep -o '6:.*')" = 6:7 ]
	# Nobody else: one idle node asks at 0, 3, 6 s and is taken at 9 s.
	data 1:0:1:1
	sed -i '1i{"id":9,"submit_ns":0,"procs":1,"node":2,"runtime_ns":100000000000}' "$BATS_TEST_TMPDIR/data.jsonl"
	[ "$(delayed delay:skips=3 nodes=2,cores=1)" = "1:100 2:14" ]
}

# refused POLICY PATTERN [CLUSTER]
refused() {
	run "$SOJOURN" run -w "$BATS_TEST_TMPDIR/data.jsonl" -c "${3:-nodes=2,cores=1}" -p "$1" --no-store
	echo "$output"
	[ "$status" -eq 2 ]
	[[ "$output" == *"$2"* ]]
}

@test "delay: bad parameters are refused" {
	data 1:0:2:0
	refused delay:rack_wait=5 "rack_wait"
	refused delay:wait=-1s "wait"
	refused delay:rack_wait=-1s "rack_wait"
	refused delay:skips=-1 "skips"
	refused delay:locality=1 "locality"
	refused delay:skips=3,locality=0.9 "expected it or skips=, not both"
	refused delay:slots=-1 "slots"
	refused balance:d=0 "d"
	refused balance:to=least,batch=yes "expected to=jsq with it"
}

@test "delay, balance: weights and estimates of zero, one node, more choices than nodes" {
	data '1:0:3:0:"weight":0' '2:0:3:-:"weight":0' 3:0:3:0
	sed -i 's/"runtime_ns":5000000000/&,"estimate_ns":0/g' "$BATS_TEST_TMPDIR/data.jsonl"
	for p in delay:pool=job delay:skips=2 delay:locality=0.9 balance:d=100 balance:to=least,load=work balance:late=yes,d=9; do
		for c in nodes=1,cores=1 nodes=3,cores=1; do
			"$SOJOURN" run -w "$BATS_TEST_TMPDIR/data.jsonl" -c "$c,bw=10GB/s,lat=0s,topology=star" -p "$p" \
				--overrun extend --check --no-store --json 2>/dev/null | jq -e '.runs[0].metrics.unfinished == 0'
		done
	done
}
