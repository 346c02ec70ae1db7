# SPDX-License-Identifier: GPL-3.0-or-later
# run.bats - `sojourn run`, `repro`, `explain`, `doctor`.
load helper

# starts FILE: job and start of each row of a job CSV.
starts() {
	sed 1d "$1" | cut -d, -f1,9 | tr '\n' ' '
}

# slow_log: enough jobs for several seconds with --check.
slow_log() {
	echo "; MaxProcs: 64"
	seq 1 60000 | awk '{ print $1, $1 * 10, -1, 500 + $1 % 700, 1 + $1 % 13, -1, -1,
		1 + $1 % 13, 2000, -1, 1, 1 + $1 % 5, 1, -1, 1, 1, -1, -1 }'
}

# wait_for SQL DB: until the statement gives 1, ten seconds at most.
wait_for() {
	for _ in $(seq 200); do
		[ "$(sqlite3 -readonly "$2" "$1" 2>/dev/null)" = 1 ] && return 0
		sleep 0.05
	done
	return 1
}

# ---- run ----------------------------------------------------------------------

@test "run: fifo and easy unless told otherwise, stored below results/" {
	small_log >log.swf
	accepted 'stored 2 runs in results/log\.db' "$SOJOURN" run -w log.swf
	[[ "${lines[0]}" =~ ^"log.swf on procs=4, offered load " ]]
	[[ "$output" =~ fifo ]]
	[[ "$output" =~ easy ]]
	[ "$(ls results)" = log.db ]
	[ "$(sqlite3 results/log.db 'SELECT group_concat(status) FROM run')" = complete,complete ]
	[ "$(sqlite3 results/log.db 'PRAGMA integrity_check')" = ok ]
}

@test "run: schedules worked out by hand" {
	small_log >log.swf
	"$SOJOURN" run -w log.swf -p fifo -p easy --no-store --jobs-csv 'jobs-{policy}.csv'
	# Easy: 3 (till 8 by estimate) and, once 3 has ended at 5, 4 (till 13) fit before
	# 20, when job 1 should end; both ended by 13, 2 can start.
	[ "$(starts jobs-fifo.csv)" = "1,0 2,10 3,15 4,15 5,30 " ]
	[ "$(starts jobs-easy.csv)" = "1,0 2,13 3,2 4,5 5,30 " ]
	[ ! -e results ]
}

@test "run: job CSV on standard output, summary on the other" {
	small_log >log.swf
	run --separate-stderr "$SOJOURN" run -w log.swf -p fifo --no-store --jobs-csv - --allocs
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 6 ]
	[ "${lines[1]}" = "1,log.swf,1,0,2,20,1,COMPLETED_SUCCESSFULLY,0,10,10,0,10,1,0-1,," ]
	[ "${lines[4]}" = "4,log.swf,4,2,2,8,1,COMPLETED_SUCCESSFULLY,15,8,23,13,21,2.625,1-2,," ]
	[[ "$stderr" =~ "offered load" ]]
}

@test "run: one JSON document with the fields that are promised" {
	small_log >log.swf
	run --separate-stderr "$SOJOURN" run -w log.swf -p easy --no-store --json
	[ "$status" -eq 0 ]
	[ "$stderr" = "" ]
	for word in '"schema": "sojourn.run/1"' '"jobs": 5' '"offered_load"' '"policy": "easy"' \
		'"clairvoyant": false' '"wall_s"' '"events_per_s"' '"jobs_per_s"' \
		'"peak_rss_bytes"' '"decision_ns"' '"makespan_s": 31.0' '"wait_sum_s": 15.0' \
		'"unfinished": 0' '"jain"' '"bsld_10s_mean"'; do
		[[ "$output" =~ $word ]] || { echo "missing: $word"; return 1; }
	done
}

@test "run: dropped jobs are counted with the reason and the first line" {
	{ small_log; job 6 31 -1 1 1; job 7 32 5 9 1; } >log.swf
	accepted 'dropped 2 jobs: 1 run time unknown or negative, 1 wider than the machine \(first: line 7' \
		"$SOJOURN" run -w log.swf -p fifo --no-store
}

@test "run: the file tells which jobs are not in it" {
	{ small_log; job 6 31 -1 1 1; job 7 32 5 9 1; job 8 33 0 1 1; } >log.swf
	"$SOJOURN" run -w log.swf -p fifo -p pyss-easy -o r.db
	run sqlite3 r.db 'SELECT run, text FROM warning ORDER BY rowid'
	[ "${#lines[@]}" -eq 3 ]
	[[ "${lines[0]}" =~ ^"1|log.swf: dropped 2 jobs: 1 run time".*"1 wider".*"(first: line 7" ]]
	[ "${lines[1]}" = "2${lines[0]#1}" ]
	[[ "${lines[2]}" =~ ^"2|pyss-easy: dropped 1 job: 1 run time 0" ]]
	small_log >whole.swf
	"$SOJOURN" run -w whole.swf -p fifo -o whole.db
	[ "$(sqlite3 whole.db 'SELECT count(*) FROM warning')" = 0 ]
}

