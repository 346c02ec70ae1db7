# SPDX-License-Identifier: GPL-3.0-or-later
# data.bats - files, data that moves ahead, places near to data, critical paths.
load helper

C=nodes=2,cores=2,bw=100B/s,lat=500ms,topology=star

metric() { # NAME ARGS...: of one run
	local name=$1
	shift
	"$SOJOURN" run --no-store --json "$@" 2>/dev/null | jq -r ".runs[0].metrics.$name"
}

# Task 0 on node 0 sends 1000 B to task 2 on node 1, where task 1 computes 30 s; task 3 is last.
overlap() {
	cat <<-'END'
		{"submit_ns":0,"tasks":[{"runtime_ns":10000000000,"node":1},{"runtime_ns":30000000000,"node":2},{"runtime_ns":10000000000,"node":2},{"runtime_ns":10000000000,"node":2}],"edges":[{"from":0,"to":2,"bytes":1000},{"from":1,"to":2},{"from":2,"to":3}]}
	END
}

@test "staging: hold and prefetch, stored and run again" {
	overlap >o.jsonl
	[ "$(metric makespan_s -w o.jsonl -c $C -p fifo --check)" = 61 ]
	[ "$(metric makespan_s -w o.jsonl -c $C -p fifo --check --staging hold)" = 61 ]
	[ "$(metric makespan_s -w o.jsonl -c $C -p fifo --check --staging prefetch)" = 50 ]
	[ "$(metric staging_s -w o.jsonl -c $C -p fifo --staging prefetch,copies=drop)" = 0 ]
	"$SOJOURN" run -w o.jsonl -c $C -p fifo -o x.db 2>/dev/null
	"$SOJOURN" run -w o.jsonl -c $C -p fifo -o x.db --staging prefetch 2>/dev/null
	"$SOJOURN" repro x.db 1
	"$SOJOURN" repro x.db 2
	[ "$("$SOJOURN" query 'SELECT count(DISTINCT digest) AS n FROM run' x.db --json | jq '.. | numbers')" = 2 ]
	run --separate-stderr "$SOJOURN" compare x.db --metric makespan_s
	[[ "$output" =~ "staging" ]]
	refused 2 'did you mean "prefetch"' "$SOJOURN" run --no-store -w o.jsonl -c $C --staging prefetsch
	refused 2 'copies=keep or copies=drop' "$SOJOURN" run --no-store -w o.jsonl -c $C --staging hold,copies=no
}

# Task 0 writes to the storage (1000 B at 50 B/s), task 1 elsewhere reads that and a file there.
stored() {
	cat <<-'END'
		{"submit_ns":0,"tasks":[{"runtime_ns":10000000000,"node":1,"writes":["out"]},{"runtime_ns":10000000000,"node":2,"reads":["out","set"]}],"files":[{"name":"out","bytes":1000,"to":"storage"},{"name":"set","bytes":500,"at":["storage"]}]}
	END
}

@test "files on a shared storage" {
	stored >s.jsonl
	# Written by 10 + 0.5 + 20 s. Then 500 B from the storage until 0.5 + 10 s, and 1000 B from
	# node 0, 50 B/s of it from 1 s to then, and the rest at 100 B/s.
	[ "$(metric makespan_s -w s.jsonl -c $C,storage_bw=50B/s -p fifo --check)" = 56.25 ]
	[ "$(metric makespan_s -w s.jsonl -c $C -p fifo)" = 31 ]
	accepted 'files of 500 bytes are on a shared storage, and the cluster has none' \
		"$SOJOURN" run --no-store -w s.jsonl -c $C -p fifo -p easy
	accepted 'tasks read 1500 bytes, and there is no network' \
		"$SOJOURN" run --no-store -w s.jsonl -c nodes=2,cores=2 -p fifo -p easy
	[ "${#stderr_lines[@]}" -eq 1 ]
	sed 's/"at":\["storage"\]/"at":["storage",0]/' s.jsonl >near.jsonl
	"$SOJOURN" trace convert s.jsonl --to jsonl >again.jsonl 2>/dev/null
	[ "$(metric makespan_s -w again.jsonl -c $C,storage_bw=50B/s -p fifo)" = 56.25 ]
}

@test "files that cannot be read" {
	stored >s.jsonl
	sed 's/,"at":\["storage"\]//' s.jsonl >bad.jsonl
	refused 3 'job 1: file "set": nobody produces it, and it is nowhere' \
		"$SOJOURN" run --no-store -w bad.jsonl -c $C -p fifo
	refused 3 'job 1: file "set": nobody produces it' \
		"$SOJOURN" run --no-store -w bad.jsonl -c procs=4 -p fifo
	sed 's/"at":\["storage"\]/"at":["disk9"]/' s.jsonl >bad.jsonl
	refused 3 'no node or storage of the machine has the name "disk9"' \
		"$SOJOURN" run --no-store -w bad.jsonl -c $C -p fifo
	sed 's/"at":\["storage"\]/"at":[2]/' s.jsonl >bad.jsonl
	refused 3 'place 2, but the machine has nodes 0 to 1 and no storage' \
		"$SOJOURN" run --no-store -w bad.jsonl -c $C -p fifo
	sed 's/"reads":\["out"/"reads":["ut"/' s.jsonl >bad.jsonl
	refused 3 'bad.jsonl:1: task 1: "reads": expected names of files' \
		"$SOJOURN" run --no-store -w bad.jsonl -c $C -p fifo
}

