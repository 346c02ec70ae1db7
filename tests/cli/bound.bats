# SPDX-License-Identifier: GPL-3.0-or-later
# bound.bats - lower bounds of runs, by hand: `sojourn run --bound`.
load helper

# What `jq` makes of the bounds of the first run: FILTER FLAGS-OF-RUN...
bound() {
	local filter=$1
	shift
	"$SOJOURN" run --no-store --json --bound "$@" 2>/dev/null | jq -c ".runs[0].bound | $filter"
}

# "S BY" of the makespan.
makespan() {
	bound '.makespan | "\(.bound_s) \(.by)"' "$@"
}

@test "area, by when jobs can begin" {
	# 2 x 10 at 0, and from 20 s on 4 x 5 and 2 x 6: 20 + 32 / 4.
	{ job 1 0 10 2 10; job 2 20 5 4 5; job 3 20 6 2 6; } >a.swf
	[ "$(makespan -w a.swf -c procs=4 -p fifo)" = '"28 area of processors"' ]
	# 4 x 10 from 0 on, 1 x 6 from 8 on: of the first 2 s are left at 8 s; 14 s by the path.
	{ job 1 0 10 4 10; job 2 8 6 1 6; } >b.swf
	[ "$(bound '[.makespan.bounds[] | select(.name | startswith("critical") or . == "area of processors") | .s]' -w b.swf -c procs=4 -p fifo)" = '[14,11.5]' ]
}

@test "two jobs wider than half of the machine" {
	{ job 1 0 10 3 10; job 2 0 10 3 10; } >a.swf
	[ "$(makespan -w a.swf -c procs=4 -p fifo)" = '"20 area of processors, u(1)"' ]
	[ "$(bound '.makespan | .achieved_s, .above' -w a.swf -c procs=4 -p fifo | tr '\n' ' ')" = '20 0 ' ]
	# Three of a third and a bit: no more than two at once, 7 of 16 each.
	{ job 1 0 10 6 10; job 2 0 10 6 10; job 3 0 10 6 10; } >b.swf
	[ "$(makespan -w b.swf -c procs=16 -p fifo)" = '"15 area of processors, u(2)"' ]
	# Processors shared in time are no such thing.
	[ "$(makespan -w a.swf -c procs=4 -p ps)" = '"15 area of processors"' ]
	# Ranks of 3 cores do not fit on nodes of 4 together, nor two jobs of 3 of 4 GPUs.
	printf '{"submit_ns":0,"ranks":1,"cores":3,"runtime_ns":4000000000}\n%.0s' 1 2 3 4 5 6 >c.jsonl
	[ "$(makespan -w c.jsonl -c nodes=4,cores=4 -p fifo)" = '"6 area of nodes"' ]
	printf '{"submit_ns":0,"runtime_ns":6000000000,"gpu_milli":3000}\n%.0s' 1 2 3 >g.jsonl
	[ "$(makespan -w g.jsonl -c nodes=1,cores=8,gpus=4 -p firstfit)" = '"18 area of GPUs, u(1)"' ]
}

@test "graphs: critical path, heads and tails" {
	# 0 (3 s), then six of 4 s, then 7 (2 s), on two processors: 3 + 24 / 2 + 2.
	local i edges=
	for i in 1 2 3 4 5 6; do edges+="{\"from\":0,\"to\":$i},{\"from\":$i,\"to\":7},"; done
	echo '{"submit_ns":1000000000,"tasks":[{"runtime_ns":3000000000}'"$(printf ',{"runtime_ns":4000000000}%.0s' 1 2 3 4 5 6)"',{"runtime_ns":2000000000}],"edges":['"${edges%,}"']}' >g.jsonl
	[ "$(makespan -w g.jsonl -c procs=2 -p list)" = '"17 area with heads and tails of processors"' ]
	[ "$(makespan -w g.jsonl -c procs=8 -p list)" = '"9 critical path"' ]
}

