# SPDX-License-Identifier: GPL-3.0-or-later
# lists.bats - graphs planned by lists, worked out by hand.
load helper

# Where and when the tasks of the run in d.db were: task,node,from,to in seconds.
slots() {
	"$SOJOURN" query -T csv 'SELECT task, node, from_ns / 1000000000, to_ns / 1000000000
		FROM alloc ORDER BY task' d.db | tail -n +2 | tr '\n' ' '
}

plan() { # WORKLOAD POLICY ARGUMENTS...
	local w=$1 p=$2
	shift 2
	rm -f d.db
	"$SOJOURN" run -w "$w" -p "$p" "$@" --overrun extend --check --allocs --explain -o d.db \
		>/dev/null 2>&1
}

# Mean times 3, 3, 2.5 and transfers of 2 s: ranks 8, 3, 2.5. Task 1 ends at 5 s on either
# node 0 (from 2 s on) or later on node 1; task 2 at 9 s behind it, or at 5 s on node 1.
graph() {
	printf '#tasks\n0: 2, 4\n1: 3, 3\n2: 4, 1\n#edges\n0: 0, 1, 2\n1: 0, 2, 2\n#end\n' >g.dag
}

@test "heft: three tasks on two machines" {
	graph
	plan g.dag heft --estimates exact --staging prefetch
	[ "$(slots)" = "0,0,0,2 1,0,2,5 2,1,4,5 " ]
	run "$SOJOURN" explain --all d.db 1
	[[ $output == *"upward rank 8 s (mean run time 3 s, way behind it 5 s); planned on node 0 from 0 to 2 s; next best node 1: to 4 s"* ]]
}

@test "heft: data that moves at the start keeps the core meanwhile" {
	graph
	plan g.dag heft --estimates exact
	[ "$(slots)" = "0,0,0,2 1,0,2,5 2,1,2,5 " ]
}

# Ranks as before + lengths from the begin: 8, 8, 7.5; the path 0, 1 takes 5 s on node 0.
@test "cpop: the critical path on the node that runs it fastest" {
	graph
	plan g.dag cpop --estimates exact --staging prefetch
	[ "$(slots)" = "0,0,0,2 1,0,2,5 2,1,4,5 " ]
	run "$SOJOURN" explain --all d.db 1
	[[ $output == *"on the critical path (8 s), which node 0 runs fastest"* ]]
}

# Behind task 0 on node 0: max(3, min(4, 1 + 2)) = 3, on node 1: max(3, 1) = 3.
@test "peft: what comes behind at best" {
	graph
	plan g.dag peft --estimates exact --staging prefetch
	[ "$(slots)" = "0,0,0,2 1,0,2,5 2,1,4,5 " ]
	run "$SOJOURN" explain --all d.db 1
	[[ $output == *"mean optimistic cost 3 s (from this node 3 s; by node: 3 3)"* ]]
}

# Estimates 3, 2, 2, 1 s; the first runs 10 s, the others 1 s. The plan has task 3 behind
# task 0. When task 2 has ended early on node 1, a plan made anew has it there.
@test "heft: a plan that stays, and one that is repaired" {
	echo '{"submit_ns":0,"tasks":[{"runtime_ns":10000000000,"estimate_ns":3000000000},
		{"runtime_ns":1000000000,"estimate_ns":2000000000},
		{"runtime_ns":1000000000,"estimate_ns":2000000000},
		{"runtime_ns":1000000000,"estimate_ns":1000000000}]}' | tr -d '\n' >g.jsonl
	for mode in static dynamic; do
		plan g.jsonl "heft:mode=$mode" -c nodes=2,cores=1
		[ "$(slots)" = "0,0,0,10 1,1,0,1 2,1,1,2 3,0,10,11 " ]
	done
	plan g.jsonl heft:mode=hybrid -c nodes=2,cores=1
	[ "$(slots)" = "0,0,0,10 1,1,0,1 2,1,1,2 3,1,2,3 " ]
}

