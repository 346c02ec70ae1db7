# SPDX-License-Identifier: GPL-3.0-or-later
# trace.bats - `sojourn trace`, `gen`, and the workload part of other commands.
load helper

SAMPLE="$BATS_TEST_DIRNAME/../../workloads/samples/lublin-128.swf"

@test "sample: the command in samples/README.md gives the same bytes" {
	cmd=$(grep '^\./sojourn gen ' "$BATS_TEST_DIRNAME/../../workloads/samples/README.md")
	cmd="\"$SOJOURN\" ${cmd#./sojourn }"
	eval "${cmd/workloads\/samples\//}"
	cmp lublin-128.swf "$SAMPLE"
}

@test "trace info: raw fields and jobs of a small log" {
	{ small_log; echo; job 6 29 -1 1 1; job 7 31 1 9 1; job 7 32 0 1 1; } >log.swf
	run -0 --separate-stderr "$SOJOURN" trace info --json log.swf
	for want in '"records": 8' '"lines": 10' '"comment_lines": 1' '"blank_lines": 1' \
		'"bad_lines": 0' '"unsorted": 1' '"duplicate_ids": 1' '"missing_runtime": 1' \
		'"zero_runtime": 1' '"first_submit": 0' '"last_submit": 32' '"max_procs": 9' \
		'"machine_size": 4' '"total_resource_seconds": 72' '"kept": 6' '"wide": 1' \
		'"schema": "sojourn.trace_info/1"' '"last_end": 32'; do
		grep -qF -- "$want" <<<"$output" || { echo "no $want"; echo "$output"; false; }
	done
}

@test "trace info: counts malformed lines, trace check names them and fails" {
	{ small_log; echo "6 x"; echo "7"; job 8 1 1 1 1; } >log.swf
	run -0 "$SOJOURN" trace info --json log.swf
	grep -q '"bad_lines": 2' <<<"$output"
	run -3 --separate-stderr "$SOJOURN" trace check log.swf
	grep -qF 'log.swf:7: field 2 (submit time): "x" is not a number' <<<"$output"
	grep -qF 'log.swf:8: the line has 1 field, and SWF has 18' <<<"$output"
	grep -qF 'log.swf:9: job 8: submit before that of the line above' <<<"$output"
	run -3 --separate-stderr "$SOJOURN" trace check --json --show 1 log.swf
	grep -q '"malformed": 2' <<<"$output"
	[ "$(grep -c '"kind": "malformed"' <<<"$output")" -eq 1 ]
}

@test "trace check: a good log ends with 0" {
	small_log >log.swf
	run -0 "$SOJOURN" trace check log.swf
}

@test "trace convert: there and back, packed on the way" {
	"$SOJOURN" trace convert "$SAMPLE" -o a.jsonl.gz
	"$SOJOURN" trace convert a.jsonl.gz -o b.swf
	diff <(grep -v '^;' "$SAMPLE") <(grep -v '^;' b.swf)
	"$SOJOURN" trace convert b.swf --to jsonl | cmp - <(zcat a.jsonl.gz)
	one=$("$SOJOURN" run -w "$SAMPLE" -p easy --no-store --json | grep -o '"digest": *"[^"]*"')
	two=$("$SOJOURN" run -w a.jsonl.gz -p easy --no-store --json | grep -o '"digest": *"[^"]*"')
	[ -n "$one" ] && [ "$one" = "$two" ]
}

@test "trace convert: replaces a file only with --force, writes none that is broken" {
	small_log >log.swf
	echo old >out.jsonl
	refused 2 'out.jsonl exists; say --force' "$SOJOURN" trace convert log.swf -o out.jsonl
	[ "$(cat out.jsonl)" = old ]
	accepted '5 jobs written' "$SOJOURN" trace convert log.swf -o out.jsonl --force
	echo '6 6' >>log.swf
	refused 3 'log.swf:7: the line has 2 fields' "$SOJOURN" trace convert log.swf -o new.jsonl
	[ ! -e new.jsonl ]
	refused 3 'directory does not exist' "$SOJOURN" trace convert out.jsonl -o none/x.swf
}

@test "trace convert: what SWF cannot say is refused" {
	echo '{"submit_ns":1,"tasks":[{"runtime_ns":1},{"runtime_ns":2}]}' >dag.jsonl
	refused 3 'has 2 tasks' "$SOJOURN" trace convert dag.jsonl -o x.swf
	[ ! -e x.swf ]
	run -0 "$SOJOURN" trace convert dag.jsonl --to jsonl
}

