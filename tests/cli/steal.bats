# SPDX-License-Identifier: GPL-3.0-or-later
# steal.bats - work stealing from the command line: what is refused, what is told, and what
# needs nodes, arrivals or failures.

load helper

# job's tasks as "task,node,from,to" in whole seconds, of the run in d.db.
slots() {
	"$SOJOURN" query -T csv 'SELECT job, task, node, from_ns / 1000000000, to_ns / 1000000000
		FROM alloc ORDER BY job, task, from_ns' d.db | tail -n +2 | tr '\n' ' '
}

steal() { # WORKLOAD CLUSTER POLICY ARGUMENTS...
	local w=$1 c=$2 p=$3
	shift 3
	rm -f d.db
	"$SOJOURN" run -w "$w" -c "$c" -p "$p" "$@" --check --allocs --explain -o d.db \
		>/dev/null 2>&1
}

# ---- a plan and thieves -------------------------------------------------------------

@test "steal:plan=heft: a later plan counts on cores from the end of what they run" {
	cat >w.jsonl <<-'END'
	{"submit_ns":0,"procs":1,"runtime_ns":10000000000}
	{"submit_ns":1000000000,"tasks":[{"runtime_ns":3000000000},{"runtime_ns":8000000000}]}
	END
	steal w.jsonl nodes=1,cores=2 steal:plan=heft,latency=1s
	# Task 1 of 8 s is first: on worker 1 to 9 s, and task 0 behind it, to 12 s: behind
	# job 1 it would end at 13 s. Worker 0 would have it stolen, were it done earlier.
	run "$SOJOURN" explain d.db 2 --all
	echo "$output"
	[[ "$output" == *"planned for worker 1 from 1 to 9 s by upward rank 8 s"* ]]
	[[ "$output" == *"planned for worker 1 from 9 to 12 s by upward rank 3 s"* ]]
	[[ "$output" == *"the first by plan of 1 in worker 1's own deque"* ]]
	[ "$(slots)" = "0,0,0,0,10 1,0,0,9,12 1,1,0,1,9 " ]
}

@test "steal:plan=heft: when a node goes or comes, what waits is planned and dealt out anew" {
	echo '{"submit_ns":0,"tasks":[{"runtime_ns":10000000000},{"runtime_ns":10000000000},{"runtime_ns":10000000000},{"runtime_ns":10000000000}]}' >w.jsonl
	printf 'time,node,change\n5s,1,fail\n' >fail.csv
	printf 'time,node,change\n5s,1,fail\n12s,1,up\n' >back.csv
	# Node 0 was to have 0 and 2. Task 1 dies at 5 s and comes behind 0, before 2 and 3.
	steal w.jsonl nodes=2,cores=1 steal:plan=heft,latency=1s --failures fail.csv
	[ "$(slots)" = "0,0,0,0,10 0,1,1,0,5 0,1,0,10,20 0,2,0,20,30 0,3,0,30,40 " ]
	# From 12 s on node 1 has 2, and 3 is planned for 20 s on node 0. No steal: 3 is there.
	steal w.jsonl nodes=2,cores=1 steal:plan=heft,latency=1s --failures back.csv
	[ "$(slots)" = "0,0,0,0,10 0,1,1,0,5 0,1,0,10,20 0,2,1,12,22 0,3,0,20,30 " ]
}

# ---- Dask's rule ---------------------------------------------------------------------

# outcome SCENARIO CLUSTER POLICY ARGUMENTS...: the makespan.
outcome() {
	local s=$1 c=$2 p=$3
	shift 3
	rm -f d.db
	"$SOJOURN" run -w "gen:scenario:name=$s" -c "$c" -p "$p" --overrun extend --check --explain \
		-o d.db "$@" >/dev/null 2>&1
	"$SOJOURN" query -T csv "SELECT value FROM metric WHERE name = 'makespan_s'" d.db | tail -n 1
}