# The second graph goes around the first: its task of 1 s fits before task 2 of the first.
@test "heft: a second graph gets the gaps of the first" {
	graph
	printf '%s\n' \
		'{"schema":"sojourn.jobs/1"}' \
		'{"id":1,"submit_ns":0,"tasks":[{"runtime_ns":2000000000},{"runtime_ns":3000000000},{"runtime_ns":5000000000,"node":2}],"edges":[{"from":0,"to":1},{"from":0,"to":2}]}' \
		'{"id":2,"submit_ns":0,"tasks":[{"runtime_ns":1000000000},{"runtime_ns":1000000000},{"runtime_ns":2000000000}]}' >g.jsonl
	plan g.jsonl heft -c nodes=2,cores=1
	run "$SOJOURN" query -T csv 'SELECT job, task, node, from_ns / 1000000000 FROM alloc
		WHERE job = 1 ORDER BY task' d.db
	[ "$(tail -n +2 <<<"$output" | tr '\n' ' ')" = "1,0,0,5 1,1,0,6 1,2,1,0 " ]
}

@test "heft: on jobs that are no graphs" {
	run "$SOJOURN" run -w gen:poisson:load=0.7,n=2000 -c procs=64 -p heft -p heft:mode=hybrid \
		-p cpop -p peft --check --no-store
	[ "$status" -eq 0 ]
}

# Jobs of 5, 4, 3, 3, 3 s on two cores: longest first ends at 10 s (5+3, 4+3+3), by number
# too; packed it is 9 s (5+4, 3+3+3), and without a search all go into one core.
@test "multifit finds what longest first misses" {
	echo '{"submit_ns":0,"tasks":[{"runtime_ns":5000000000},{"runtime_ns":4000000000},
		{"runtime_ns":3000000000},{"runtime_ns":3000000000},{"runtime_ns":3000000000}]}' |
		tr -d '\n' >g.jsonl
	for p in list:10 lpt:10 lpt:mode=static:10 multifit:9 multifit:iterations=0:18; do
		plan g.jsonl "${p%:*}" -c procs=2
		[ "$("$SOJOURN" query -T csv 'SELECT max(to_ns) / 1000000000 FROM alloc' d.db |
			tail -n 1)" = "${p##*:}" ]
	done
}

