#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# faults.bats - places that cannot be written, a full disk, a kill in the middle of
# a stored run, an interrupt: what was stored before stays, nothing is half-written,
# and the program says so.
load helper

# A run that takes some seconds and stores all the while.
long_run() {
	exec "$SOJOURN" run -w gen:poisson:n=20000000,rate=0.9 -c procs=1 -p fifo -o runs.db
}

first_run() {
	small_log >log.swf
	"$SOJOURN" run -w log.swf -p fifo -p easy -o runs.db 2>/dev/null >first.txt
}

ask() {
	"$SOJOURN" query -T csv "$1" runs.db | tail -n +2
}

# Waits until the long run has stored its run row.
wait_for_row() {
	for _ in $(seq 100); do
		[ "$(ask "SELECT count(*) FROM run WHERE status = 'incomplete'" 2>/dev/null)" = 1 ] &&
			return 0
		sleep 0.1
	done
	return 1
}

@test "a directory that does not exist" {
	small_log >log.swf
	refused 3 'nowhere/deep/runs\.db: .*"nowhere/deep" does not exist' \
		"$SOJOURN" run -w log.swf -o nowhere/deep/runs.db
	refused 3 'nowhere/jobs\.csv' \
		"$SOJOURN" run -w log.swf -p fifo --no-store --jobs-csv nowhere/jobs.csv
	[ ! -e nowhere ]
}

@test "a read-only directory" {
	small_log >log.swf
	chmod 755 . && chmod 644 log.swf
	mkdir locked && chmod 555 locked
	as_nobody test -r log.swf -a -x "$SOJOURN" || skip "another user cannot get here"
	refused 3 'locked/runs\.db' as_nobody "$SOJOURN" run -w log.swf -o locked/runs.db
	refused 3 'locked/jobs\.csv' \
		as_nobody "$SOJOURN" run -w log.swf -p fifo --no-store --jobs-csv locked/jobs.csv
	[ -z "$(ls -A locked)" ]
}

@test "a log without the right to read it" {
	small_log >log.swf
	chmod 755 . && chmod 000 log.swf
	as_nobody test -x "$SOJOURN" || skip "another user cannot get here"
	refused 3 'log\.swf: .*ermission' as_nobody "$SOJOURN" run -w log.swf --no-store
}

