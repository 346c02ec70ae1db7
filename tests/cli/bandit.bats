# SPDX-License-Identifier: GPL-3.0-or-later
# bandit.bats - learners apart from any machine, and as policies over other policies.
load helper

needs() {
	command -v "$1" >/dev/null || skip "$1 is not installed"
}

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

# ---- policies over policies ----------------------------------------------------------

# queue POLICY ARGS...: jobs that wait, for a few days.
queue() {
	"$SOJOURN" run --progress never -w gen:lublin:n=600 -c procs=64 "$@" 2>said
}

digest() { # POLICY ARGS...
	queue --no-store --json -p "$@" | jq -r '.runs[0].digest'
}

@test "one arm is the arm" {
	local arm
	for arm in easy conservative las sjf easy:pass=event; do
		[ "$(digest "$arm")" = "$(digest "bandit:arms=($arm),epoch=1h")" ]
		[ "$(digest "$arm")" = "$(digest "rotate:arms=($arm),period=1h")" ]
	done
	[ "$(digest easy)" != "$(digest 'rotate:arms=(easy|easy:order=sjf),period=1h')" ]
}

@test "what a learner did is stored, and loaded" {
	needs sqlite3
	queue -p bandit:epoch=2h -p rotate -o a.db >/dev/null
	[ "$(sqlite3 a.db 'SELECT group_concat(spec) FROM arm')" = "easy,easy:order=sjf,easy:order=saf" ]
	local n
	n=$(sqlite3 a.db 'SELECT count(*) FROM learner')
	[ "$n" -gt 10 ]
	# Rounds follow each other; rewards are those of the costs; ucb1 begins with every arm.
	[ "$(sqlite3 a.db 'SELECT count(*) FROM learner WHERE known = round + 1 AND
		abs(reward - exp(-cost / 14400)) < 1e-12 AND end_ns % 7200000000000 = 0')" = "$n" ]
	[ "$(sqlite3 a.db 'SELECT group_concat(arm) FROM learner WHERE round < 3')" = 1,2,3 ]
	[ "$(sqlite3 a.db 'SELECT json_array_length(context), json_array_length(scores) FROM
		learner LIMIT 1')" = "6|3" ]
	queue -p bandit:epoch=2h --learn-from a.db -o b.db >/dev/null
	[ "$(sqlite3 b.db 'SELECT count(*), min(round) FROM learner WHERE begin_ns IS NULL')" = "$n|0" ]
	# It knows all arms from the beginning, and does not try them in turn.
	[ "$(sqlite3 b.db "SELECT count(*) FROM learner WHERE begin_ns IS NOT NULL AND
		scores LIKE '%null%'")" = 0 ]
	[ "$(sqlite3 b.db "SELECT path FROM input WHERE role = 'learner'")" = a.db ]
	# What b.db has learned is that and more.
	queue -p bandit:epoch=2h --learn-from b.db -o c.db >/dev/null
	[ "$(sqlite3 c.db 'SELECT count(*) FROM learner WHERE begin_ns IS NULL')" -gt "$n" ]
	"$SOJOURN" repro b.db
	sqlite3 a.db 'UPDATE learner SET reward = 0.5 WHERE round = 3'
	refused_repro
}

# Of another learner nobody is told that it is the same.
refused_repro() {
	run "$SOJOURN" repro b.db
	[ "$status" -eq 5 ]
	[[ "$output" =~ "the saved learner has changed" ]]
}

@test "full feedback: a row for every arm, one of them played" {
	needs sqlite3
	queue -p bandit:epoch=2h,feedback=full -o f.db >/dev/null
	[ "$(sqlite3 f.db 'SELECT count(*) = 3 * count(DISTINCT round), sum(probability = 1) =
		count(DISTINCT round), max(regret) > 0 FROM learner')" = "1|1|1" ]
	queue -p bandit:epoch=2h,feedback=full --learn-from f.db -o g.db >/dev/null
	[ "$(sqlite3 g.db 'SELECT sum(begin_ns IS NULL) FROM learner')" = "$(sqlite3 f.db 'SELECT count(*) FROM learner')" ]
	"$SOJOURN" repro f.db
	"$SOJOURN" repro g.db
	refused 3 'job [0-9]* has several tasks' "$SOJOURN" run --no-store -w gen:dag:n=3 -c procs=64 \
		-p bandit:feedback=full
}

@test "a saved learner of other arms, and other files" {
	needs sqlite3
	queue -p bandit:epoch=2h -o a.db >/dev/null
	refused 2 'learner of run 1 is ucb1 over the arms easy\|easy:order=sjf\|easy:order=saf; expected' \
		"$SOJOURN" run --no-store -w gen:lublin:n=60 -c procs=64 -p 'bandit:arms=(easy|sjf)' \
		--learn-from a.db
	refused 2 'is ucb1 over .* expected exp3 over' \
		"$SOJOURN" run --no-store -w gen:lublin:n=60 -c procs=64 -p bandit:algo=exp3 --learn-from a.db
	refused 2 'none of these policies learns' \
		"$SOJOURN" run --no-store -w gen:lublin:n=60 -c procs=64 -p easy --learn-from a.db
	refused 3 'run 7 is none that has learned' \
		"$SOJOURN" run --no-store -w gen:lublin:n=60 -c procs=64 -p bandit --learn-from 'a.db#7'
	queue -p easy -o e.db >/dev/null
	refused 3 'no complete run of it has learned anything' \
		"$SOJOURN" run --no-store -w gen:lublin:n=60 -c procs=64 -p bandit --learn-from e.db
	refused 3 'No such file' \
		"$SOJOURN" run --no-store -w gen:lublin:n=60 -c procs=64 -p bandit --learn-from none.db
	sqlite3 a.db 'UPDATE learner SET reward = 1.5 WHERE round = 1'
	refused 3 'the learner of run 1 cannot be read' \
		"$SOJOURN" run --no-store -w gen:lublin:n=60 -c procs=64 -p bandit --learn-from a.db
}

@test "arms that cannot be, and rewards beyond the scale" {
	local w='-w gen:lublin:n=60 -c procs=64 --no-store'
	refused 2 'bandit has arms itself' "$SOJOURN" run $w -p 'bandit:arms=(easy|bandit)'
	refused 2 'a part of an arm has arms itself' "$SOJOURN" run $w \
		-p 'bandit:arms=(speculate:base=(rotate:period=1h))'
	refused 2 'arm 2 is empty' "$SOJOURN" run $w -p 'rotate:arms=(easy|)'
	refused 2 'ps shares processors in time' "$SOJOURN" run $w -p 'rotate:arms=(easy|ps)'
	refused 2 'at different news' "$SOJOURN" run $w -p 'rotate:arms=(easy|easy:pass=event)'
	refused 2 'did you mean "swucb"' "$SOJOURN" run $w -p 'bandit:algo=swuc'
	queue -p bandit:shape=linear,scale=1,epoch=2h -o c.db >/dev/null
	grep -q 'above scale=1: such rounds have reward 0' said
	[ "$("$SOJOURN" query "SELECT count(*) AS n FROM warning WHERE text LIKE '%scale=1:%'" c.db --json |
		jq -c '.rows[0].n')" = 1 ]
	queue -p 'bandit:arms=(easy|srtf)' --no-store --json | jq -e '.runs[0].clairvoyant'
}

@test "reasons say which arm, and why" {
	queue -p bandit:epoch=2h --explain -o r.db >/dev/null
	"$SOJOURN" query "SELECT reason FROM decision WHERE reason LIKE 'arm _ of 3, easy%(ucb1: score %, mean reward % of % rounds): %'" r.db --json |
		jq -e '.rows | length > 100' >/dev/null
}

# A log on which fcfs is 13 times as bad as smallest area first.
@test "a learner ends between its arms" {
	local log="$TRACES/../oracles/data/gen_a_128.swf"
	[ -r "$log" ] || skip "no shared logs here"
	"$SOJOURN" run --no-store --progress never -w "$log" -c procs=128 \
		-p 'bandit:epoch=1d,reward=bsld' -p easy -p easy:order=saf --json 2>/dev/null |
		jq -e '[.runs[].metrics.bsld_10s_mean] | .[0] > 0.8 * .[2] and .[0] < .[1]'
}

# ---- figures --------------------------------------------------------------------------

# block N FILE: the lines of a data file's block, counted from 0.
block() {
	awk -v want="$1" '/^#/ { n++; next } NF && n == want + 1' "$2"
}

@test "plot arms: shares of each bin, as the rounds have them" {
	needs sqlite3
	queue -p bandit:epoch=2h -p easy -o r.db >/dev/null
	PATH=/nonexistent "$SOJOURN" plot arms r.db -o f.pdf 2>said || true
	grep -q '1 series have no learner with several arms and are left out' said
	# Bins of two rounds, which are 4 h; those without a round are as the last one.
	sqlite3 -separator ' ' r.db "SELECT printf('%.5g', b / 6.0), printf('%.6g', 100.0 * sum(arm = 1) /
		count(*)), printf('%.6g', 100.0 * sum(arm <= 2) / count(*)), 100 FROM (SELECT arm,
		(begin_ns - (SELECT min(begin_ns) FROM learner)) / 14400000000000 AS b FROM learner)
		GROUP BY b" >want
	block 0 f.dat | awk '{ $1 = sprintf("%.5g", $1) } 1' >got
	[ "$(wc -l <want)" -gt 30 ]
	[ -z "$(grep -vxFf got want)" ]
	refused 3 'no chosen run has a learner with several arms' "$SOJOURN" plot arms r.db -p easy -o g.pdf
	[ ! -e g.dat ]
	queue -p 'bandit:arms=(easy|sjf)' -o r.db >/dev/null
	refused 3 'has other arms than' "$SOJOURN" plot arms r.db -o g.pdf
}

@test "plot regret: against the best arm alone, or what is known" {
	needs sqlite3
	local arm
	queue -p bandit:epoch=2h -o r.db >/dev/null
	PATH=/nonexistent "$SOJOURN" plot regret r.db -o f.pdf 2>said || true
	grep -q 'regret is estimated' said
	# Largest mean of an arm, for every round, less what there was.
	[ "$(block 0 f.dat | tail -1 | awk '{ printf "%.5f", $2 }')" = "$(sqlite3 r.db "SELECT
		printf('%.5f', (SELECT max(m) FROM (SELECT avg(reward) AS m FROM learner GROUP BY arm)) *
		count(*) - sum(reward)) FROM learner")" ]
	for arm in easy easy:order=sjf; do
		queue -p "bandit:epoch=2h,arms=($arm)" -o r.db >/dev/null
	done
	PATH=/nonexistent "$SOJOURN" plot regret r.db -o f.pdf 2>said || true
	grep -q 'only 2 of 3 arms of bandit:epoch=2h ran alone' said
	queue -p "bandit:epoch=2h,arms=(easy:order=saf)" -o r.db >/dev/null
	PATH=/nonexistent "$SOJOURN" plot regret r.db -o f.pdf 2>said || true
	! grep -q 'estimated\|only' said
	grep -q '^OWNTEXT\[2\] = .easy' f.gp
	# Rewards on the rounds that both played.
	[ "$(block 0 f.dat | tail -1 | awk '{ printf "%.5f", $2 }')" = "$(sqlite3 r.db "SELECT
		printf('%.5f', max(x)) FROM (SELECT sum(b.reward - a.reward) AS x FROM learner a
		JOIN learner b USING (begin_ns) WHERE a.run = 1 AND b.run > 1 GROUP BY b.run)")" ]
	refused 3 'no chosen run has learned anything' bash -c \
		"'$SOJOURN' run -w gen:lublin:n=60 -c procs=64 -p easy -o e.db >/dev/null 2>&1;
		'$SOJOURN' plot regret e.db -o g.pdf"
}

@test "plot arms, plot regret: in every format" {
	needs gnuplot
	queue -p bandit:epoch=2h -p bandit:epoch=2h,algo=exp3 -o r.db >/dev/null
	local t k
	for k in arms regret; do
		for t in pdf svg png tikz:tex cairolatex:tex; do
			"$SOJOURN" plot "$k" r.db -T "${t%:*}" --style usenix -o "$k.${t#*:}" 2>said
			[ -s "$k.${t#*:}" ]
		done
		"$SOJOURN" plot "$k" r.db -T dumb >text 2>said
		[ -s text ]
	done
}