# Task 3 follows 2, which is short; 0 and 1 are long and end the graph. By run times 2 comes
# last (3 s are behind it, 4 s in 0 and 1), by levels first.
@test "hlfet and hu: ways by run times and by tasks" {
	echo '{"submit_ns":0,"tasks":[{"runtime_ns":4000000000},{"runtime_ns":4000000000},
		{"runtime_ns":1000000000},{"runtime_ns":2000000000}],"edges":[{"from":2,"to":3}]}' |
		tr -d '\n' >g.jsonl
	starts='SELECT group_concat(from_ns / 1000000000) FROM (SELECT from_ns FROM alloc ORDER BY task)'
	plan g.jsonl hlfet -c procs=2
	[ "$("$SOJOURN" query -T csv "$starts" d.db | tail -n 1 | tr -d '"')" = 0,0,4,5 ]
	run "$SOJOURN" explain --all d.db 1
	[[ $output == *"(task 2): b-level 3 s; first that fits"* ]]
	plan g.jsonl hu -c procs=2
	[ "$("$SOJOURN" query -T csv "$starts" d.db | tail -n 1 | tr -d '"')" = 0,1,0,4 ]
	run "$SOJOURN" explain --all d.db 1
	[[ $output == *"(task 2): level 2; first that fits"* ]]
}

# Two machines, four tasks: by arrival where it ends first; where it is fastest; shortest,
# longest and most to lose first. Times of node 0 and 1: 4,8  2,3  6,7  1,9.
@test "mapping of tasks to unrelated machines" {
	printf '#tasks\n0: 4, 8\n1: 2, 3\n2: 6, 7\n3: 1, 9\n#edges\n#end\n' >g.dag
	for p in "ect=0,4 1,3 0,10 0,11 " "met=0,4 0,6 0,12 0,13 " "min-min=0,7 0,3 1,7 0,1 " \
		"max-min=1,8 0,8 0,6 0,9 " "sufferage=0,5 1,3 1,10 0,1 "; do
		plan g.dag "${p%%=*}" --estimates exact
		[ "$("$SOJOURN" query -T csv 'SELECT node, to_ns / 1000000000 FROM alloc
			ORDER BY task' d.db | tail -n +2 | tr '\n' ' ')" = "${p#*=}" ]
	done
}

# Static levels 6, 3, 2.5 s by medians 3, 3, 2.5 s. Behind task 0 the pairs of task 1 have
# levels 3 + 3 - 5 = 1 and 6 - 7, those of task 2 2.5 + 2.5 - 6 and 5 - 5.
@test "dls: levels that change with every place" {
	graph
	plan g.dag dls --estimates exact --staging prefetch
	[ "$(slots)" = "0,0,0,2 1,0,2,5 2,1,4,5 " ]
	run "$SOJOURN" explain --all d.db 1
	[[ $output == *"(task 1): dynamic level 1 s when it was placed (static level 3 s + median run time 3 s - end 5 s); planned on node 0 from 2 to 5 s; next best node 1: to 7 s"* ]]
}

# The example of Topcuoglu et al. 2002 (figure 2), who give 80, 86 and 91 s.
@test "heft, cpop, dls: a published example" {
	printf '%s\n' '#tasks' '0: 14, 16, 9' '1: 13, 19, 18' '2: 11, 13, 19' '3: 13, 8, 17' \
		'4: 12, 13, 10' '5: 13, 16, 9' '6: 7, 15, 11' '7: 5, 11, 14' '8: 18, 12, 20' \
		'9: 21, 7, 16' '#edges' '0: 0, 1, 18' '1: 0, 2, 12' '2: 0, 3, 9' '3: 0, 4, 11' \
		'4: 0, 5, 14' '5: 1, 7, 19' '6: 1, 8, 16' '7: 2, 6, 23' '8: 3, 7, 27' \
		'9: 3, 8, 23' '10: 4, 8, 13' '11: 5, 7, 15' '12: 6, 9, 17' '13: 7, 9, 11' \
		'14: 8, 9, 13' '#end' >g.dag
	for p in heft:80 cpop:86 dls:91; do
		plan g.dag "${p%:*}" --estimates exact --staging prefetch
		[ "$("$SOJOURN" query -T csv 'SELECT max(to_ns) / 1000000000 FROM alloc' d.db |
			tail -n 1)" = "${p##*:}" ]
	done
}

# Task 0 takes 2 or 3 s, task 1 behind it 20 or 1 s, and 10 s of data lie between: where the
# first ends first the second ends at 13 s, on the other node at 4 s.
@test "lookahead: the place that is good for the child" {
	printf '#tasks\n0: 2, 3\n1: 20, 1\n#edges\n0: 0, 1, 10\n#end\n' >g.dag
	plan g.dag heft --estimates exact --staging prefetch
	[ "$(slots)" = "0,0,0,2 1,1,12,13 " ]
	plan g.dag lookahead --estimates exact --staging prefetch
	[ "$(slots)" = "0,1,0,3 1,1,3,4 " ]
	run "$SOJOURN" explain --all d.db 1
	[[ $output == *"upward rank 23 s; latest child then to 4 s, from the next best node to 13 s; planned on node 1 from 0 to 3 s; next best node 0: to 2 s"* ]]
}

# As for heft above: only a plan made anew takes task 3 away from behind the long one.
@test "mapping: a plan that stays, and one that is repaired" {
	echo '{"submit_ns":0,"tasks":[{"runtime_ns":10000000000,"estimate_ns":3000000000},
		{"runtime_ns":1000000000,"estimate_ns":2000000000},
		{"runtime_ns":1000000000,"estimate_ns":2000000000},
		{"runtime_ns":1000000000,"estimate_ns":1000000000}]}' | tr -d '\n' >g.jsonl
	for p in max-min ect dls; do
		for mode in static dynamic; do
			plan g.jsonl "$p:mode=$mode" -c nodes=2,cores=1
			[ "$(slots)" = "0,0,0,10 1,1,0,1 2,1,1,2 3,0,10,11 " ]
		done
		plan g.jsonl "$p:mode=hybrid" -c nodes=2,cores=1
		[ "$(slots)" = "0,0,0,10 1,1,0,1 2,1,1,2 3,1,2,3 " ]
	done
}

# Two nodes. The first task is said to take 1 s and takes 10, the others 5 s and take 1. By the
# estimates it comes last, at 1 s behind one of them; the second job knows better.
@test "durations: what the first job took plans the second" {
	tasks='"tasks":[{"runtime_ns":10000000000,"estimate_ns":1000000000},
		{"runtime_ns":1000000000,"estimate_ns":5000000000},
		{"runtime_ns":1000000000,"estimate_ns":5000000000}]'
	{
		echo '{"schema":"sojourn.jobs/1"}'
		echo "{\"id\":1,\"submit_ns\":0,$tasks}" | tr -d '\n'
		echo
		echo "{\"id\":2,\"submit_ns\":100000000000,$tasks}" | tr -d '\n'
	} >g.jsonl
	starts='SELECT group_concat(from_ns / 1000000000) FROM (SELECT from_ns FROM alloc
		ORDER BY job, task)'
	for p in heft lookahead dls multifit lpt:mode=static lpt max-min:mode=static; do
		case $p in *:*) q=$p, ;; *) q=$p: ;; esac
		plan g.jsonl "$p" -c nodes=2,cores=1
		[ "$("$SOJOURN" query -T csv "$starts" d.db | tail -n 1 | tr -d '"')" = 1,0,0,101,100,100 ]
		for how in last mean percentile; do
			plan g.jsonl "${q}durations=$how,kind=task" -c nodes=2,cores=1
			[ "$("$SOJOURN" query -T csv "$starts" d.db | tail -n 1 | tr -d '"')" = \
				1,0,0,100,100,101 ]
		done
	done
	plan g.jsonl heft:durations=mean,kind=task -c nodes=2,cores=1
	run "$SOJOURN" explain --all d.db 2
	[[ $output == *"started at once: upward rank 10 s (mean run time 10 s, way behind it 0 s); run time taken to be 10 s (durations=mean); planned on node 0 from 100 to 110 s"* ]]
	# All of one stage are one kind: (10 + 1 + 1) / 3 s.
	plan g.jsonl heft:durations=mean -c nodes=2,cores=1
	run "$SOJOURN" explain --all d.db 2
	[[ $output == *"run time taken to be 4 s (durations=mean)"* ]]
}

# All four are ready and have a place at 0 s: only a plan made anew learns that such tasks
# take 1 s, not 9, and puts the last where the first two have ended.
@test "durations: a plan that learns while it is carried out" {
	echo '{"submit_ns":0,"tasks":[{"runtime_ns":20000000000,"estimate_ns":5000000000},
		{"runtime_ns":1000000000,"estimate_ns":4000000000},
		{"runtime_ns":1000000000,"estimate_ns":4000000000},
		{"runtime_ns":1000000000,"estimate_ns":3000000000}]}' | tr -d '\n' >g.jsonl
	plan g.jsonl heft:durations=last -c nodes=2,cores=1
	[ "$(slots)" = "0,0,0,20 1,1,0,1 2,1,1,2 3,0,20,21 " ]
	plan g.jsonl heft:durations=last,mode=hybrid -c nodes=2,cores=1
	[ "$(slots)" = "0,0,0,20 1,1,0,1 2,1,1,2 3,1,2,3 " ]
	run "$SOJOURN" explain --all d.db 1
	[[ $output == *"(task 3): upward rank 3 s (mean run time 3 s, way behind it 0 s); run time taken to be 1 s (durations=last); planned on node 1 from 2 to 3 s"* ]]
}

