#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# bad_input.bats - every reader and flag says in one sentence where and what is
# wrong and what was expected, ends with 2 (usage) or 3 (input), prints no data and
# leaves nothing half-written.
load helper

replay() { # replay FILE: on 4 processors, into out.db
	"$SOJOURN" run -w "$1" -c procs=4 -p fifo -o out.db
}

document() { # document FILE: the same as JSON, nothing stored
	"$SOJOURN" run -w "$1" -c procs=4 -p fifo --no-store --json
}

# bad PATTERN FILE: refused with 3, and no results file is left.
bad() {
	refused 3 "$1" replay "$2"
	[ -z "$(ls | grep '^out')" ]
}

# ---- logs ---------------------------------------------------------------------------

@test "an empty file" {
	: >empty.swf
	bad 'empty\.swf: .*empty' empty.swf
}

@test "a file of comments only" {
	echo "; MaxProcs: 4" >none.swf
	bad 'none\.swf:1: .*without a job' none.swf
}

@test "a binary file" {
	printf '\177ELF\002\001\000\000junk\000\377\n' >program.swf
	bad 'program\.swf:1: field 1 \(job id\)' program.swf
}

@test "a terminal's escape sequences do not reach the terminal" {
	printf '\033[31mred 0 0 0\n' >escape.swf
	bad 'escape\.swf:1: field 1' escape.swf
	[[ "$stderr" != *$'\033'* ]]
}

@test "a truncated gzip file" {
	small_log >log.swf
	for i in $(seq 300); do job "$i" "$((i * 7919 % 100003))" "$((i * 31 % 977))" 1 1000; done >>log.swf
	gzip -c log.swf | head -c 2000 >short.swf.gz
	bad 'short\.swf\.gz: .*incomplete' short.swf.gz
}

@test "bytes behind a gzip file that are none" {
	small_log | gzip -c >junk.swf.gz
	echo "not gzip" >>junk.swf.gz
	bad 'junk\.swf\.gz: ' junk.swf.gz
}

@test "a damaged gzip file" {
	for i in $(seq 300); do job "$i" "$((i * 7919 % 100003))" "$((i * 31 % 977))" 1 1000; done | gzip -c >log.gz
	{ head -c 1000 log.gz; printf 'XXXX'; tail -c +1005 log.gz; } >damaged.swf.gz
	bad 'damaged\.swf\.gz' damaged.swf.gz
}

@test "a line of 1 GB" {
	refused 3 '^sojourn: standard input:1: .*longer than' \
		bash -c "head -c 1G /dev/zero | tr '\\0' 1 | '$SOJOURN' run -w swf:- -c procs=4 --no-store"
}

@test "a word where a number belongs" {
	{ small_log; echo "6 31 -1 fast 1 -1 -1 1 9 -1 1 1 1 -1 1 1 -1 -1"; } >word.swf
	bad 'word\.swf:7: field 4 \(run time\): "fast" is not a number' word.swf
}

@test "NaN and infinity" {
	job 1 0 nan 1 10 >nan.swf
	bad 'nan\.swf:1: field 4 \(run time\): "nan" is not a number' nan.swf
	job 1 inf 10 1 10 >inf.swf
	bad 'inf\.swf:1: field 2 \(submit time\): "inf"' inf.swf
}

@test "a number beyond 64 bits, and one beyond the calendar" {
	{ job 1 0 10 1 10; job 2 1 99999999999999999999 1 10; } >huge.swf
	bad 'huge\.swf:2: field 4 \(run time\): "99999999999999999999" is out of range' huge.swf
	job 1 9000000000000000000 10 1 10 >far.swf
	bad 'far\.swf:1: field 2 \(submit time\): .*out of range' far.swf
	job 1 0 10 99999999999999999999 10 >broad.swf
	bad 'broad\.swf:1: field [58] .*out of range' broad.swf
}

@test "too few fields" {
	echo "1 0 -1 10" >few.swf
	bad 'few\.swf:1: .*field' few.swf
}

@test "a log whose fields are separated by semicolons" {
	echo "1001;0;-1;15;12;-1;-1;-1;420;-1;-1;user5;acc;-1;q;-1;-1;-1" >semicolon.swf
	bad "semicolon\.swf:1: field 1 .*separated by ';'" semicolon.swf
}