@test "a full disk: the run fails, earlier runs are intact" {
	mkdir small
	mount -t tmpfs -o size=2m tmpfs small 2>/dev/null || skip "mounting is not allowed here"
	small_log >log.swf
	run "$SOJOURN" run -w log.swf -p fifo -o small/runs.db
	before=$status
	run --separate-stderr "$SOJOURN" run -w gen:poisson:n=500000,rate=0.9 -c procs=1 -p fifo \
		-o small/runs.db
	after=$status
	said=$stderr
	complete=$("$SOJOURN" query -T csv "SELECT count(*) FROM run r WHERE status = 'complete' AND
		jobs = (SELECT count(*) FROM job WHERE id >> 32 = r.id)" small/runs.db | tail -n 1)
	half=$("$SOJOURN" query -T csv "SELECT count(*) FROM job WHERE id >> 32 = 2" small/runs.db |
		tail -n 1)
	umount small
	echo "statuses $before $after; $complete complete; $half rows of the second; $said"
	[ "$before" -eq 0 ]
	[ "$after" -eq 3 ]
	[[ "$said" =~ small/runs\.db.*"no space left" ]]
	[ "$complete" -eq 1 ]
	[ "$half" -eq 0 ]
}

@test "a full disk, then a read-only one: exports and new databases say which" {
	mkdir small
	mount -t tmpfs -o size=64k tmpfs small 2>/dev/null || skip "mounting is not allowed here"
	"$SOJOURN" run -w gen:poisson:n=5000,rate=0.9 -c procs=1 -p fifo -o runs.db >/dev/null
	for line in "export runs.db --format csv -o small/out.csv" \
		"query 'SELECT*FROM job' runs.db -o small/out.csv"; do
		eval "set -- $line"
		run --separate-stderr "$SOJOURN" "$@"
		[ "$status" -eq 3 ] && [[ "$stderr" =~ small/out\.csv.*"o space left" ]] &&
			[ -z "$(ls -A small)" ] || break
	done
	[ -n "$(ls -A small)" ] || mount -o remount,ro small
	status_full=$status said_full=$stderr
	run --separate-stderr "$SOJOURN" run -w gen:poisson:n=50,rate=0.9 -c procs=1 -o small/new.db
	umount small
	echo "$status_full $said_full; $status $stderr"
	[ "$status_full" -eq 3 ]
	[[ "$said_full" =~ small/out\.csv.*"o space left" ]]
	[ "$status" -eq 3 ]
	[[ "$stderr" =~ small/new\.db.*"ead-only" ]]
}

@test "a full disk under --jobs-csv leaves no half file" {
	[ -e /dev/full ] || skip "no /dev/full"
	small_log >log.swf
	run --separate-stderr bash -c "'$SOJOURN' run -w log.swf -p fifo --no-store --jobs-csv - >/dev/full"
	[ "$status" -eq 3 ]
	[[ "$stderr" =~ standard\ output.*space ]]
}

@test "what cannot be printed is told, whatever the command" {
	[ -e /dev/full ] || skip "no /dev/full"
	small_log >log.swf
	"$SOJOURN" run -w log.swf -p fifo -o runs.db >/dev/null
	while read -r line; do
		eval "set -- $line"
		run --separate-stderr bash -c '"$0" "$@" >/dev/full' "$SOJOURN" "$@"
		echo "$line: $status, $stderr"
		[ "$status" -eq 3 ]
		[[ "$stderr" =~ "standard output" ]]
	done <<-END
		help
		--version
		run -w log.swf -p fifo --no-store
		run -w log.swf -p fifo --no-store --json
		policy list
		policy list --json
		policy help easy
		plot --list
		plot --list --json
		gen --laws
		gen --law exp:mean=3 --json
		gen poisson:n=9,rate=1
		trace info log.swf
		trace info log.swf --json
		trace check log.swf
		trace check log.swf --json
		trace cut --jobs 1:2 log.swf
		explain runs.db 2
		repro runs.db
		repro runs.db --json
		table runs.db
		compare runs.db --json
		export runs.db --format csv
		query 'SELECT 1'
	END
}

@test "kill -9 in the middle of a stored run" {
	first_run
	long_run 2>/dev/null >/dev/null &
	pid=$!
	wait_for_row
	kill -9 "$pid"
	wait "$pid" || true
	# The database opens; the earlier runs are whole; the killed one says what it is.
	[ "$(ask "SELECT group_concat(status) FROM (SELECT status FROM run ORDER BY id)")" = \
		'"complete,complete,incomplete"' ]
	[ "$(ask 'SELECT count(*) FROM job WHERE id >> 32 = 1')" = 5 ]
	[ "$(ask 'SELECT count(*) FROM job WHERE id >> 32 = 2')" = 5 ]
	[ "$(ask 'SELECT count(*) FROM job WHERE id >> 32 = 3')" = 0 ]
	# And it takes more runs.
	run "$SOJOURN" run -w log.swf -p sjf -o runs.db
	[ "$status" -eq 0 ]
	[ "$(ask "SELECT count(*) FROM run WHERE status = 'complete'")" = 3 ]
}

@test "an interrupt ends with 130 and says how to go on" {
	first_run
	# A background job of a script ignores SIGINT; a fresh session does not.
	setsid --wait bash -c 'trap - INT; exec "$@"' - env SOJOURN="$SOJOURN" \
		"$SOJOURN" run -w gen:poisson:n=20000000,rate=0.9 -c procs=1 -p fifo -o runs.db \
		>out.txt 2>err.txt &
	waiter=$!
	wait_for_row
	pkill -INT -P "$waiter" || kill -INT "$waiter"
	status=0
	wait "$waiter" || status=$?
	cat err.txt
	[ "$status" -eq 130 ]
	grep -qi 'interrupt' err.txt
	[ ! -s out.txt ]
	[ "$(ask "SELECT count(*) FROM run WHERE status = 'complete'")" = 2 ]
	[ "$(ask 'SELECT count(*) FROM job WHERE id >> 32 > 2')" = 0 ]
}

@test "two programs store into one file: both succeed" {
	small_log >log.swf
	"$SOJOURN" run -w gen:poisson:n=300000,rate=0.9 -c procs=1 -p fifo -o runs.db \
		>/dev/null 2>&1 &
	pid=$!
	run "$SOJOURN" run -w log.swf -p easy -o runs.db
	second=$status
	wait "$pid"
	[ "$second" -eq 0 ]
	[ "$(ask "SELECT count(*) FROM run WHERE status = 'complete'")" = 2 ]
}