# What follows is known by hand: on one core all wait in turn, whatever is claimed of them.
@test "planners: one core, estimates of zero, weights of zero, jobs that are no graphs" {
	{
		echo '{"schema":"sojourn.jobs/1"}'
		for i in 1 2 3; do
			echo "{\"id\":$i,\"submit_ns\":0,\"weight\":0,\"tasks\":[{\"runtime_ns\":2000000000,\"estimate_ns\":0},{\"runtime_ns\":0,\"estimate_ns\":0}],\"edges\":[{\"from\":0,\"to\":1}]}"
			echo "{\"id\":$((3 + i)),\"submit_ns\":0,\"weight\":0,\"tasks\":[{\"runtime_ns\":1000000000,\"estimate_ns\":0}]}"
		done
	} >g.jsonl
	for p in list hlfet hu lpt multifit min-min max-min sufferage met ect heft cpop peft dls lookahead; do
		for mode in static dynamic hybrid,durations=mean static,durations=last,prior=3s; do
			for machine in procs=1 nodes=1,cores=1 nodes=1,cores=1,bw=1GB/s,topology=star; do
				run "$SOJOURN" run -w g.jsonl -c "$machine" -p "$p:mode=$mode" \
					--overrun extend --check --no-store --json
				[ "$status" -eq 0 ] || { echo "$p:mode=$mode on $machine: $output"; false; }
				[[ $output == *'"makespan_s": 9.0'* ]]
			done
		done
	done
	run "$SOJOURN" policy help heft
	[[ $output == *"without graphs that is a job's"* ]]
}

