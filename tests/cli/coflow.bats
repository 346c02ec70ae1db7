# SPDX-License-Identifier: GPL-3.0-or-later
# coflow.bats - traces of coflows, and coflows under several orders.
load helper

# 1 MB a second and port: bytes are seconds. Coflow 1: 3 out of port 0. Coflow 2: 2 out of
# port 0, 6 out of port 1.
two_links() {
	cat <<-'END'
		4 2
		1 0 1 0 1 2:3
		2 0 2 0 1 2 3:4 1:8
	END
}

cct() { # ORDER ARGS...: means
	local order=$1
	shift
	"$SOJOURN" coflow --json --resamples 0 --bw 1MB/s --order "$order" "$@" |
		jq -c '.orders[0].cct.mean_s'
}

@test "coflow: a trace under several orders" {
	two_links >t.txt
	# Coflow 2 has 6 at ports 0 and 1, 8 into port 1: 8 alone. Coflow 1 needs 3.
	run --separate-stderr "$SOJOURN" coflow --bw 1MB/s --json t.txt
	[ "$status" -eq 0 ]
	[ "$(jq -c '[.ports, .coflows, .flows, .bytes, .local_flows]' <<<"$output")" = "[4,2,5,15000000,1]" ]
	[ "$(jq -c '[.orders[].order]' <<<"$output")" = '["fair","fifo","sebf","aalo"]' ]
	[ "$(jq -c '.alone.max_s' <<<"$output")" = 8 ]
	# One of two coflows is slowed down at most: 3 and 9 when coflow 1 is first.
	[ "$(jq -c '.orders[2].cct.mean_s' <<<"$output")" = "$(cct sebf t.txt)" ]
	[ "$(cct fifo:backfill=none t.txt)" = 7 ] # 3, and 8 more for the other
	run --separate-stderr "$SOJOURN" coflow --bw 1MB/s t.txt
	[[ "$output" =~ "2 coflows of 5 flows, 15 MB, between 4 ports of 0.008 Gbit/s" ]]
	[[ "$output" =~ "factor: mean CCT of fair over that of the row" ]]
}

@test "coflow: every coflow as CSV, and twice the same" {
	two_links >t.txt
	"$SOJOURN" coflow --bw 1MB/s -o a.csv t.txt >a.out
	"$SOJOURN" coflow --bw 1MB/s -o b.csv t.txt >b.out
	cmp a.csv b.csv
	cmp a.out b.out
	[ "$(wc -l <a.csv)" -eq 9 ]
	[ "$(head -1 a.csv)" = order,coflow,arrival_s,flows,bytes,longest_bytes,bin,alone_s,finish_s,cct_s ]
	grep -q '^"sebf",1,0.000000000,1,3000000,3000000,short narrow,3.000000000,3.000000000,3.000000000$' a.csv
}

@test "coflow: local flows" {
	printf '2 1\n1 0 1 0 1 0:5\n' >t.txt
	[ "$(cct fair t.txt)" = 5 ]
	[ "$(cct fair --skip-local t.txt)" = 0 ]
}

@test "coflow: jobs of any workload whose tasks have nodes" {
	cat >j.jsonl <<-'END'
		{"id":7,"submit_ns":0,"tasks":[{"runtime_ns":0,"node":1},{"runtime_ns":0,"node":2}],"edges":[{"from":0,"to":1,"bytes":2000000}]}
		{"id":8,"submit_ns":0,"procs":1,"runtime_ns":5}
	END
	run --separate-stderr "$SOJOURN" coflow --json --bw 1MB/s --order fair j.jsonl
	[ "$status" -eq 0 ]
	[ "$(jq -c '.orders[0].cct.mean_s' <<<"$output")" = 2 ]
	[[ "$stderr" =~ "1 jobs have no edges and are not coflows" ]]
	sed -i 's/,"node":2//' j.jsonl
	refused 3 'job 7: task 1 has no node' "$SOJOURN" coflow j.jsonl
	cat >j.jsonl <<-'END'
		{"id":7,"submit_ns":0,"tasks":[{"runtime_ns":0,"node":1},{"runtime_ns":0,"node":2},{"runtime_ns":0,"node":1}],"edges":[{"from":0,"to":1,"bytes":2},{"from":1,"to":2,"bytes":2}]}
	END
	refused 3 'task 1 receives and sends; a coflow has one stage' "$SOJOURN" coflow j.jsonl
}

