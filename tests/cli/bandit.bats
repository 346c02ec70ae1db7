# SPDX-License-Identifier: GPL-3.0-or-later
# bandit.bats - learners apart from any machine, and as policies over other policies.
load helper

@test "bandit: a table of rewards" {
	echo '{"rewards": [[0.5, 0.25], [0.5, 0.25], [0.1, 0.2], [0, 0.25], [1, 0]]}' >t.json
	run --separate-stderr "$SOJOURN" bandit --json ucb1 eps:eps=0 --table t.json
	[ "$status" -eq 0 ]
	# By hand: unit test the_index_of_ucb1.
	[ "$(jq -c '.learners[0].arms[0:4]' <<<"$output")" = "[1,2,1,2]" ]
	[ "$(jq -c '[.learners[1].arms, .learners[1].counts]' <<<"$output")" = "[[1,2,1,1,2],[3,2]]" ]
	[ "$(jq -c '.learners[1].best_arm_reward' <<<"$output")" = 2.1 ]
	run --separate-stderr "$SOJOURN" bandit ucb1 --table t.json
	[[ "$output" =~ "ucb1".*"arm 2"|"arm 2".*"ucb1" ]]
}

@test "bandit: draws that are given are drawn" {
	echo '{"rewards": [[1, 1], [1, 1], [1, 1]], "draws": [0.9, 0, 0.9, 0, 0.1, 0.6]}' >t.json
	[ "$("$SOJOURN" bandit --json eps:eps=0.2 --table t.json | jq -c '.learners[0].arms')" = "[1,2,2]" ]
	refused 3 'draws 3 numbers in 3 rounds, but the table gives 6' \
		"$SOJOURN" bandit exp3 --table t.json
}

@test "bandit: arms of known means, their bounds, and twice the same" {
	"$SOJOURN" bandit --json thompson --means 0.9,0.1 --rounds 100 --runs 20 >a.json
	"$SOJOURN" bandit --json thompson --means 0.9,0.1 --rounds 100 --runs 20 >b.json
	cmp a.json b.json
	[ "$(jq '.bounds.uniform' a.json)" = 40 ]
	[ "$(jq '.learners[0].regret.mean < 10 and .learners[0].shares[0].mean > 0.9' a.json)" = true ]
	# Even draws lose 0.8 on every second round; after the shift arm 2 is the better one by 0.1.
	"$SOJOURN" bandit --json eps:eps=1 --means 0.9,0.1 --shift 50-100:2=1 --rounds 100 --runs 2000 >c.json
	[ "$(jq '.learners[0].regret.mean | . > 22 and . < 23' c.json)" = true ]
	[ "$(jq '.bounds' c.json)" = null ]
	"$SOJOURN" bandit --list | grep -q '^linucb'
}

@test "bandit: what is refused" {
	refused 2 'no learner "ucb2"; did you mean "ucb1"' "$SOJOURN" bandit ucb2 --means 0.5,0.6
	refused 2 'expected a probability' "$SOJOURN" bandit ucb1 --means 0.5,1.6
	refused 2 'give --table or --means' "$SOJOURN" bandit ucb1
	refused 2 'expected a learner' "$SOJOURN" bandit --means 0.5,0.6
	refused 2 'expected FROM-TO:ARM=MEAN' "$SOJOURN" bandit ucb1 --means 0.5,0.6 --shift 3-2:1=0.5
	refused 2 'linucb needs contexts' "$SOJOURN" bandit linucb --means 0.5,0.6
	refused 3 'cannot be read' "$SOJOURN" bandit ucb1 --table none.json
	echo '{"rewards": [[0.5, 0.25], [0.5, 1.25]]}' >t.json
	refused 3 't.json: rewards: row 2, value 2: expected a number in \[0, 1\]' \
		"$SOJOURN" bandit ucb1 --table t.json
	echo '{"rewards": [[0.5, 0.25], [0.5]]}' >t.json
	refused 3 'row 2 has 1 values' "$SOJOURN" bandit ucb1 --table t.json
	echo '{"reward": [[0.5, 0.25]]}' >t.json
	refused 3 'no key "reward"' "$SOJOURN" bandit ucb1 --table t.json
	echo '{"rewards": [[0.5, 0.25]], "contexts": []}' >t.json
	refused 3 'expected one for each of 1 rounds' "$SOJOURN" bandit ucb1 --table t.json
	echo '{"rewards": [[0.5, 0.25]' >t.json
	refused 3 't.json:2: ' "$SOJOURN" bandit ucb1 --table t.json
}