@test "the published log whose fields are separated by semicolons" {
	log=$TRACES/batchcsv/ubccr-jobs500.semicolon.swf.gz
	[ -r "$log" ] || skip "no $log"
	bad "semicolon\.swf\.gz:1: field 1 .*separated by ';'" "$log"
}

@test "a directory, and no file at all" {
	mkdir folder.swf
	bad 'folder\.swf: .*directory' folder.swf
	bad 'nowhere\.swf: no such file' nowhere.swf
}

@test "native lines: not JSON, a wrong key, a wrong type, a negative time" {
	echo '{"id":1,"submit_ns":0' >open.jsonl
	bad 'open\.jsonl:1: ' open.jsonl
	echo '{"id":1,"submit_ns":0,"runtime_ns":5,"prox":1}' >key.jsonl
	bad 'key\.jsonl:1: "prox" .*procs' key.jsonl
	echo '{"id":1,"submit_ns":0,"runtime_ns":"5","procs":1}' >type.jsonl
	bad 'type\.jsonl:1: "runtime_ns": expected' type.jsonl
	echo '{"id":1,"submit_ns":-1,"runtime_ns":5,"procs":1}' >negative.jsonl
	bad 'negative\.jsonl:1: "submit_ns": expected' negative.jsonl
	echo '{"id":1,"submit_ns":0,"runtime_ns":1e400,"procs":1}' >big.jsonl
	bad 'big\.jsonl:1: ' big.jsonl
}

# ---- oddities that are counted, not refused ----------------------------------------------

@test "unknown and negative values are dropped and counted" {
	{
		job 1 0 10 1 10
		job 2 1 -5 1 10
		job 3 2 10 -1 10
		job 4 -3 10 1 10
	} >odd.swf
	accepted 'dropped 3 jobs: 1 run time .*, 1 no processors, 1 submit time' \
		document odd.swf
	grep -q '"jobs": 1' <<<"$output"
}

@test "a job wider than the machine is dropped and counted" {
	{ job 1 0 10 5 10; job 2 1 5 1 10; } >wide.swf
	accepted 'dropped 1 job: 1 wider than the machine' replay wide.swf
}

@test "a log out of order gives what the sorted log gives" {
	small_log >sorted.swf
	{ sed -n 1p sorted.swf; sed -n '6p;2p;5p' sorted.swf; sed -n '3,4p' sorted.swf; } >shuffled.swf
	# Jobs 3 and 4 arrive together: the order of lines decides between them.
	{ sed -n '1,3p' sorted.swf; sed -n 5p sorted.swf; sed -n 4p sorted.swf; sed -n 6p sorted.swf; } >want.swf
	run --separate-stderr document want.swf
	want=$(digests)
	run --separate-stderr document shuffled.swf
	[ "$(digests)" = "$want" ]
}

@test "one id twice: both jobs are simulated, and trace check says so" {
	{ job 7 0 10 1 10; job 7 1 5 1 10; } >twice.swf
	run --separate-stderr document twice.swf
	[ "$status" -eq 0 ]
	grep -q '"finished": 2' <<<"$output"
	run "$SOJOURN" trace check twice.swf
	grep -qi 'duplicate\|twice' <<<"$output"
}

@test "no line end at the end, CRLF, tabs and blank lines are fine" {
	small_log >plain.swf
	run --separate-stderr document plain.swf
	want=$(digests)
	small_log | sed 's/$/\r/; s/ /\t/g; 3i\\' | head -c -2 >dos.swf
	run --separate-stderr document dos.swf
	[ "$status" -eq 0 ]
	[ -n "$want" ] && [ "$(digests)" = "$want" ]
}

# ---- flags --------------------------------------------------------------------------------

usage() { # usage PATTERN FLAG...
	small_log >log.swf
	refused 2 "$1" "$SOJOURN" run -w log.swf -o out.db "${@:2}"
	[ -z "$(ls | grep '^out')" ]
}