@test "run: more runs join the same file" {
	small_log >log.swf
	"$SOJOURN" run -w log.swf -p fifo -o all.db
	"$SOJOURN" run -w log.swf -p easy -o all.db
	[ "$(sqlite3 all.db 'SELECT group_concat(id || policy) FROM run')" = 1fifo,2easy ]
	[ "$(sqlite3 all.db 'SELECT count(*) FROM job')" = 10 ]
	[ "$(ls)" = "$(printf 'all.db\nlog.swf')" ]
}

@test "run: trace events hold a slice a job and counters" {
	small_log >log.swf
	"$SOJOURN" run -w log.swf -p easy --no-store --events e.json
	[ "$(grep -c '"ph":"X"' e.json)" -eq 5 ]
	grep -q '"name":"job 4".*"ts":5000000.000,"dur":8000000.000' e.json
	grep -q '"name":"queue".*"waiting":2' e.json
	tail -n 1 e.json | grep -qx ']}'
	"$SOJOURN" run -w log.swf -p easy --no-store --events e.json.gz
	zcat e.json.gz | cmp - e.json
}

@test "run: the clock modes decide at their instants only" {
	small_log >log.swf
	"$SOJOURN" run -w log.swf -p fifo --no-store --clock round:6s --jobs-csv r.csv
	[ "$(starts r.csv)" = "1,0 2,12 3,18 4,18 5,30 " ]
}

@test "run: a job longer than its estimate is killed, or runs on when told so" {
	{ echo "; MaxProcs: 1"; job 1 0 10 1 4; job 2 0 1 1 1; } >log.swf
	"$SOJOURN" run -w log.swf -p fifo --no-store --jobs-csv k.csv
	[ "$(starts k.csv)" = "1,0 2,4 " ]
	grep -q '^1,.*,0,COMPLETED_WALLTIME_REACHED,0,4,4,' k.csv
	"$SOJOURN" run -w log.swf -p fifo --no-store --overrun extend --jobs-csv k.csv
	[ "$(starts k.csv)" = "1,0 2,10 " ]
}

@test "run: a slip in the last policy is found before the first run" {
	small_log >log.swf
	refused 2 'no policy "easyy"; did you mean "easy"\?' \
		"$SOJOURN" run -w log.swf -p fifo -p easyy -o x.db
	[ ! -e x.db ]
}

@test "run: wrong usage" {
	small_log >log.swf
	refused 2 'no workload' "$SOJOURN" run -p fifo
	refused 2 '"log.swf" is not expected here' "$SOJOURN" run log.swf
	refused 2 'needs a name with \{policy\}' "$SOJOURN" run -w log.swf --jobs-csv j.csv
	refused 2 'exclude each other' "$SOJOURN" run -w log.swf -o x.db --no-store
	refused 2 '\-\-clock: "tock"' "$SOJOURN" run -w log.swf --clock tock
	refused 2 'did you mean "--limit"' "$SOJOURN" run -w log.swf --limti 5
	refused 2 'the bandwidth of the nodes, bw=RATE, is missing' \
		"$SOJOURN" run -w log.swf -c nodes=2,topology=star
	refused 2 'has no network; give topology=star' \
		"$SOJOURN" run -w log.swf -c nodes=2 --network flow
	refused 3 'directory "nowhere" does not exist' "$SOJOURN" run -w log.swf -o nowhere/x.db
	refused 3 'directory does not exist' \
		"$SOJOURN" run -w log.swf -p fifo -o x.db --jobs-csv nowhere/x.csv
	[ ! -e x.db ] && [ ! -e results ]
}

@test "run: kill -9 leaves earlier runs, and the new one incomplete" {
	small_log >log.swf
	slow_log >slow.swf
	"$SOJOURN" run -w log.swf -p fifo -o r.db
	"$SOJOURN" run -w slow.swf -p easy -o r.db --check 3>&- &
	local pid=$!
	wait_for 'SELECT count(*) = 1 FROM run WHERE id = 2' r.db
	kill -9 "$pid"
	wait "$pid" || true
	[ "$(sqlite3 r.db 'SELECT group_concat(status) FROM run')" = complete,incomplete ]
	[ "$(sqlite3 r.db 'SELECT count(*) FROM job')" = 5 ]
	[ "$(sqlite3 r.db 'PRAGMA integrity_check')" = ok ]
	"$SOJOURN" run -w log.swf -p easy -o r.db
	[ "$(sqlite3 r.db 'SELECT group_concat(status) FROM run')" = complete,incomplete,complete ]
}