@test "files of workflows that no task makes are on a shared storage" {
	cat >g.dax <<-'END'
		<adag><job id="a" runtime="3"><uses file="in" link="input" size="500"/><uses file="f" link="output" size="100"/></job>
		<job id="b" runtime="4"><uses file="f" link="input" size="100"/><uses file="in" link="input" size="500"/></job>
		<child ref="b"><parent ref="a"/></child></adag>
	END
	# Once: 0.5 s and 500 B at 50 B/s; the node keeps it.
	[ "$(metric makespan_s -w g.dax -c $C,storage_bw=50B/s -p fifo --check)" = 17.5 ]
	[ "$(metric makespan_s -w g.dax -c $C,storage_bw=50B/s -p fifo --staging hold,copies=drop)" = 28 ]
	[ "$(metric makespan_s -w g.dax -c $C -p fifo)" = 7 ]
	accepted 'files of 500 bytes are on a shared storage, and the cluster has none' \
		"$SOJOURN" run --no-store -w g.dax -c $C -p fifo
	cat >g.json <<-'END'
		{"name":"w","schemaVersion":"1.5","workflow":{"specification":{"tasks":[
		{"id":"a","parents":[],"inputFiles":["in"],"outputFiles":["f"]},{"id":"b","parents":["a"],"inputFiles":["f","in"]}],
		"files":[{"id":"f","sizeInBytes":7},{"id":"in","sizeInBytes":500}]},"execution":{"makespanInSeconds":9,"tasks":[
		{"id":"a","runtimeInSeconds":3},{"id":"b","runtimeInSeconds":4}],"machines":[{"cpu":{"coreCount":2}}]}}}
	END
	[ "$(metric makespan_s -w g.json -c $C,storage_bw=50B/s -p fifo --check)" = 17.5 ]
}

@test "place=near moves fewer bytes" {
	local w=gen:dag:shape=layered,size=400,layers=20,ccr=0.5,procs=64
	local c=nodes=16,cores=4,bw=10Gbit/s,lat=2us,topology=star
	first=$(metric bytes_moved -w $w -c $c -p fifo --check)
	near=$(metric bytes_moved -w $w -c $c -p fifo:place=near --check)
	[ "$(jq -n "$near < 0.8 * $first")" = true ]
	# Nothing is near without a network: then it is first fit.
	[ "$(metric makespan_s -w $w -c nodes=16,cores=4 -p fifo:place=near)" = \
		"$(metric makespan_s -w $w -c nodes=16,cores=4 -p fifo)" ]
}

@test "times and slack of tasks" {
	overlap >o.jsonl
	run --separate-stderr "$SOJOURN" run --no-store -w o.jsonl -c $C -p fifo --tasks-csv -
	[ "${lines[0]}" = job_id,task,submission_time,starting_time,finish_time,slack,critical_path,critical_path_data ]
	# Task 0 might have ended at 30, when task 2 started; the data would have come as long after.
	[ "${lines[1]}" = 1,0,0,0,10,20,50,50 ]
	[ "${lines[3]}" = 1,2,0,30,51,0,50,50 ]
	"$SOJOURN" run --no-store -w o.jsonl -c $C -p fifo -p easy --tasks-csv 't-{policy}.csv' 2>/dev/null
	cmp t-fifo.csv t-easy.csv
	refused 2 'needs a name with' "$SOJOURN" run --no-store -w o.jsonl -c $C -p fifo -p easy --tasks-csv t.csv
	refused 2 'both want standard output' "$SOJOURN" run --no-store -w o.jsonl -c $C -p fifo --tasks-csv - --json
}

@test "critical path and slack are metrics" {
	overlap >o.jsonl
	[ "$(metric critical_path_mean_s -w o.jsonl -c $C -p fifo)" = 50 ]
	[ "$(metric critical_stretch_mean -w o.jsonl -c $C -p fifo)" = 1.22 ]
	[ "$(metric slack_none -w o.jsonl -c $C -p fifo)" != null ]
	[ "$(metric critical_path_mean_s -w gen:poisson:n=10,rate=1 -c procs=4 -p fifo)" = null ]
	"$SOJOURN" run -w o.jsonl -c $C -p fifo -p easy -o x.db 2>/dev/null
	run --separate-stderr "$SOJOURN" compare x.db --metric critical_stretch_mean
	[ "$status" -eq 0 ]
}
