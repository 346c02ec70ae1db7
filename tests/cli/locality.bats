# SPDX-License-Identifier: GPL-3.0-or-later
# locality.bats - queues at the nodes, and tasks that wait for their data.

load helper

@test "balance: the power of two choices, and late binding beats both" {
	"$SOJOURN" run -w "gen:poisson:n=200000,rate=90,service=exp:mean=1" \
		-c nodes=100,cores=1 -p balance:to=random -p balance -p balance:late=yes \
		-p balance:to=least --no-store --json 2>/dev/null |
		jq -e '[.runs[].metrics.response_mean_s] | . as [$random, $two, $late, $least] |
			$random > 2.5 * $two and $two > 1.2 * $late and $late > $least'
}

@test "balance: the reason names the queues it saw, and the probes" {
	cat > "$BATS_TEST_TMPDIR/three.jsonl" <<-'END'
	{"id":1,"submit_ns":0,"procs":1,"runtime_ns":9000000000}
	{"id":2,"submit_ns":1000000000,"procs":1,"runtime_ns":9000000000}
	{"id":3,"submit_ns":2000000000,"procs":1,"runtime_ns":9000000000}
	END
	"$SOJOURN" run -w "$BATS_TEST_TMPDIR/three.jsonl" -c nodes=2,cores=1 --explain \
		-p balance -p balance:late=yes -p balance:to=least,load=work \
		-o "$BATS_TEST_TMPDIR/r.db"
	run "$SOJOURN" explain "$BATS_TEST_TMPDIR/r.db" 3
	echo "$output"
	[[ "$output" =~ "the shortest of 2 drawn (load of "[01]": 1, "[01]": 1)" ]]
	[[ "$output" =~ "is the first of 2 probed to have room" ]]
	[[ "$output" =~ "the least load of all (load of 0: 7s a core)" ]]
}

@test "balance: probes need somewhere to go" {
	run "$SOJOURN" run -w gen:poisson:n=10,rate=1,service=exp:mean=1 -c nodes=2,cores=4 -p balance:to=random,late=yes
	[ "$status" -eq 2 ]
	[[ "$output" == *"expected to=jsq with it"* ]]
}