@test "trace cut: by time, number and count; lines stay as they are" {
	small_log >log.swf
	run -0 --separate-stderr "$SOJOURN" trace cut --from 1s --to 30s log.swf
	[ "$output" = "$(sed -n '1p;3,5p' log.swf)" ]
	run -0 --separate-stderr "$SOJOURN" trace cut --jobs 2:3 log.swf
	[ "$output" = "$(sed -n '1p;3,4p' log.swf)" ]
	run -0 --separate-stderr "$SOJOURN" trace cut --first 1 --from 1s log.swf
	[ "$output" = "$(sed -n '1p;3p' log.swf)" ]
	refused 2 'not a range' "$SOJOURN" trace cut --jobs 3:2 log.swf
	refused 2 'unit' "$SOJOURN" trace cut --from 10 log.swf
}

@test "gen: same seed same bytes, other seed other bytes, closed loops refused" {
	"$SOJOURN" gen lublin:n=50 >a
	"$SOJOURN" gen lublin:n=50 --seed 1 >b
	"$SOJOURN" gen lublin:n=50 --seed 2 >c
	cmp a b
	run ! cmp -s a c
	refused 2 'only while a simulation runs' "$SOJOURN" gen users:users=3
	refused 2 'did you mean "lublin"' "$SOJOURN" gen lubin
	run -0 --separate-stderr "$SOJOURN" gen poisson:n=0,rate=1 --limit 7
	[ "$(grep -vc '^;' <<<"$output")" -eq 7 ]
}

@test "gen --law: exact moments beside what is drawn" {
	run -0 --separate-stderr "$SOJOURN" gen --law gamma:shape=2,scale=5 --at 10 -n 1000 --json
	grep -q '"mean": 10.0' <<<"$output"
	grep -q '"variance": 50.0' <<<"$output"
	grep -q '"cdf": 0.5939941502' <<<"$output"
	run -0 --separate-stderr "$SOJOURN" gen --downey A=16,sigma=0 --at 8,99
	[ "$output" = $'8 8\n99 16' ]
}

@test "workloads that cannot be read: one sentence, status 3" {
	: >empty.swf
	refused 3 'the file is empty' "$SOJOURN" run -w empty.swf
	head -c 2000 /dev/urandom >bin.dat
	refused 3 'bin.dat' "$SOJOURN" run -w bin.dat
	gzip -c "$SAMPLE" | head -c 5000 >cut.swf.gz
	refused 3 'ends in the middle of the gzip data' "$SOJOURN" run -w cut.swf.gz
	refused 3 'no such file' "$SOJOURN" run -w nowhere.swf
	mkdir dir.swf
	refused 3 'is a directory' "$SOJOURN" run -w dir.swf
	refused 2 'did you mean "swf:"' "$SOJOURN" run -w swff:empty.swf
	sed '/^;/!s/ /;/g' "$SAMPLE" >semi.swf
	refused 3 "semi.swf:5: field 1 .*separated by ';'" "$SOJOURN" run -w swf:semi.swf
}

@test "a line of 300 MB is refused in little memory" {
	(ulimit -v 400000; "$SOJOURN" --version) >/dev/null 2>&1 ||
		skip "this build reserves more address space than that to start"
	run bash -c "ulimit -v 400000; head -c 300000000 /dev/zero | tr '\\0' 1 |
		'$SOJOURN' run -w swf:- -c procs=1 2>&1"
	[ "$status" -eq 3 ]
	grep -q 'standard input:1: the line is longer than 1048576 bytes' <<<"$output"
}

@test "zstd, gzip in two members and standard input are one log" {
	gzip -c "$SAMPLE" >a.swf.gz
	head -n 500 "$SAMPLE" | gzip -c >b.gz
	tail -n +501 "$SAMPLE" | gzip -c >>b.gz
	for w in a.swf.gz b.gz -; do
		run -0 --separate-stderr "$SOJOURN" trace info --json "$w" <"$SAMPLE"
		grep -q '"records": 2000' <<<"$output"
		grep -q "\"raw_bytes\": $(wc -c <"$SAMPLE")" <<<"$output"
	done
	if command -v zstd >/dev/null; then
		zstd -qc "$SAMPLE" >c.zst
		run -0 "$SOJOURN" trace info --json c.zst
		grep -q '"records": 2000' <<<"$output"
	fi
}

