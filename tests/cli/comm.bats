# SPDX-License-Identifier: GPL-3.0-or-later
# comm.bats - tasks that communicate while they run, through the command line.
load helper

STAR=nodes=4,cores=1,topology=star,bw=1GB/s,lat=5us

# Four ranks, four steps of 0.1 s, a ring of 100 MB: 0.4 + 4 x 0.15006 s.
ring_job() {
	cat <<-'END'
		{"submit_ns":0,"procs":4,"runtime_ns":400000000,"steps":4,"comm":{"op":"all-reduce","bytes":100000000,"way":"ring"}}
	END
}

makespan() { # ARGS...: of one run
	"$SOJOURN" run --no-store --json -p fifo "$@" 2>/dev/null | jq -r '.runs[0].metrics.makespan_s'
}

@test "run --collectives: three forms" {
	ring_job >j.jsonl
	[ "$(makespan -w j.jsonl -c $STAR --collectives none)" = 0.4 ]
	[ "$(makespan -w j.jsonl -c $STAR --collectives alpha-beta)" = 1.00024 ]
	[ "$(makespan -w j.jsonl -c $STAR --collectives flow)" = 1.00024 ]
	[ "$(makespan -w j.jsonl -c $STAR)" = 1.00024 ]
	[ "$("$SOJOURN" run -w j.jsonl -c $STAR -p fifo --no-store --json 2>/dev/null | jq -r '.collectives, .runs[0].metrics.comm_s, .runs[0].metrics.bytes_moved' | tr '\n' ' ')" = "alpha-beta 0.60024 2400000000 " ]
}

@test "run --collectives: said once, and usage" {
	ring_job >j.jsonl
	accepted 'tasks communicate 1.6e\+09 bytes while they run, which cost nothing: there is no network' \
		"$SOJOURN" run -w j.jsonl -c procs=4 --no-store
	[ "$(grep -c communicate <<<"$stderr")" -eq 1 ]
	accepted 'each step takes what it takes alone' "$SOJOURN" run -w j.jsonl -c $STAR --no-store
	refused 2 'flow: the cluster procs=4 has no network' \
		"$SOJOURN" run -w j.jsonl -c procs=4 --no-store --collectives flow
	refused 2 'did you mean "flow"' "$SOJOURN" run -w j.jsonl -c $STAR --no-store --collectives flows
}

@test "run --collectives: stored, kept apart, and the same again" {
	ring_job >j.jsonl
	for how in none alpha-beta flow; do
		"$SOJOURN" run -w j.jsonl -c $STAR -p fifo -o r.db --collectives $how 2>/dev/null
	done
	[ "$(sqlite3 r.db "SELECT group_concat(value) FROM param WHERE key = 'collectives'")" = none,alpha-beta,flow ]
	run --separate-stderr "$SOJOURN" repro r.db
	[ "$status" -eq 0 ]
	[ "$(grep -c ': same' <<<"$output")" -eq 3 ]
	"$SOJOURN" compare r.db 2>/dev/null | grep -q 'collectives.*flow'
}

@test "comm: what is wrong with it" {
	wrong() { # PATTERN COMM
		echo "{\"submit_ns\":0,\"procs\":4,\"runtime_ns\":9,\"comm\":$2}" >w.jsonl
		refused 3 "$1" "$SOJOURN" run -w w.jsonl -c $STAR --no-store
	}
	wrong 'w.jsonl:1: "comm": expected "op" to be' '{"op":"all-redcue","bytes":1}'
	wrong '"bytes", a number from 0' '{"op":"all-reduce"}'
	wrong '"way", that of a collective' '{"op":"all-reduce","bytes":1,"way":"round"}'
	wrong 'its way is not one of this operation' '{"op":"all-reduce","bytes":1,"way":"pairwise"}'
	wrong 'no other keys than op' '{"op":"all-reduce","bytes":1,"size":2}'
	wrong 'do not multiply to its ranks' '{"op":"halo","bytes":1,"grid":[3,2]}'
	wrong 'a pair has a rank that the task has not' '{"op":"pairs","pairs":[[0,4,1]]}'
	wrong 'not all of them' '{"op":"servers","servers":4,"bytes":1}'
	wrong 'do not sum to 1' '[{"op":"none","share":0.5},{"op":"none","share":0.25}]'
	wrong 'number of one of comms' 1
	# Combining that takes longer than time lasts.
	echo '{"submit_ns":0,"procs":4,"runtime_ns":9,"comm":{"op":"reduce","bytes":1e9,"combine":1e-300}}' >w.jsonl
	refused 3 'as far as time goes' "$SOJOURN" run -w w.jsonl -c $STAR --collectives flow --no-store
}

@test "comm: shared storages" {
	cat >c.yaml <<-'END'
		network:
		  topology: star
		  storage:
		    - { name: home, bandwidth: 8GB/s, write: 2GB/s }
		nodes:
		  - { type: n, count: 4, cores: 1, nic: { bandwidth: 1GB/s } }
	END
	echo '{"submit_ns":0,"procs":4,"runtime_ns":1000000000,"comm":{"op":"pairs","pairs":[[0,"home",1e9],[1,"home",1e9],[2,"home",1e9],[3,"home",1e9]]}}' >s.jsonl
	# Four gigabytes into a disk of 2 GB/s.
	[ "$(makespan -w s.jsonl -c c.yaml --collectives flow)" = 3 ]
	[ "$(makespan -w s.jsonl -c c.yaml --collectives alpha-beta)" = 3 ]
	sed s/home/hoem/g s.jsonl >t.jsonl
	refused 3 'no storage or node of the machine is named after' "$SOJOURN" run -w t.jsonl -c c.yaml --no-store
	accepted 'costs nothing' "$SOJOURN" run -w s.jsonl -c $STAR --no-store
}

@test "gen: jobs that communicate" {
	gen=poisson:n=50,rate=0.05,service=exp:60,width=list:values=1\|4,procs=4,comm=all-reduce,comm_way=halving
	"$SOJOURN" gen "$gen" -o g.jsonl 2>/dev/null
	head -1 g.jsonl | jq -e '.comms | length == 2' >/dev/null
	[ "$(makespan -w g.jsonl -c $STAR --collectives flow)" = "$(makespan -w "gen:$gen" -c $STAR --collectives flow)" ]
	refused 2 'did you mean "all-reduce"' "$SOJOURN" gen poisson:rate=1,comm=all-redcue -o x.jsonl
}

@test "batsim: parallel tasks at a speed" {
	cat >b.json <<-'END'
		{"nb_res": 4, "jobs": [{"id": "a", "subtime": 0, "walltime": 100, "res": 4, "profile": "p"},
		 {"id": "b", "subtime": 0, "res": 1, "profile": "s"}],
		 "profiles": {"p": {"type": "parallel_homogeneous", "cpu": 2e9, "com": 1e9}, "s": {"type": "smpi"}}}
	END
	refused 3 'give speed= behind the path' "$SOJOURN" run -w b.json -c $STAR --no-store
	# Two seconds of computing, three of sending 3 GB from each.
	[ "$(makespan -w b.json,speed=1e9 -c $STAR)" = 3.00001 ]
	[ "$(makespan -w b.json,speed=1e9 -c $STAR --collectives flow)" = 3.00001 ]
	[ "$(makespan -w b.json,speed=1e9 -c $STAR --network none)" = 2 ]
	accepted '1 replays a trace that is not read' "$SOJOURN" run -w b.json,speed=1e9 -c $STAR --no-store
}
