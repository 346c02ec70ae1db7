#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Jobs of variable size: made from a trace, and given ranks where these gain most.

load helper

two() {
	cat <<-END
	{"id":1,"submit_ns":0,"runtime_ns":100000000000,"procs":2}
	{"id":2,"submit_ns":0,"runtime_ns":400000000000,"procs":2}
	END
}

@test "trace elastic: bounds around what was asked for, and a speed-up" {
	two >two.jsonl
	run -0 "$SOJOURN" trace elastic two.jsonl --least 1 --most 8 --speedup amdahl:serial=0.25
	[ "${#lines[@]}" -eq 3 ]
	[[ "${lines[0]}" == *'"scalings":[{"speedup":"amdahl","serial":0.25}]'* ]]
	[[ "${lines[1]}" == *'"ranks_min":1,"ranks_max":8,"scaling":1'*'"malleable":true'* ]]
	run -0 "$SOJOURN" trace elastic two.jsonl --most 1 --moldable --speedup linear
	[[ "${lines[1]}" == *'"ranks_min":1,"ranks_max":2,'* ]]
	[[ "${lines[1]}" != *malleable* ]]
}

@test "trace elastic: goodput is a table, and grows less and less" {
	two >two.jsonl
	run -0 "$SOJOURN" trace elastic two.jsonl --most 4 \
		--speedup goodput:gamma=1,alpha_grad=0,alpha_sync=0,beta_sync=0,batch=10,batch_max=10
	# One batch, and nothing to synchronise: as many times as fast.
	[[ "${lines[0]}" == *'"points":[[1,1],[2,2],[3,3],[4,4],'* ]]
}

@test "trace elastic: what is refused" {
	two >two.jsonl
	no() { refused 2 "$1" "$SOJOURN" trace elastic two.jsonl "${@:2}"; }
	no 'did you mean goodput' --speedup goodputt
	no 'serial' --speedup amdahl:serial=2
	no 'A.*must be given' --speedup downey
	no 'batch 9 is above batch_max 8' --speedup goodput:batch=9,batch_max=8
	no '1 <= --least <= --most' --least 9 --most 8
	no 'swf knows no bounds' -o out.swf
	[ ! -e out.swf ]
	refused 3 'no such file' "$SOJOURN" trace elastic none.jsonl
}

@test "elastic: the job whose end comes nearer most has the ranks" {
	two >two.jsonl
	"$SOJOURN" trace elastic two.jsonl --most 8 --speedup linear -o el.jsonl
	run -0 "$SOJOURN" run -w el.jsonl -c procs=6 -p elastic:every=0s --explain -o e.db
	run -0 "$SOJOURN" explain e.db 2
	# 200 s of work against 800 s on one rank: 1/n - 1/(n + 1) weighs four times as much,
	# and 2 : 4 is best: 100 + 200 s against 200 + 160 and 66.7 + 266.7.
	[[ "$output" == *"speed 2, 200s to go; one rank more gains 40s: 4 of 1 to 8 ranks"* ]]
	run -0 "$SOJOURN" explain e.db 1
	[[ "$output" == *"2 of 1 to 8 ranks"* ]]
}

@test "goodput: even parts are kept where all are alike" {
	two >two.jsonl
	"$SOJOURN" trace elastic two.jsonl --most 8 -o el.jsonl
	run -0 "$SOJOURN" run -w el.jsonl -c procs=6 -p goodput --explain -o e.db
	run -0 "$SOJOURN" explain e.db 2
	[[ "$output" == *"3 of 1 to 8 ranks"* ]]
	refused 2 'fair: 0 is no exponent' "$SOJOURN" run -w el.jsonl -c procs=6 -p goodput:fair=0 --no-store
}

@test "trace shake, resample, elastic: what ranks send each other comes along" {
	"$SOJOURN" gen 'poisson:n=9,rate=0.02,service=exp:120,procs=64,comm=all-reduce,comm_bytes=50MB' -o c.jsonl
	"$SOJOURN" trace shake c.jsonl --by 10s -o shake.jsonl
	"$SOJOURN" trace resample c.jsonl --jobs 9 -o resample.jsonl
	"$SOJOURN" trace elastic c.jsonl -o elastic.jsonl
	for f in shake resample elastic; do
		run -0 "$SOJOURN" trace check $f.jsonl
		run -0 head -n 1 $f.jsonl
		[[ "$output" == *'"comms":['*'"op":"all-reduce"'* ]]
	done
}