@test "an unknown policy, order, parameter or choice: with a suggestion" {
	usage 'no policy "fif"; did you mean "fifo"' -p fif
	usage 'easy: no parameter "ordr"; did you mean "order"' -p easy:ordr=sjf
	usage '"sfj"; did you mean "sjf"' -p easy:order=sfj
	usage 'width: "week" is not one of strict, weak; did you mean "weak"' -p easy:width=week
}

@test "a parameter out of range, twice, without unit, or no number" {
	usage 'damping: -1 is outside' -p multifactor:damping=-1
	usage 'order.*twice' -p easy:order=sjf,order=saf
	usage 'half_life: "7".*unit' -p multifactor:half_life=7
	usage 'age: "old"' -p multifactor:age=old
	usage 'age: .*"nan"|age: nan' -p multifactor:age=nan
}

@test "a formula that is none" {
	usage 'formula .*column' -p 'expr:wait+'
	usage '"wiat"; did you mean "wait"' -p 'expr:wiat*procs'
}

@test "unbalanced parentheses in a spec" {
	usage 'paren' -p 'easy:order=(expr:wait'
}

@test "a machine that is none" {
	usage 'no parameter "proc"; did you mean "procs"' -c proc=4
	usage 'procs' -c procs=0
	usage 'procs' -c procs=-4
	usage 'procs' -c procs=four
	usage 'nodes' -c nodes=0,cores=4
	usage 'gpu' -c nodes=1,gpu=V100
}

@test "flags: unknown, without value, not a number, not a choice" {
	usage 'no flag "--polcy"; did you mean "--policy"' --polcy fifo
	usage 'seed' --seed=x
	usage 'seed' --seed=-1
	usage 'limit: "-3" is negative' --limit=-3
	usage 'overrun: "klil".*did you mean "kill"' --overrun=klil
	usage 'estimates' --estimates=guess
	usage 'clock: "5" needs a unit' --clock=tick:5
	usage 'clock' --clock=round:0s
	usage 'progress' --progress=perhaps
	usage '"stray" is not expected' stray
}

@test "no workload, no machine, no such command" {
	job 1 0 10 1 10 >bare.swf
	refused 2 'no workload' "$SOJOURN" run
	refused 2 'bare\.swf does not state the size of its machine' "$SOJOURN" run -w bare.swf --no-store
	refused 2 'no command "rnu"; did you mean "run"' "$SOJOURN" rnu
}

@test "a generator: unknown, a wrong parameter, out of range, a wrong law" {
	small_log >log.swf
	refused 2 'no generator "poison".*"poisson"' "$SOJOURN" run -w gen:poison:n=5 --no-store
	refused 2 'no parameter "rat"; did you mean "rate"' "$SOJOURN" run -w gen:poisson:rat=3 --no-store
	refused 2 'rate: -3 is outside' "$SOJOURN" run -w gen:poisson:rate=-3 --no-store
	refused 2 'no law "expp"' "$SOJOURN" run -w 'gen:poisson:service=(expp:mean=1)' --no-store
}

@test "a format that is none" {
	small_log >log.swf
	refused 2 'no format "swff"|"swff"' "$SOJOURN" run -w swff:log.swf --no-store
}

# ---- other commands -------------------------------------------------------------------------

@test "commands that read a database: none, empty, not one, of something else" {
	: >empty.db
	echo "this is no database" >text.db
	sqlite3 other.db 'CREATE TABLE x (y)' 2>/dev/null || skip "no sqlite3 to make one"
	# `query` asks any SQLite database; the others want one of ours.
	refused 3 'missing\.db' "$SOJOURN" query 'SELECT 1' missing.db
	refused 3 'text\.db' "$SOJOURN" query 'SELECT 1' text.db
	for command in compare explain repro "plot cdf" table "export --format csv"; do
		for db in missing.db empty.db text.db other.db; do
			args=$db
			[ "$command" = explain ] && args="$db 1"
			run --separate-stderr bash -c "'$SOJOURN' $command $args"
			[ "$status" -eq 3 ] || { echo "$command $args: status $status: $stderr"; false; }
			[[ "$stderr" == *"$db"* ]] || { echo "$command $args: $stderr"; false; }
			[ -z "$output" ]
		done
	done
	[ ! -e missing.db ]
	[ ! -s empty.db ]
}