@test "coflow: what is wrong with a trace" {
	local c=("$SOJOURN" coflow)
	refused 2 'expected one workload' "${c[@]}"
	refused 3 'nowhere.txt' "${c[@]}" nowhere.txt
	: >t.txt
	refused 3 'empty; expected ports and coflows' "${c[@]}" coflow:t.txt
	echo '0 1' >t.txt
	refused 3 't.txt:1: ports: "0"; expected a whole number from 1' "${c[@]}" coflow:t.txt
	printf '3 2\n1 0 1 0 1 1:5\n' >t.txt
	refused 3 'ends after 1 of the 2 coflows' "${c[@]}" t.txt
	printf '3 1\n1 0 1 0 1 1:5\n2 0 1 0 1 1:5\n' >t.txt
	refused 3 't.txt:3: more coflows than the 1' "${c[@]}" t.txt
	printf '3 1\n1 0 1 3 1 1:5\n' >t.txt
	refused 3 't.txt:2: port of a mapper: "3"; expected a whole number from 0 to 2' "${c[@]}" t.txt
	printf '3 1\n1 0 1 0 1 -1:5\n' >t.txt
	refused 3 'port of a reducer: "-1"' "${c[@]}" t.txt
	printf '3 1\n1 0 1 0 1 1:-5\n' >t.txt
	refused 3 'MB of a reducer: "-5"; expected a number from 0' "${c[@]}" t.txt
	printf '3 1\n1 0 1 0 1 1:nan\n' >t.txt
	refused 3 'MB of a reducer: "nan"' "${c[@]}" t.txt
	printf '3 1\n1 0 1 0 1 15\n' >t.txt
	refused 3 'reducer: "15"; expected port:MB' "${c[@]}" coflow:t.txt
	printf '3 1\n1 -4 1 0 1 1:5\n' >t.txt
	refused 3 'arrival: "-4"; expected a number of milliseconds' "${c[@]}" t.txt
	printf '3 1\nx 4 1 0 1 1:5\n' >t.txt
	refused 3 'coflow id: "x"' "${c[@]}" coflow:t.txt
	printf '3 1\n1 4 9 0 1 1:5\n' >t.txt
	refused 3 't.txt:2: port of a mapper: "1:5"' "${c[@]}" t.txt
	printf '3 1\n1 4 1 0 4 1:5\n' >t.txt
	refused 3 't.txt:2: reducer: ""; expected port:MB before the line ends' "${c[@]}" t.txt
	printf '3 1\n1 4 1 0 1 1:5 2:4\n' >t.txt
	refused 3 'behind the last field: "2:4"' "${c[@]}" t.txt
	printf '3 1\n1 4 0 1 1:5\n' >t.txt
	refused 3 'mappers: "0"; expected a whole number from 1' "${c[@]}" t.txt
	printf '3 1\n1 4 1 0 1 1:5000000000000000000000000000000000000000000000000000000000000\n' >t.txt
	refused 3 'MB of a reducer' "${c[@]}" t.txt
	printf '3 1\n1 4 1 0 4000000000 1:5\n' >t.txt
	refused 3 'reducers: "4000000000"; expected' "${c[@]}" t.txt
	printf '3 1\n\0\1\2' >t.txt
	refused 3 'not a text' "${c[@]}" coflow:t.txt
	head -c 4000 /dev/urandom >t.txt
	refused 3 't.txt' "${c[@]}" coflow:t.txt
}

@test "coflow: what is wrong with an order" {
	two_links >t.txt
	refused 2 'no order of coflows "sefb"; did you mean "sebf"' "$SOJOURN" coflow --order sefb t.txt
	refused 2 'fair has no parameters' "$SOJOURN" coflow --order fair:x=1 t.txt
	refused 2 'backfill' "$SOJOURN" coflow --order sebf:backfill=maybe t.txt
	refused 2 'must be above 0' "$SOJOURN" coflow --bw 0B/s t.txt
	refused 2 'bw' "$SOJOURN" coflow --bw fast t.txt
	run "$SOJOURN" coflow --list
	[[ "$output" =~ "sebf    smallest effective bottleneck first" ]]
}

