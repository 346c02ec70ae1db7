# SPDX-License-Identifier: GPL-3.0-or-later
# scenarios.bats - canned scenarios: what comes out is written here once more, by hand.
load helper

# outcome METRIC NAME[,ARGS] CLUSTER POLICY [FLAGS]: what the metric of the run is.
outcome() {
	local metric=$1 name=$2 cluster=$3 policy=$4
	shift 4
	rm -f o.db
	"$SOJOURN" run -w "gen:scenario:name=$name" -c "$cluster" -p "$policy" "$@" --check -o o.db \
		>/dev/null 2>&1 || return 1
	"$SOJOURN" query -T csv "SELECT value FROM metric WHERE name = '$metric'" o.db | tail -n 1
}

@test "nine tasks of Graham: four changes for the better that are for the worse" {
	[ "$(outcome makespan_s graham-processors procs=3 list)" = 12 ]
	[ "$(outcome makespan_s graham-processors procs=4 list)" = 15 ]
	for name in order relaxed-edges shorter; do
		[ "$(outcome makespan_s graham-$name,change=no procs=3 list)" = 12 ]
	done
	[ "$(outcome makespan_s graham-order procs=3 list)" = 14 ]
	[ "$(outcome makespan_s graham-relaxed-edges procs=3 list)" = 16 ]
	[ "$(outcome makespan_s graham-shorter procs=3 list)" = 13 ]
}

@test "one microsecond less of one task is five seconds more" {
	[ "$(outcome makespan_s order-sensitivity,change=no procs=2 list)" = 14 ]
	[ "$(outcome makespan_s order-sensitivity procs=2 list)" = 18.999999 ]
	# Nothing else differs, and 28 s of work on two processors take 14 s under any policy.
	"$SOJOURN" gen --to jsonl scenario:name=order-sensitivity,change=no >before
	"$SOJOURN" gen --to jsonl scenario:name=order-sensitivity >after
	grep -q '"runtime_ns":3999999000' after
	diff <(sed 's/"runtime_ns":3999999000/"runtime_ns":4000000000/' after) before
}

@test "lists, longest first and packing at their worst" {
	for m in 2 3 4 7 12; do
		[ "$(outcome makespan_s list-worst,m=$m procs=$m list)" = $((2 * m - 1)) ]
		[ "$(outcome makespan_s list-worst,m=$m procs=$m lpt)" = "$m" ]
		[ "$(outcome makespan_s lpt-worst,m=$m procs=$m lpt)" = $((4 * m - 1)) ]
		[ "$(outcome makespan_s lpt-worst,m=$m procs=$m multifit)" = $((3 * m)) ]
	done
	[ "$(outcome makespan_s multifit-worst procs=2 multifit)" = 8 ]
	[ "$(outcome makespan_s multifit-worst procs=2 lpt)" = 7 ]
}

@test "EASY lets a job pass that conservative backfilling holds back" {
	[ "$(outcome wait_max_s easy-overtakes procs=4 easy)" = 30 ]
	[ "$(outcome wait_max_s easy-overtakes procs=4 conservative)" = 20 ]
	[ "$("$SOJOURN" query -T csv 'SELECT submit_ns / 1000000000, wait_ns / 1000000000 FROM job' o.db |
		tail -n +2 | tr '\n' ' ')" = "0,0 0,10 0,20 5,16 " ]
}

@test "delay scheduling that begins its wait anew at each launch keeps one node of ten" {
	ten=nodes=10,cores=1,bw=10GB/s,lat=0s,topology=star
	[ "$(outcome makespan_s delay-starvation $ten delay:wait=6s,reset=launch --allocs)" = 2500 ]
	[ "$("$SOJOURN" query -T csv 'SELECT count(DISTINCT node) FROM alloc' o.db | tail -n 1)" = 1 ]
	[ "$(outcome makespan_s delay-starvation $ten delay:wait=6s,reset=full)" = 461 ]
	[ "$(outcome makespan_s delay-starvation $ten delay:wait=4s,reset=launch)" = 254.000000001 ]
	[ "$(outcome makespan_s delay-starvation,change=no $ten delay:wait=6s,reset=launch)" = 250 ]
}