@test "planners: parameters out of range" {
	run -2 "$SOJOURN" run -w gen:poisson:n=10,load=0.5 -c procs=4 -p heft:percentile=101 --no-store
	[[ $output == *percentile*100* ]]
	run -2 "$SOJOURN" run -w gen:poisson:n=10,load=0.5 -c procs=4 -p dls:durations=median --no-store
	[[ $output == *durations*percentile* ]]
	run -2 "$SOJOURN" run -w gen:poisson:n=10,load=0.5 -c procs=4 -p min-min:kind=name --no-store
	[[ $output == *kind*stage* ]]
}

# One core; the first job takes 2 s, the second is a chain of 1 s and 4 s. Planned, jobs come by
# arrival; of what is ready at once the chain comes first by its rank of 5 s. Its second task
# comes behind what has a place by then; hlfet, which gives none, takes it before the 2 s.
@test "several jobs: by arrival when planned, by rank when ready" {
	{
		echo '{"schema":"sojourn.jobs/1"}'
		echo '{"id":1,"submit_ns":0,"tasks":[{"runtime_ns":2000000000}]}'
		echo '{"id":2,"submit_ns":0,"tasks":[{"runtime_ns":1000000000},{"runtime_ns":4000000000}],"edges":[{"from":0,"to":1}]}'
	} >g.jsonl
	starts='SELECT group_concat(from_ns / 1000000000) FROM (SELECT from_ns FROM alloc
		ORDER BY job, task)'
	for p in heft:static:0,2,3 heft:dynamic:1,0,3 lookahead:static:0,2,3 lookahead:dynamic:1,0,3 \
		hlfet:static:0,2,3 hlfet:dynamic:5,0,1 cpop:dynamic:1,0,3 dls:static:0,2,3 \
		ect:static:0,2,3 ect:dynamic:0,2,3 min-min:dynamic:1,0,3 max-min:dynamic:0,2,3; do
		IFS=: read -r name mode want <<<"$p"
		plan g.jsonl "$name:mode=$mode" -c nodes=1,cores=1
		got=$("$SOJOURN" query -T csv "$starts" d.db | tail -n 1 | tr -d '"')
		[ "$got" = "$want" ] || { echo "$p: $got"; false; }
	done
}

@test "lists: a policy for graphs says so when there are none" {
	run -0 --separate-stderr "$SOJOURN" run -w gen:poisson:n=20,rate=1 -c procs=4 -p heft:mode=hybrid -p min-min --no-store
	[[ "$stderr" == *'no job has several tasks, and heft is for graphs of them: `sojourn policy help heft`'* ]]
	[[ "$stderr" != *min-min* ]]
	run -0 --separate-stderr "$SOJOURN" run -w gen:dag:shape=lu,size=3 -c procs=4 -p heft --no-store
	[[ "$stderr" != *"is for graphs"* ]]
}