# As the head comment of workloads/scenario_dask.c has them, by hand.
@test "dask: four cases in which its rule leaves workers idle" {
	dask=steal:seed=first,latency=0s,backoff=1s,rule=dask
	all=steal:seed=first,latency=0s
	star=cores=1,bw=1GB/s,lat=0s,topology=star
	join='--failures=events=(1s,1,join;1s,2,join;1s,3,join)'
	[ "$(outcome dask-unknown-durations,change=no procs=2 $dask)" = 100 ]
	[ "$(outcome dask-unknown-durations procs=2 $dask)" = 160 ]
	run "$SOJOURN" explain --all d.db 1
	[[ "$output" == *"worker 1 may not steal it from worker 0: occupancy 0 s + 1 x 60 s against 60.5 s - half of it"* ]]
	[ "$(outcome dask-unknown-durations procs=2 $all)" = 100 ]
	[ "$(outcome dask-elastic-workers,change=no nodes=4,$star $dask "$join")" = 104 ]
	[ "$(outcome dask-elastic-workers nodes=4,$star $dask "$join")" = 300 ]
	run "$SOJOURN" explain --all d.db 1
	[[ "$output" == *"occupancy 0 s + 3 x 0.5 s against 1.5 s - half of it"* ]]
	[ "$(outcome dask-elastic-workers nodes=4,$star $all "$join")" = 104 ]
	[ "$(outcome dask-one-worker,change=no nodes=2,$star $dask)" = 51 ]
	[ "$(outcome dask-one-worker nodes=2,$star $dask)" = 100 ]
	[ "$(outcome dask-one-worker nodes=2,$star $all)" = 51 ]
	[ "$(outcome dask-opportunity-cost nodes=2,$star $dask)" = 1000 ]
	run "$SOJOURN" explain --all d.db 1
	[[ "$output" == *"occupancy 0 s + inf x 1 s against"* ]]
	[ "$(outcome dask-opportunity-cost nodes=2,$star $all)" = 700 ]
}

# ---- distance --------------------------------------------------------------------------

@test "network=yes: messages take the latency of the route, racks as the tree has them" {
	echo '{"submit_ns":0,"tasks":[{"runtime_ns":100000000000},{"runtime_ns":100000000000},{"runtime_ns":100000000000}]}' >w.jsonl
	# Two links of 1 s within a rack, four from rack to rack. Worker 1 asks
	# at 0, worker 2 at 0: there at 2.5 s and 4.5 s, back at 5 s and 9 s.
	net=nodes=3,cores=1,bw=1GB/s,lat=1s,switch_lat=1s,topology=tree:2x2
	far=steal:seed=first,victim=richest,latency=500ms
	steal w.jsonl $net $far,network=yes
	[ "$(slots)" = "0,0,1,5,105 0,1,2,9,109 0,2,0,0,100 " ]
	steal w.jsonl $net $far
	[ "$(slots)" = "0,0,1,1,101 0,1,2,1,101 0,2,0,0,100 " ]
	# Racks without a network: nothing is known of routes.
	steal w.jsonl nodes=4,cores=1,racks=2 $far,network=yes,latency_rack=2s
	[ "$(slots)" = "0,0,1,1,101 0,1,2,5,105 0,2,0,0,100 " ]
}

# ---- counts -------------------------------------------------------------------------------