@test "--json: what writes a file prints one document about it" {
	small_log >log.swf
	"$SOJOURN" run -w log.swf -p fifo -o r.db >/dev/null 2>&1
	for command in "gen lublin:n=10 -o a.swf" "trace convert log.swf -o b.jsonl" \
		"trace cut log.swf --first 2 -o c.swf" "export r.db --format csv -o d.csv" \
		"gen --params lublin" "policy check --list" "bench --list"; do
		# shellcheck disable=SC2086
		run -0 --separate-stderr "$SOJOURN" $command --json
		[ -z "$stderr" ]
		[ "$(grep -c '"schema": "sojourn\.' <<<"$output")" -eq 1 ]
		jq -e .schema <<<"$output" >/dev/null || ! command -v jq
	done
	refused 2 '--json needs -o FILE' "$SOJOURN" gen lublin:n=10 --json
	refused 2 '--json needs -o FILE' "$SOJOURN" export r.db --format csv --json
}

@test "trace resample: as many as asked for, what they ask for, the same again" {
	for i in 1 2 3 4; do
		echo "{\"id\":$i,\"submit_ns\":${i}000,\"runtime_ns\":5000000000,\"cores\":$i,\"gpu_milli\":$((i * 250))}"
	done >log.jsonl
	"$SOJOURN" trace resample log.jsonl --jobs 100 --every 2s -o a.jsonl
	"$SOJOURN" trace resample log.jsonl --jobs 100 --every 2s --seed 1 -o b.jsonl
	"$SOJOURN" trace resample log.jsonl --jobs 100 --every 2s --seed 2 -o c.jsonl
	cmp a.jsonl b.jsonl
	run ! cmp -s a.jsonl c.jsonl
	[ "$(grep -c '"id"' a.jsonl)" -eq 100 ]
	[ "$(grep '"id":100,' a.jsonl | grep -o '"submit_ns":[0-9]*')" = '"submit_ns":198000000000' ]
	# Every job of the log is drawn.
	[ "$(grep -o '"gpu_milli":[0-9]*' a.jsonl | sort -u | wc -l)" -eq 4 ]
	# The last one reaches the limit, the one before does not.
	"$SOJOURN" trace resample log.jsonl --gpus 20 --run 1h -o g.jsonl
	sum=$(grep -o '"gpu_milli":[0-9]*' g.jsonl | cut -d: -f2 | paste -sd+ | bc)
	last=$(tail -1 g.jsonl | grep -o '"gpu_milli":[0-9]*' | cut -d: -f2)
	[ "$sum" -ge 20000 ]
	[ $((sum - last)) -lt 20000 ]
	[ "$(grep -c '"runtime_ns":3600000000000' g.jsonl)" -eq "$(grep -c '"id"' g.jsonl)" ]
}

@test "trace resample: what cannot be is told" {
	small_log >log.swf
	refused 2 'how much' "$SOJOURN" trace resample log.swf
	refused 2 'above 0' "$SOJOURN" trace resample log.swf --gpus 0
	refused 2 'unit' "$SOJOURN" trace resample log.swf --jobs 3 --every 5
	refused 3 'no job of the trace asks for GPUs' "$SOJOURN" trace resample log.swf --gpus 4
}

@test "trace shake: the same jobs, a little earlier or later" {
	{
		echo "; MaxProcs: 4"
		local i
		for i in $(seq 1 200); do job "$i" "$((i * 50))" 10 2 20; done
	} >log.swf
	accepted '200 jobs written' "$SOJOURN" trace shake log.swf --by 2min --seed 7 -o a.swf
	"$SOJOURN" trace shake log.swf --by 2min --seed 7 >b.swf
	diff <(grep -v '^;' a.swf) <(grep -v '^;' b.swf)
	# Same jobs; each has moved by two minutes at most, both ways; the file is in order.
	[ "$(grep -v '^;' a.swf | awk '{ d = $2 - $1 * 50; if (d < lo) lo = d; if (d > hi) hi = d
		if ($2 < last || $4 != 10 || $5 + 0 != 2 || $9 != 20) bad = 1; last = $2; n++; s += $1 }
		END { print n, s, bad + 0, (lo < -100 && lo >= -120), (hi > 100 && hi <= 120) }')" = "200 20100 0 1 1" ]
	"$SOJOURN" trace shake log.swf --by 2min --seed 8 -o c.swf 2>said
	! cmp -s <(grep -v '^;' a.swf) <(grep -v '^;' c.swf)
	"$SOJOURN" trace shake log.swf --by 0s 2>said | grep -v '^;' | awk '{ print $1, $2 }' >d
	diff d <(grep -v '^;' log.swf | awk '{ print $1, $2 }')
	refused 2 'must not be negative' "$SOJOURN" trace shake log.swf --by -1h
	refused 2 'expected one workload' "$SOJOURN" trace shake
	echo '; MaxProcs: 4' >none.swf
	refused 3 'ends without a job' "$SOJOURN" trace shake none.swf
}