@test "graphs whose data moves" {
	# a (2 s) sends 3 GB to each of b and c (4 s each), they to d (1 s), at 1 GB/s, on nodes of one
	# core. b and c end on one node at 10, or the later one has come to d at 2 + 4 + 3: d ends at 10.
	local s=000000000 e=
	for e in 0:1 0:2 1:3 2:3; do echo "{\"from\":${e%:*},\"to\":${e#*:},\"bytes\":3$s}"; done | paste -sd, >edges
	echo "{\"submit_ns\":0,\"tasks\":[{\"runtime_ns\":2$s},{\"runtime_ns\":4$s},{\"runtime_ns\":4$s},{\"runtime_ns\":1$s}],\"edges\":[$(cat edges)]}" >g.jsonl
	[ "$(makespan -w g.jsonl -c nodes=2,cores=1,topology=star,bw=1GB/s -p list)" = '"10 graphs with data"' ]
	# b and c of 10 s: one of them is elsewhere than d, and sends for 3 s.
	echo "{\"submit_ns\":0,\"tasks\":[{\"runtime_ns\":10$s},{\"runtime_ns\":10$s},{\"runtime_ns\":1$s}],\"edges\":[{\"from\":0,\"to\":2,\"bytes\":3$s},{\"from\":1,\"to\":2,\"bytes\":3$s}]}" >j.jsonl
	[ "$(bound '[.makespan | .bound_s, .above]' -w j.jsonl -c nodes=2,cores=1,topology=star,bw=1GB/s -p list)" = '[14,0]' ]
	# With two cores a node there is no need to move; without a network neither.
	[ "$(bound .makespan.bound_s -w g.jsonl -c nodes=2,cores=2,topology=star,bw=1GB/s -p list)" = 7 ]
	[ "$(makespan -w g.jsonl -c nodes=2,cores=1 -p list)" = '"7 critical path"' ]
	# What is stopped on its way may have worked elsewhere: no such bound.
	printf '{"submit_ns":0,"runtime_ns":2000000000}\n%.0s' 1 2 3 >>g.jsonl
	local p data='[.makespan.bounds[].name | select(. == "graphs with data")] | length'
	[ "$(for p in list rr:quantum=1s; do bound "$data" -w g.jsonl -c nodes=2,cores=1,topology=star,bw=1GB/s -p $p; done | paste -sd' ')" = "1 0" ]
}

@test "unlike nodes: linear programs" {
	# Lawler and Labetoulle's optimum of five tasks on two machines is 7.5 s, and of the last
	# three 50 s by the task that takes 50 s on either.
	printf '#tasks\n0: 3, 5\n1: 2, 4\n2: 6, 3\n3: 5, 5\n4: 4, 2\n#edges\n#end\n' >a.dag
	[ "$(bound '[.makespan.bounds[] | select(.name == "assignment (LP)") | .s]' -w hetdag:a.dag -p min-min)" = '[7.5]' ]
	# 9 and 3 s where each is fastest; 3 y less on the first node are 30 y more on the second.
	printf '#tasks\n0: 3, 30\n1: 3, 30\n2: 3, 30\n3: 9, 3\n#edges\n#end\n' >b.dag
	[ "$(bound '[.makespan | .bound_s * 1e6 | floor] | tostring' -w hetdag:b.dag -p min-min)" = '"[8454545]"' ]
}

@test "speeds, GPUs and memory" {
	# One node of speed 2 and one of 1, a core each: four tasks of 6 s take 24 / 3.
	printf '{"submit_ns":0,"runtime_ns":6000000000}\n%.0s' 1 2 3 4 >s.jsonl
	cat >c.yaml <<-'END'
		reference: 1GFLOP/s
		nodes:
		  - {type: fast, count: 1, cores: 1, speed: 2GFLOP/s}
		  - {type: slow, count: 1, cores: 1, speed: 1GFLOP/s}
	END
	[ "$(bound '.makespan | (.bound_s * 1e6 | round), .by' -w s.jsonl -c c.yaml -p firstfit | tr '\n' ' ')" = '8000000 "area of processors by speed" ' ]
	printf '{"submit_ns":0,"runtime_ns":6000000000,"gpu_milli":2000}\n%.0s' 1 2 3 >g.jsonl
	[ "$(makespan -w g.jsonl -c nodes=1,cores=8,gpus=4 -p firstfit)" = '"9 area of GPUs"' ]
	printf '{"submit_ns":0,"runtime_ns":6000000000,"mem_bytes":2147483648}\n%.0s' 1 2 3 >m.jsonl
	[ "$(bound '.makespan | (.bound_s * 1e6 | round), .by[:14]' -w m.jsonl -c nodes=1,cores=8,mem=4GiB -p firstfit | tr '\n' ' ')" = '9000000 "area of memory" ' ]
}