@test "requests, hits and stolen tasks are stored and told" {
	run --separate-stderr "$SOJOURN" run -w gen:dag:shape=cholesky,size=8,procs=4 -c procs=4 \
		-p steal:seed=first -p fifo -o d.db --json
	[ "$status" -eq 0 ]
	told=$(jq -r '.runs[0].counters | to_entries[] | "\(.key)|\(.value)"' <<<"$output" | sort)
	[ "$(wc -l <<<"$told")" = 4 ]
	[ "$(sqlite3 d.db "SELECT name, CAST(value AS INT) FROM metric WHERE name LIKE 'steal.%'
		ORDER BY name")" = "$told" ]
	[ "$(jq '.runs[0].counters | .["steal.requests"] >= .["steal.hits"] and
		.["steal.hits"] == .["steal.tasks"] and .["steal.hits"] > 0' <<<"$output")" = true ]
	[ "$(jq '.runs[1].counters' <<<"$output")" = null ]
	"$SOJOURN" repro d.db
}

# ---- makespans and the span -------------------------------------------------------------

@test "plot span: c by hand, of one seed" {
	# Work 30 s, span 20 s: on two processors T = 20. c = sum((20 / T) (1 - 30 / (P T))) /
	# sum((20 / T)^2) = (0 + 1 / 4) / (4 / 9 + 1) = 0.17308; at most 20 / 20 - 30 / 40.
	echo '{"submit_ns":0,"tasks":[{"runtime_ns":10000000000},{"runtime_ns":10000000000},{"runtime_ns":10000000000}],"edges":[{"from":0,"to":1},{"from":0,"to":2}]}' >w.jsonl
	for p in 1 2; do
		"$SOJOURN" run -w w.jsonl -c procs=$p -p list -o d.db >/dev/null 2>&1
	done
	run --separate-stderr "$SOJOURN" plot span d.db --by workload -o span.svg
	[[ "$stderr" == *"w: c = 0.1731 (one seed), at most 0.2500 in a run"* ]]
	[ "$(grep -v '^#' span.dat | cut -d' ' -f1-4)" = $'1.5 1.5 nan nan\n0.75 1 nan nan' ]
	grep -q "PANELS = 1" span.gp
}

@test "plot span: c and its interval over seeds, attempts and steals" {
	for seed in 1 2 3; do
		for p in 1 3 9 27; do
			"$SOJOURN" run -w gen:dag:shape=cholesky,size=8 -c procs=$p --seed $seed \
				-p steal:latency=2s,idle=poll -o d.db >/dev/null 2>&1
		done
	done
	run --separate-stderr "$SOJOURN" plot span d.db --by workload -o span.svg
	[ "$status" -eq 0 ]
	# From the database, with awk. t with two degrees of freedom: 4.302653.
	want=$(sqlite3 -separator ' ' d.db "SELECT seed, procs,
			max(value) FILTER (WHERE name = 'makespan_s'),
			max(value) FILTER (WHERE name = 'utilization'),
			max(value) FILTER (WHERE name = 'critical_path_mean_s')
			FROM run JOIN metric ON run = id GROUP BY id" |
		awk '{ s = $5 / $3; up[$1] += s * (1 - $4); down[$1] += s * s }
			END { for (k in up) { c = up[k] / down[k]; n++; sum += c; square += c * c }
			mean = sum / n; half = 4.302653 * sqrt((square - sum * mean) / (n - 1) / n)
			printf "c = %.4f, 95 %% interval %.4f to %.4f over 3 seeds", mean, mean - half, mean + half }')
	[[ "$stderr" == *"$want"* ]]
	grep -q "PANELS = 2" span.gp
	# A worker that polls is at work or asks, until the last task has ended.
	awk '!/^#/ && $5 > 1 { n++; if ($3 < 0.98 * ($2 - $1) || $3 > 1.02 * ($2 - $1)) print }
		END { if (n != 9) print n }' span.dat >odd
	[ ! -s odd ]
}

@test "plot span: what it is not for" {
	small_log >log.swf
	"$SOJOURN" run -w log.swf -p fifo -o d.db >/dev/null 2>&1
	refused 3 "plot span: no chosen run is of a single job of several tasks" \
		"$SOJOURN" plot span d.db -o span.svg
}

# ---- what is asked for in vain, and what is odd -----------------------------------------------

@test "parameters that are wrong, in one sentence" {
	dag=gen:dag:shape=cholesky,size=4
	for bad in 'victim=poorest=victim: "poorest".*random' 'amount=2=amount: "2"' \
		'probes=0=probes: 0 is outside' 'latency=5=latency' 'plan=cpop=plan: "cpop"' \
		'latency_rack=-1s=latency_rack' 'network=maybe=network' \
		'latency=0s,rule=dask=rule=dask needs attempts that take time; expected latency or backoff above 0' \
		'latency=0s,idle=poll=idle=poll needs attempts' 'latency=0s,lock=1s=lock needs attempts' \
		'latency=0s,network=yes=distance needs attempts' 'place=first=place'; do
		spec=$(grep -oE '^([a-z_]+=[^=,]*)(,[a-z_]+=[^=,]*)*' <<<"$bad")
		refused 2 "${bad#"$spec"=}" "$SOJOURN" run -w $dag -c procs=4 -p "steal:$spec" --no-store
	done
	refused 2 'has no processors' "$SOJOURN" run -w $dag -c procs=0 -p steal --no-store
}

# every POLICY-ARGUMENT...: all ways to choose a victim, at any latency, end, and the same work
# is done; prints the makespans.
every() {
	local flags=
	for victim in random nearest richest roundrobin; do
		for more in latency=0s latency=0s,amount=half latency=0s,backoff=1ms \
			latency=1ms,idle=poll,probes=1000000 plan=heft latency=0s,plan=heft \
			latency=0s,backoff=1s,rule=dask; do
			flags="$flags -p steal:victim=$victim,$more"
		done
	done
	timeout 60 "$SOJOURN" run "$@" $flags --check --no-store --json 2>/dev/null |
		jq -c '[.runs[].metrics | select(.finished == 1000 or .finished == 1) | .makespan_s]'
}

@test "one worker, three workers with a million probes, and no endless loop at latency 0" {
	[ "$(every -w gen:dag:shape=cholesky,size=4 -c procs=1 | jq -c '[length, (unique | length)]')" = '[28,1]' ]
	[ "$(every -w gen:dag:shape=cholesky,size=6 -c procs=3 | jq length)" = 28 ]
	[ "$(every -w gen:dag:shape=cholesky,size=6 -c nodes=3,cores=1 | jq length)" = 28 ]
}

@test "jobs that are no graphs are dealt out" {
	[ "$(every -w gen:poisson:n=1000,load=0.8,procs=8 -c procs=64 | jq length)" = 28 ]
	echo '{"submit_ns":0,"procs":1,"runtime_ns":5000000000}' >w.jsonl
	echo '{"submit_ns":0,"procs":1,"runtime_ns":5000000000}' >>w.jsonl
	steal w.jsonl nodes=2,cores=1 steal
	[ "$(slots)" = "0,0,0,0,5 1,0,1,0,5 " ]
	steal w.jsonl nodes=2,cores=1 steal:seed=first,latency=1s
	[ "$(slots)" = "0,0,1,2,7 1,0,0,0,5 " ]
}

@test "estimates of zero, under Dask's rule and in a plan" {
	echo '{"submit_ns":0,"tasks":[{"runtime_ns":10000000000,"estimate_ns":0},{"runtime_ns":10000000000,"estimate_ns":0},{"runtime_ns":10000000000,"estimate_ns":0}]}' >w.jsonl
	for p in seed=first,rule=dask,latency=1s plan=heft,latency=1s; do
		"$SOJOURN" run -w w.jsonl -c procs=2 -p steal:$p --overrun extend --check --no-store \
			--json 2>/dev/null | jq -e '.runs[0].metrics | .finished == 1 and .makespan_s <= 22'
	done
}

@test "no node is up: tasks wait for one; none ever is: a stall" {
	echo '{"submit_ns":0,"tasks":[{"runtime_ns":10000000000},{"runtime_ns":10000000000}]}' >w.jsonl
	for p in steal steal:plan=heft; do
		steal w.jsonl nodes=2,cores=1 $p --failures 'events=(0s,0,fail;0s,1,fail;100s,1,up)'
		[[ "$(slots)" =~ ^(0,[01],1,1[01]0,1[12]0\ ){2}$ ]]
		run "$SOJOURN" run -w w.jsonl -c nodes=2,cores=1 -p $p --no-store \
			--failures 'events=(0s,0,fail;0s,1,fail)'
		[ "$status" -eq 4 ]
	done
}

@test "explain: whom a thief asked, and why" {
	echo '{"submit_ns":0,"tasks":[{"runtime_ns":9000000000},{"runtime_ns":9000000000},{"runtime_ns":9000000000}]}' >w.jsonl
	for how in random='at random' nearest='as the nearest with work' \
		richest='as the one with most tasks' roundrobin='in turn'; do
		steal w.jsonl nodes=1,cores=2 "steal:seed=first,latency=1s,victim=${how%%=*}"
		run "$SOJOURN" explain d.db 1 --all
		[[ "$output" == *"worker 1 stole it from worker 0, chosen ${how#*=}: 1 of the 2 tasks that waited there were to go, oldest first"* ]]
		[[ "$output" == *"the newest of 3 in worker 0's own deque"* ]]
		[[ "$output" == *"wait: the oldest of 2 in the deque of worker 0, which runs job 1 task 2"* ]]
	done
}
