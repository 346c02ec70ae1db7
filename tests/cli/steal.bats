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
