# SPDX-License-Identifier: GPL-3.0-or-later
# stragglers.bats - policies that run tasks twice: theory, reasons, wrong usage.

load helper

@test "replicate on two processors is M/M/1 at twice the rate" {
	run --separate-stderr "$SOJOURN" run -w gen:poisson:n=200000,rate=1,service=1 -c procs=2 -p replicate \
		--stragglers exp:mean=1 --overrun extend --no-store --json
	[ "$status" -eq 0 ]
	# 1 / (2 - 1), that less 1 / 2, and both processors half of the time.
	jq -e '.runs[0].metrics | (.response_mean_s - 1 | fabs < 0.03) and
		(.wait_mean_s - 0.5 | fabs < 0.03) and (.utilization - 0.5 | fabs < 0.01)' \
		<<<"$output"
}

# A stage of four on a machine with a slow node.
four() {
	cat >slow.yaml <<-'END'
	nodes:
	  - { type: slow, count: 1, cores: 1, speed: 0.25 }
	  - { type: fast, count: 4, cores: 1 }
	END
	for i in 1 2 3 4; do
		echo "{\"id\":$i,\"submit_ns\":0,\"runtime_ns\":100000000000,\"procs\":1}"
	done >four.jsonl
}

reasons() { # POLICY: reasons to copy
	rm -f r.db
	"$SOJOURN" run -w four.jsonl -c slow.yaml -p "$1" --explain --check --overrun extend -o r.db
	sqlite3 r.db "SELECT printf('%d@%d %s', job + 1, at_ns / 1000000000, reason)
		FROM decision WHERE kind = 'copy'"
	"$SOJOURN" explain r.db 1
}

@test "the reason for a copy is the test that led to it" {
	four
	run reasons speculate:among=all
	echo "$output"
	[[ "$output" == *"1@60 late: score 0.15 after 60 s, rate 0.0025/s is at most 0.0025/s of 4 tasks; 340 s left, rank 1 of 1; copy 1 of 1"* ]]
	run reasons speculate:how=naive,among=all
	echo "$output"
	[[ "$output" == *"1@60 naive: score 0.15 after 60 s is below the mean 0.4875 of 4 tasks - 0.2"* ]]
	run reasons speculate:how=wqr
	echo "$output"
	[[ "$output" == *"1@0 wqr: nobody waits, 1 processors free"* ]]
	run reasons replicate
	echo "$output"
	[[ "$output" == *"1@0 run 2 of 2: 1 more processors of 4 free"* ]]
	[[ "$output" == *"copy"* ]]
}

@test "speculate: wrong usage" {
	bad() {
		refused 2 "$2" "$SOJOURN" run -w gen:poisson:n=10,load=0.5 -c procs=4 \
			-p "speculate:$1" --no-store
	}
	bad base=srtf 'base: srtf stops tasks; expected a policy that only starts tasks'
	bad base=ps 'base: ps shares processors in time'
	bad base=equi 'base: equi .*; expected'
	bad base=helios-sjf 'base: helios-sjf reads true run times'
	bad base=speculate 'speculate cannot be its own base'
	bad base=nosuch 'no policy "nosuch"'
	bad 'base=(easy:ordr=sjf)' 'no parameter "ordr"; did you mean "order"'
	bad cap=abc 'cap: "abc" is not a number'
	bad cap=200% 'cap: "200%"; expected a number of copies'
	bad cap=-1 'cap: "-1"; expected'
	bad how=backup,among=all 'how=backup counts what is left of a stage; expected among=stage'
	bad how=wqr,copies=1 'copies: 1 is outside'
	bad how=backup,last=1.5 'last: 1.5 is outside'
	bad every=0s 'every: 0s is outside'
	bad how=lat 'did you mean "late"'
}

@test "speculate: around every policy that chooses nodes, all tasks end and copies are made" {
	"$SOJOURN" policy list --json >list.json
	for base in balance balance:late=yes delay delay:skips=2 steal hungarian lst heft cpop peft dls lookahead \
		heft:mode=dynamic heft:mode=hybrid list hlfet lpt min-min sufferage; do
		for how in how=wqr how=wqr,copies=3 min_run=0s; do
			"$SOJOURN" run -w gen:dag:shape=cholesky,size=6,n=3,gap=50 -c nodes=4,cores=2 --check --no-store \
				-p "speculate:base=($base),$how" --overrun extend --stragglers exp:mean=1 --json 2>/dev/null |
				jq -e '.runs[0].metrics | .unfinished == 0 and .wasted_procs_s > 0' || { echo "$base $how"; return 1; }
		done
	done
}

@test "speculate: on one node, and for tasks bound to theirs, it is its base" {
	for k in 1 2 3 4; do
		echo "{\"id\":$k,\"submit_ns\":0,\"runtime_ns\":${k}000000000,\"procs\":1,\"node\":$((1 + k % 2))}"
	done >bound.jsonl
	for how in late naive wqr backup; do
		for case in "bound.jsonl nodes=2,cores=4" "gen:dag:shape=cholesky,size=5,n=3,gap=5 nodes=1,cores=3"; do
			set -- $case
			"$SOJOURN" run -w "$1" -c "$2" -p fifo -p "speculate:how=$how" --check --no-store --json 2>/dev/null |
				jq -e '.runs | .[0].digest == .[1].digest and .[1].metrics.wasted_procs_s == 0'
		done
	done
}

@test "on a graph without stragglers, and with one task, speculate is its base" {
	w=gen:dag:shape=cholesky,size=6,n=3,gap=50
	digest() {
		"$SOJOURN" run -w "$1" -c procs=8 -p "$2" --no-store --json 2>/dev/null |
			jq -r '.runs[0].metrics.makespan_s'
	}
	[ "$(digest $w speculate:cap=0)" = "$(digest $w fifo)" ]
	[ "$(digest gen:dag:shape=chain,size=1 speculate)" = "$(digest gen:dag:shape=chain,size=1 fifo)" ]
}