@test "response times: SRPT, mean busy dates, busy periods" {
	# On one processor: 8 s from 0, 2 s from 1: 2 + 10 by shortest remaining time.
	{ job 1 0 8 1 8; job 2 1 2 1 2; } >a.swf
	[ "$(bound '[.response_mean | .bound_s, .above, .bounds[0].name]' -w a.swf -c procs=1 -p srtf)" = '[6,0,"SRPT of processors"]' ]
	# Two of 4 s as wide as both processors: mean busy dates 2 and 6, half of 4 s behind each; and,
	# on an idle machine, one of 6 s alone.
	{ job 1 0 4 2 4; job 2 0 4 2 4; job 3 50 6 1 6; } >b.swf
	[ "$(bound '[.response_mean | .bound_s, .above, .by] | @csv' -w b.swf -c procs=2 -p fifo)" = '"6,0,\"busy periods of processors\""' ]
	# Jobs alone: 4 + 4 + 6; mean busy dates: 2 + 2 + 6 + 2 + 1.5 + 3.
	[ "$(bound '[.response_mean.bounds[] | select(.name | startswith("jobs") or startswith("mean")) | .s * 3e6 | round]' -w b.swf -c procs=2 -p fifo)" = '[16500000,14000000]' ]
}

@test "weighted responses" {
	# 4 s of weight 1 and 2 s of weight 4 on one processor: 4 x 2 + 1 x 6, over 5.
	echo '{"submit_ns":0,"runtime_ns":4000000000}' >w.jsonl
	echo '{"submit_ns":0,"runtime_ns":2000000000,"weight":4}' >>w.jsonl
	[ "$(bound '[.weighted_response | .bound_s, .achieved_s | . * 1e6 | round]' -w w.jsonl -c procs=1 -p fifo)" = '[2800000,5600000]' ]
	# Without weights the table has no row of them.
	run -0 "$SOJOURN" run -w w.jsonl -c procs=1 -p fifo --no-store --bound
	[[ "$output" == *"| weighted response |"* ]]
	job 1 0 10 1 10 >a.swf
	run -0 "$SOJOURN" run -w a.swf -c procs=1 -p fifo --no-store --bound
	[[ "$output" != *"| weighted response |"* ]]
}

@test "no bound, and why" {
	small_log >a.swf
	bound .none -w a.swf -p fifo --stragglers lognormal:mu=0,sigma=0.3 | grep -q 'each start draws'
	run -0 "$SOJOURN" run -w a.swf -p fifo --no-store --bound --stragglers lognormal:mu=0,sigma=0.3
	[[ "$output" == *"each start draws"* ]]
	[ "$(bound .makespan.bound_s -w a.swf -p fifo --stragglers lognormal:mu=0,sigma=0.3)" = null ]
	# Factors from 1 on only make it longer.
	[ "$(bound .makespan.bound_s -w a.swf -p fifo --stragglers uniform:low=1,high=2)" = "$(bound .makespan.bound_s -w a.swf -p fifo)" ]
}

@test "killed jobs count as far as they ran" {
	job 1 0 100 4 30 >a.swf
	[ "$(makespan -w a.swf -c procs=4 -p fifo)" = '"30 critical path"' ]
	[ "$(makespan -w a.swf -c procs=4 -p fifo --overrun extend)" = '"100 critical path"' ]
}

@test "what is stored and shown" {
	{ job 1 0 10 3 10; job 2 0 15 3 15; } >a.swf
	run -0 "$SOJOURN" run -w a.swf -c procs=4 -p fifo --bound -o a.db
	[[ "$output" == *"| makespan "*"0.00 %"*"area of processors, u(1)"* ]]
	[ "$("$SOJOURN" query --json "SELECT name, value FROM metric WHERE name LIKE '%bound_makespan%' ORDER BY name" a.db | jq -c '[.rows[].value]')" = '[0,25]' ]
	[ "$("$SOJOURN" query --json "SELECT value FROM param WHERE key = 'bound_makespan_by'" a.db | jq -r '.rows[].value')" = "area of processors, u(1)" ]
	"$SOJOURN" run -w a.swf -c procs=4 -p fifo -o b.db >/dev/null
	[ "$("$SOJOURN" query --json "SELECT count(*) AS n FROM metric WHERE name LIKE '%bound%' AND value IS NOT NULL" b.db | jq .rows[0].n)" = 0 ]
	[ "$("$SOJOURN" run -w a.swf -c procs=4 -p fifo --no-store --json | jq .runs[0].bound)" = null ]
	# The same decisions with and without.
	[ "$("$SOJOURN" query --json "SELECT digest FROM run" a.db | jq -r '.rows[].digest')" = "$("$SOJOURN" query --json "SELECT digest FROM run" b.db | jq -r '.rows[].digest')" ]
	run -0 "$SOJOURN" compare a.db -m above_bound_makespan
	# Bounds are made again, too.
	run -0 "$SOJOURN" repro a.db
	run -0 "$SOJOURN" repro b.db
}