@test "coflow: blanks, line ends and limits do not matter" {
	two_links >t.txt
	sed 's/ /\t  /; s/$/ \r/' t.txt | sed '$!s/$/\n/' >u.txt
	[ -n "$(cct sebf t.txt)" ]
	[ "$(cct sebf t.txt)" = "$(cct sebf coflow:u.txt)" ]
	printf '%s' "$(cat t.txt)" >u.txt # no last line end
	[ "$(cct sebf t.txt)" = "$(cct sebf u.txt)" ]
}

@test "coflow: the run of a trace over a star is fair sharing" {
	# Ports without a flow to themselves, which a run has for nothing.
	cat >t.txt <<-'END'
		4 3
		1 0 2 0 1 1 2:30
		2 1000 1 0 2 2:7 3:10
		3 1500.5 2 0 2 2 1:12 3:4
	END
	c=nodes=4,cores=64,bw=1MB/s,topology=star
	ran=$("$SOJOURN" run --no-store --json --check -w t.txt -c $c -p fifo 2>/dev/null |
		jq -c '.runs[0].metrics | [.response_mean_s, .makespan_s, .bytes_moved] | map(. * 1000 | round)')
	[ "$ran" = '[33833,40500,63000000000]' ]
	run "$SOJOURN" coflow --json --bw 1MB/s --order fair t.txt
	[ "$(jq -c '[.orders[0].cct.mean_s, .orders[0].makespan_s, .bytes] | map(. * 1000 | round)' <<<"$output")" = "$ran" ]
}

@test "coflow: a figure" {
	two_links >t.txt
	refused 2 "a figure is .pdf, .svg, .png or .tex" timeout 20 "$SOJOURN" coflow --plot x.csv gen:coflow:n=0
	refused 2 'at most 7 apart' "$SOJOURN" coflow --plot x.svg --order={fair,fifo,sebf,scf} \
		--order={ncf,lcf,aalo,shares} t.txt
	command -v gnuplot >/dev/null || skip "no gnuplot"
	"$SOJOURN" coflow --plot a.svg t.txt
	cp a.svg b.svg && rm a.*
	"$SOJOURN" coflow --plot a.svg t.txt
	cmp a.svg b.svg
	grep -q 'each alone' a.svg
	grep -q 'coflows (%)' a.svg
}

@test "coflow: generated coflows" {
	run --separate-stderr "$SOJOURN" coflow --json --order fair --order sebf gen:coflow:n=30,ports=12
	[ "$status" -eq 0 ]
	[ "$(jq -c '[.coflows, .ports]' <<<"$output")" = "[30,12]" ]
	[ "$(jq -c '.orders[1].cct.mean_s >= .alone.mean_s and .orders[0].cct.mean_s >= .alone.mean_s' <<<"$output")" = true ]
	# The jobs that `run` sees are the same ones.
	"$SOJOURN" gen coflow:n=30,ports=12 -o c.jsonl
	[ "$("$SOJOURN" coflow -o - --order sebf --resamples 0 c.jsonl | grep '^"sebf"')" = \
		"$("$SOJOURN" coflow -o - --order sebf --resamples 0 gen:coflow:n=30,ports=12 | grep '^"sebf"')" ]
	a=$(digest_of gen:coflow:n=30,ports=12)
	[ -n "$a" ] && [ "$a" = "$(digest_of c.jsonl)" ]
}

digest_of() {
	"$SOJOURN" run --no-store --json --check -w "$1" -c nodes=12,cores=999,bw=1Gbit/s,topology=star \
		-p fifo 2>/dev/null | jq -r '.runs[0].digest'
}

@test "coflow: the benchmark of Facebook" {
	local f=$TRACES/net/FB2010-1Hr-150-0.txt.gz
	[ -r "$f" ] || skip "no $f"
	run --separate-stderr "$SOJOURN" coflow --json --resamples 0 --order sebf "$f"
	[ "$status" -eq 0 ]
	[ "$(jq -c '[.ports, .coflows, .flows, .bytes]' <<<"$output")" = "[150,526,706397,35533534000000]" ]
	[ "$(jq -c '[.bins[].coflows]' <<<"$output")" = "[309,90,59,68]" ]
}