@test "run: an interrupt ends with 130, marks the run and says how to resume" {
	slow_log >slow.swf
	# A shell's background job ignores SIGINT unless told otherwise.
	env --default-signal=INT "$SOJOURN" run -w slow.swf -p easy -p fifo -o r.db --check \
		--jobs-csv 'j-{policy}.csv' 2>said 3>&- &
	local pid=$! status=0
	wait_for 'SELECT count(*) = 1 FROM run WHERE id = 1' r.db
	kill -INT "$pid"
	wait "$pid" || status=$?
	cat said
	[ "$status" -eq 130 ]
	grep -q 'run 1 is marked incomplete in r.db' said
	grep -q "to resume, give the same command with -p 'easy' -p 'fifo'" said
	[ "$(ls)" = "$(printf 'r.db\nsaid\nslow.swf')" ]
	[ "$(sqlite3 r.db 'SELECT status FROM run')" = incomplete ]
}

@test "run: a full disk is one sentence and leaves earlier runs" {
	mkdir full
	mount -t tmpfs -o size=1m tmpfs full 2>/dev/null || skip "cannot mount a small tmpfs here"
	small_log >log.swf
	slow_log >slow.swf
	"$SOJOURN" run -w log.swf -p fifo -o full/r.db
	run --separate-stderr "$SOJOURN" run -w slow.swf -p fifo -o full/r.db
	local first=$status said=$stderr
	local runs=$(sqlite3 full/r.db 'SELECT group_concat(status) FROM run')
	run --separate-stderr "$SOJOURN" run -w slow.swf -p fifo --no-store --jobs-csv full/j.csv
	local left=$(ls full)
	umount full
	[ "$first" -eq 3 ]
	[ "$said" = "sojourn: full/r.db: no space left on the device; this run is not stored" ]
	[ "$runs" = complete,incomplete ]
	[ "$status" -eq 3 ]
	[ "$stderr" = "sojourn: full/j.csv: cannot be written: No space left on device" ]
	[ "$left" = r.db ]
}

@test "run: progress only when asked, or on a terminal" {
	slow_log | sed -n 1,15000p >slow.swf # --check is quadratic in the queue
	run --separate-stderr "$SOJOURN" run -w slow.swf -p easy --no-store --check --progress always
	[ "$status" -eq 0 ]
	[[ "$stderr" =~ jobs/s ]]
	run --separate-stderr "$SOJOURN" run -w slow.swf -p fifo --no-store
	[ "$stderr" = "" ]
}

# ---- repro ----------------------------------------------------------------------

@test "repro: the same again, also by number and as JSON" {
	small_log >log.swf
	"$SOJOURN" run -w log.swf -p fifo -p easy:order=sjf -o r.db --clock round:7s --limit 4
	run --separate-stderr "$SOJOURN" repro r.db
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 2 ]
	[[ "${lines[1]}" =~ ^"run 2  easy:order=sjf, seed 1: same, digest "[0-9a-f]{32}$ ]]
	run --separate-stderr "$SOJOURN" repro r.db 2 --json
	[ "$status" -eq 0 ]
	[[ "$output" =~ '"schema": "sojourn.repro/1"' ]]
	[[ "$output" =~ '"same": true' ]]
}

@test "run --checkpoint --stragglers: stored, compared apart, and the same again" {
	"$SOJOURN" run -w "gen:poisson:n=300,load=0.9,service=(exp:mean=3000)" -c procs=16 -p rr:quantum=100s -o r.db \
		--overrun extend --checkpoint interval=daly,cost=20s,restart=30s,mtbf=1d \
		--stragglers uniform:low=1,high=2
	"$SOJOURN" run -w "gen:poisson:n=300,load=0.9,service=(exp:mean=3000)" -c procs=16 -p rr:quantum=100s -o r.db --overrun extend
	"$SOJOURN" repro r.db
	[ "$(sqlite3 r.db "SELECT value FROM param WHERE run = 1 AND key = 'stragglers'")" = uniform:low=1,high=2 ]
	[ "$(sqlite3 r.db "SELECT value > 0 FROM metric WHERE run = 1 AND name = 'wasted_procs_s'")" = 1 ]
	[ "$(sqlite3 r.db "SELECT value FROM metric WHERE run = 2 AND name = 'wasted_procs_s'")" = 0.0 ]
	run "$SOJOURN" compare r.db
	[[ "$output" == *"checkpoint=interval=daly"* ]]
}