# ---- the lot ---------------------------------------------------------------------------

@test "doctor runs all scenarios, each as is known" {
	run --separate-stderr "$SOJOURN" doctor --scenarios
	[ "$status" -eq 0 ]
	[[ $output != *OTHER* ]]
	[[ ${lines[-1]} =~ ^([0-9]+)\ of\ ([0-9]+)\ runs\ as\ expected$ ]]
	[ "${BASH_REMATCH[1]}" -eq "${BASH_REMATCH[2]}" ]
	[ "${BASH_REMATCH[1]}" -ge 26 ]
}

@test "the commands that are listed give what is listed" {
	"$SOJOURN" gen --scenarios >list
	while read -r command && read -r expected; do
		rm -f o.db
		eval "${command/#sojourn/\"\$SOJOURN\"} -o o.db" >/dev/null 2>&1
		while read -r metric value; do
			seen=$("$SOJOURN" query -T csv "SELECT value FROM metric
				WHERE name = '$metric'" o.db | tail -n 1)
			[ "$seen" = "$value" ] || { echo "$command: $metric $seen"; return 1; }
		done < <(tr ',' '\n' <<<"${expected##*: }")
	done < <(grep -A1 '^  sojourn run' list | grep -v '^--')
}

@test "scenarios as JSON, listed and run" {
	run "$SOJOURN" gen --scenarios --json
	[[ $output == *'"schema": "sojourn.scenarios/1"'*'"name": "lpt-worst"'* ]]
	run "$SOJOURN" doctor --scenarios lpt-worst --json
	[ "$status" -eq 0 ]
	[ "$(grep -c '"seen": ' <<<"$output")" -eq 4 ]
}

@test "a scenario without -c runs on its own machine" {
	run "$SOJOURN" run -w gen:scenario:name=graham-shorter -p list --no-store
	[[ $output == *"on procs=3"* ]]
}

@test "scenarios that are not there" {
	refused 2 'no scenario "lpt-wurst"; did you mean "lpt-worst"' \
		"$SOJOURN" run -w gen:scenario:name=lpt-wurst -p list --no-store
	refused 2 'no scenario "zzzzzz"; .sojourn gen --scenarios. lists' \
		"$SOJOURN" doctor --scenarios zzzzzz
	refused 2 'parameter name must be given' \
		"$SOJOURN" run -w gen:scenario -p list --no-store
	refused 2 'm: 1 is outside 2 .. 1000' \
		"$SOJOURN" run -w gen:scenario:name=lpt-worst,m=1 -p list --no-store
}

# ---- figures -----------------------------------------------------------------------------

@test "figures show the outcome" {
	command -v gnuplot >/dev/null || skip "gnuplot is not installed"
	"$SOJOURN" gen --scenarios >list
	[ "$(grep -c '^  sojourn plot' list)" = "$(grep -c '^[a-z].*: ' list)" ]
	for c in 3 4; do
		"$SOJOURN" run -w gen:scenario:name=graham-processors -c procs=$c -p list --allocs \
			-o g.db >/dev/null 2>&1
	done
	"$SOJOURN" plot dag-gantt g.db -T svg -o g.svg
	[ "$(awk '/^# list, procs/ { panel++ } /^[0-9]/ && $3 > end[panel] { end[panel] = $3 }
		END { print end[1], end[2] }' g.dat)" = "12 15" ]
	grep -q 'YNAME\[1\] = "processors"' g.gp
	"$SOJOURN" run -w gen:scenario:name=graham-processors -c nodes=3,cores=1 -p list --allocs \
		-o n.db >/dev/null 2>&1
	"$SOJOURN" plot dag-gantt n.db -T svg -o n.svg
	grep -q 'YNAME\[1\] = "node"' n.gp
	grep -q "^YTICKS\[1\] = \"('0' 0.5, '1' 1.5, '2' 2.5)\"" n.gp
}
