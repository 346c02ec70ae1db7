# SPDX-License-Identifier: GPL-3.0-or-later
# preempt.bats - preemptive policies: what theory says of one server, and reasons.

load helper

mean() { # policy law: "mean-response preemptions" of 20,000 jobs on one processor
	"$SOJOURN" run -w "gen:poisson:n=20000,rate=0.4,service=($2)" -c procs=1 -p "$1" \
		--no-store --json 2>/dev/null |
		jq -r '.runs[0].metrics | "\(.response_mean_s) \(.preemptions)"'
}

@test "gittins is fifo where the hazard rate of sizes does not fall" {
	for law in exp:mean=1 erlang:k=3,mean=1 uniform:low=0,high=2; do
		fifo=$(mean fifo "$law")
		[ "$(mean "gittins:sizes=($law)" "$law")" = "$fifo" ]
	done
}

@test "gittins is least attained service where the hazard rate falls" {
	for law in weibull:shape=0.5,scale=1 h2:p1=0.9,m1=0.5,m2=5.5; do
		las=$(mean "las:queues=20ms|..." "$law")
		gittins=$(mean "gittins:sizes=($law)" "$law")
		jq -en "(${las% *} / ${gittins% *} - 1) | fabs < 0.002"
	done
}

@test "gittins that learns comes near to gittins that knows" {
	law=weibull:shape=0.5,scale=1
	knows=$(mean "gittins:sizes=($law)" "$law")
	learns=$(mean gittins "$law")
	jq -en "(${learns% *} / ${knows% *} - 1) | fabs < 0.05"
}

@test "a reason to stop names who goes first, and the places of both" {
	cat > "$BATS_TEST_TMPDIR/two.jsonl" <<-'END'
	{"id":7,"submit_ns":0,"procs":1,"runtime_ns":9000000000}
	{"id":8,"submit_ns":4000000000,"procs":1,"runtime_ns":2000000000,"deadline_ns":20000000000}
	END
	for p in srtf srsf las:queues=3s "gittins:sizes=(list:values=2|10)" \
		preempt:order=lifo edf:preempt=yes llf:preempt=yes; do
		run "$SOJOURN" run -w "$BATS_TEST_TMPDIR/two.jsonl" -c nodes=1,cores=1 -p "$p" \
			--explain -o "$BATS_TEST_TMPDIR/r.db"
		[ "$status" -eq 0 ]
		run "$SOJOURN" explain "$BATS_TEST_TMPDIR/r.db" 7
		[[ "$output" == *"gives way to job 8 ("* ]]
		rm "$BATS_TEST_TMPDIR/r.db"
	done
}