@test "run --checkpoint --stragglers: wrong usage" {
	small_log >log.swf
	refused() {
		run "$SOJOURN" run -w log.swf --no-store "$1"
		[ "$status" -eq 2 ]
		[[ "$output" == *"$2"* ]]
	}
	refused --checkpoint=interval=young 'needs a cost= and a mtbf= above 0'
	refused --checkpoint=interval=young,cost=1s 'needs a cost= and a mtbf= above 0'
	refused --checkpoint=interval=0s 'expected a duration above 0, none, young or daly'
	refused --checkpoint=interval=often 'interval'
	refused --checkpoint=cost=1s 'parameter interval must be given'
	refused --checkpoint=interval=1h,cost=-1s 'must not be negative'
	refused --checkpoint=intervall=1h 'did you mean "interval"?'
	refused --stragglers=lognrmal 'did you mean "lognormal"?'
}

@test "run: processors are shared in a pool only" {
	small_log >log.swf
	run "$SOJOURN" run -w log.swf --no-store -c nodes=2,cores=4 -p ps
	[ "$status" -eq 2 ]
	[[ "$output" == *"shares processors in time, which needs one pool"* ]]
}

@test "repro: a generated workload comes again from its seed" {
	"$SOJOURN" run -w gen:poisson:n=500,load=0.7 -c procs=16 -p easy --seed 5 -o r.db
	"$SOJOURN" repro r.db
}

@test "repro: a changed log, a changed record, a missing run" {
	small_log >log.swf
	"$SOJOURN" run -w log.swf -p fifo -o r.db
	cp log.swf kept.swf
	job 6 40 1 1 1 >>log.swf
	run --separate-stderr "$SOJOURN" repro r.db
	[ "$status" -eq 5 ]
	[[ "$output" =~ "the workload has changed" ]]
	run --separate-stderr "$SOJOURN" repro r.db -w kept.swf
	[ "$status" -eq 0 ]
	mv kept.swf log.swf
	sqlite3 r.db "UPDATE metric SET value = value + 1 WHERE name = 'wait_sum_s'"
	run --separate-stderr "$SOJOURN" repro r.db
	[ "$status" -eq 5 ]
	[[ "$output" =~ "wait_sum_s was 36 and is 35" ]] || { echo "$output"; return 1; }
	sqlite3 r.db "UPDATE run SET digest = 'feed'"
	run --separate-stderr "$SOJOURN" repro r.db
	[ "$status" -eq 5 ]
	[[ "$output" =~ "other decisions" ]]
	refused 3 'there is no run 9; it holds runs 1 to 1' "$SOJOURN" repro r.db 9
	refused 3 'No such file' "$SOJOURN" repro none.db
	rm log.swf
	run --separate-stderr "$SOJOURN" repro r.db
	[ "$status" -eq 3 ]
}

# ---- explain ----------------------------------------------------------------------

@test "explain: the wait of a job, without and with reasons" {
	small_log >log.swf
	"$SOJOURN" run -w log.swf -p easy -o r.db
	run --separate-stderr "$SOJOURN" explain r.db 2
	[ "$status" -eq 0 ]
	[[ "$output" =~ "submitted: 2 processors free (1 job running), nobody waiting" ]]
	[[ "$output" =~ "started after waiting 12 s" ]]
	[[ "$output" =~ "submitted later but started before it: 2 jobs, 3 processors" ]]
	[[ "$output" =~ "sojourn run -w log.swf -p easy -o r.db --explain" ]]
	"$SOJOURN" run -w log.swf -p easy -o r.db --explain
	run --separate-stderr "$SOJOURN" explain r.db 2 --run 2
	[[ "$output" =~ "wait: " ]]
	[[ ! "$output" =~ "not stored" ]]
	run --separate-stderr "$SOJOURN" explain r.db 2 --json
	[ "$(grep -c '"reasons_stored"' <<<"$output")" -eq 2 ]
	refused 3 'run 1 has no job 99' "$SOJOURN" explain r.db 99
	refused 3 'no run of policy "ljf"' "$SOJOURN" explain r.db 2 -p ljf
	refused 2 'expected a results file and a job number' "$SOJOURN" explain r.db
}

# ---- doctor -------------------------------------------------------------------------

@test "doctor: sound here, and finds a damaged file" {
	small_log >log.swf
	"$SOJOURN" run -w log.swf -p fifo -o r.db
	run --separate-stderr "$SOJOURN" doctor r.db
	[ "$status" -eq 0 ]
	[[ "$output" =~ "ok    self-test" ]]
	[[ "$output" =~ "ok    database   r.db: integrity ok" ]]
	run --separate-stderr "$SOJOURN" doctor --json
	[[ "$output" =~ '"schema": "sojourn.doctor/1"' ]]
	run --separate-stderr "$SOJOURN" doctor log.swf
	[ "$status" -eq 1 ]
	[[ "$output" =~ "not a Sojourn database" ]]
	# Overwrite the middle of the file: pages that the schema points to.
	dd if=/dev/zero of=r.db bs=16384 seek=2 count=5 conv=notrunc 2>/dev/null
	run --separate-stderr "$SOJOURN" doctor r.db
	[ "$status" -eq 1 ]
	[[ "$output" =~ "fail  database" ]]
}
