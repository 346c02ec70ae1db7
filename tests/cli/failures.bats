# SPDX-License-Identifier: GPL-3.0-or-later
# failures.bats - nodes that fail: `run --failures`, `cluster failures`, what is stored,
# and rounds with a barrier.
load helper

# Two nodes of two cores; job 1 needs both.
two_nodes() {
	job 1 0 100 4 200
	job 2 5 10 1 10
}

events() {
	printf 'time,node,change\n# a comment\n30s,1,fail\n50s,node:1,up\n'
}

# rows FILE: job, start, finish, state.
rows() {
	sed 1d "$1" | cut -d, -f1,8,9,11 | tr '\n' ' '
}

@test "failures: a gang loses its node, waits for it, and begins anew" {
	two_nodes >log.swf
	events >ev.csv
	"$SOJOURN" run -w log.swf -c nodes=2,cores=2 -p fifo --failures ev.csv --check -o r.db \
		--jobs-csv j.csv
	# Killed at 30; 2 runs on the other node from 30 to 40; both are up at 50.
	[ "$(rows j.csv)" = "1,COMPLETED_SUCCESSFULLY,0,150 2,COMPLETED_SUCCESSFULLY,30,40 " ]
	[ "$(sqlite3 r.db 'SELECT at_ns / 1000000000, node, change, killed FROM node_event')" = \
		$'30|1|fail|1\n50|1|up|0' ]
	[ "$(sqlite3 r.db 'SELECT job.id & 15, requeues, v.busy_ns / 1000000000 FROM job
		JOIN v_job_ns v USING (id) WHERE requeues > 0')" = "0|1|130" ]
	[ "$(sqlite3 r.db "SELECT value FROM metric WHERE name = 'lost_work_s'")" = 120.0 ]
	[[ "$("$SOJOURN" repro r.db)" =~ "run 1".*same ]]
	echo 60s,1,up >>ev.csv
	run --separate-stderr "$SOJOURN" repro r.db
	[ "$status" -eq 5 ]
	[[ "$output" =~ "node events have changed" ]]
}

@test "failures: JSON Lines and packed files say the same" {
	two_nodes >log.swf
	events >ev.csv
	printf '%s\n' '{"time": "30s", "node": 1, "change": "fail"}' \
		'{"change": "up", "node": "node:1", "time": "50s"}' >ev.jsonl
	gzip -k ev.csv
	for f in ev.csv ev.jsonl ev.csv.gz trace=ev.csv,retries=3; do
		"$SOJOURN" run -w log.swf -c nodes=2,cores=2 -p fifo --no-store --failures $f --json |
			jq -r '.runs[0] | .digest + " " + (.metrics.task_kills | tostring)'
	done | sort -u >digests
	[ "$(wc -l <digests)" -eq 1 ]
	[[ "$(cat digests)" =~ " 1"$ ]]
}

@test "failures: events on the command line do the same" {
	two_nodes >log.swf
	events >ev.csv
	"$SOJOURN" run -w log.swf -c nodes=2,cores=2 -p fifo --failures ev.csv --no-store \
		--jobs-csv a.csv
	"$SOJOURN" run -w log.swf -c nodes=2,cores=2 -p fifo --check -o r.db --jobs-csv b.csv \
		--failures 'events=(30s,1,fail;50s,node:1,up)'
	cmp a.csv b.csv
	[[ "$("$SOJOURN" repro r.db)" =~ "run 1".*same ]]
	"$SOJOURN" run -w log.swf -c nodes=3,cores=2 -p fifo --check --jobs-csv c.csv --no-store \
		--failures 'events=(0s,0,drain;20s,2,join),retries=none'
	[ "$(rows c.csv)" = "1,COMPLETED_SUCCESSFULLY,20,120 2,COMPLETED_SUCCESSFULLY,120,130 " ]
	for bad in '30s,1,fell=events:1: change: "fell"' '30s,0,fail;20s,0,up=events:2: time:' \
		'30s,fail=events:1: 2 columns'; do
		refused 3 "${bad#*=}" "$SOJOURN" run -w log.swf -c nodes=2,cores=2 -p fifo \
			--no-store --failures "events=(${bad%%=*})"
	done
	refused 2 'trace and events exclude' "$SOJOURN" run -w log.swf -c nodes=2,cores=2 -p fifo \
		--no-store --failures 'trace=ev.csv,events=(30s,1,fail)'
}

@test "failures: retries, and what becomes of the job" {
	two_nodes >log.swf
	events >ev.csv
	"$SOJOURN" run -w log.swf -c nodes=2,cores=2 -p fifo --no-store --jobs-csv j.csv \
		--failures trace=ev.csv,retries=none
	[ "$(rows j.csv)" = "1,COMPLETED_FAILED,0,30 2,COMPLETED_SUCCESSFULLY,30,40 " ]
}

@test "failures: laws of the cluster, of the flag, and as a file give the same run" {
	laws=mtbf=2d,mttr=1h
	"$SOJOURN" cluster failures nodes=8,cores=4 --failures $laws --seed 5 --until 3650d -o ev.csv
	for how in "-c nodes=8,cores=4,$laws" "-c nodes=8,cores=4 --failures $laws" \
		"-c nodes=8,cores=4 --failures ev.csv"; do
		# shellcheck disable=SC2086
		"$SOJOURN" run -w gen:closed:depth=40,n=3000 -p easy --no-store --json --seed 5 $how |
			jq -c '.runs[0] | [.digest, .metrics.node_failures, .metrics.lost_work_s]'
	done | sort -u >runs
	[ "$(wc -l <runs)" -eq 1 ]
	[ "$(jq '.[1] > 100' runs)" = true ]
}

@test "failures: wrong files are told by line and field" {
	two_nodes >log.swf
	try() {
		printf '%s\n' "$2" >bad
		refused 3 "^sojourn: bad:$1" "$SOJOURN" run -w log.swf -c nodes=2,cores=2 \
			--no-store --failures bad
	}
	try '1: node: "2" is not a node of the machine \(0 to 1' '3s,2,fail'
	try '1: node: "gpu:0" is not TYPE:INDEX' '3s,gpu:0,fail'
	try '1: node: "node:7" is not a node of "node", which has the nodes 0 to 1' '3s,node:7,fail'
	try '1: time: "3" is not a time with its unit' '3,0,fail'
	try '2: time: "2s" is not at or after' $'3s,0,fail\n2s,0,up'
	try '1: change: "fial" is not fail, up, drain or join; did you mean "fail"' '3s,0,fial'
	try '2: change: "join" is not possible here' $'3s,0,fail\n4s,0,join'
	try '1: 2 columns' '3s,0'
	try '1: change: missing' '{"time": "3s", "node": 0}'
	try '1: .*expected an object' '{"time": 3s'
	refused 3 'no such' "$SOJOURN" run -w log.swf -c nodes=2,cores=2 --no-store --failures none.csv
}

@test "failures: wrong specs are wrong usage" {
	two_nodes >log.swf
	events >ev.csv
	try() {
		refused 2 "$2" "$SOJOURN" run -w log.swf -c nodes=2,cores=2 --no-store --failures "$1"
	}
	try mtbf=30d 'mtbf without mttr'
	try mtbf=30d,mttr=exponentail:mean=1h 'did you mean "exponential"'
	try mtbf=30d,mttr=1h,retries=-1 'retries: "-1" is out of range'
	try mtbf=30d,mtr=1h 'did you mean "mttr"'
	refused 2 'pool of processors has no nodes' "$SOJOURN" run -w log.swf -c procs=4 \
		--no-store --failures ev.csv
	refused 2 'pool of processors has no nodes' "$SOJOURN" run -w log.swf -c procs=4 \
		--no-store --failures mtbf=1d,mttr=1h
	refused 2 'only rounds have a barrier' "$SOJOURN" run -w log.swf -c procs=4 --no-store \
		--clock tick:1s,barrier
	refused 2 'no node type or link says how often' "$SOJOURN" cluster failures nodes=2,cores=2 --until 9d
}

@test "failures: a job that waits for a node that never comes back is a stall" {
	two_nodes >log.swf
	echo 30s,1,fail >ev.csv
	run --separate-stderr "$SOJOURN" run -w log.swf -c nodes=2,cores=2 -p fifo --no-store \
		--failures ev.csv
	[ "$status" -eq 4 ]
	[[ "$stderr" =~ "stall at 40 s: 1 tasks are left" ]]
}

@test "clock: rounds with a barrier begin when the last one has ended" {
	{ job 1 0 4 1 4; job 2 1 13 1 13; job 3 2 1 1 1; } >log.swf
	for clock in round:10s round:10s,barrier; do
		"$SOJOURN" run -w log.swf -c procs=1 -p fifo --no-store --clock $clock \
			--jobs-csv j.csv >/dev/null
		sed 1d j.csv | cut -d, -f9 | tr '\n' ' '
	done >starts
	[ "$(cat starts)" = "0 10 30 0 4 17 " ]
	"$SOJOURN" run -w log.swf -c procs=1 -p fifo -o r.db --clock round:10s,barrier
	[ "$(sqlite3 r.db 'SELECT clock FROM run')" = round:10s,barrier ]
	[[ "$("$SOJOURN" repro r.db)" =~ same ]]
}
