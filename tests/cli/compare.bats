#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# shellcheck disable=SC2154 # stderr comes from `run --separate-stderr`
# compare.bats - compare, table, query and export on runs made here.

load helper

# 400 jobs of 1..4 processors on 4, with the odd long one: policies differ.
busy_log() {
	echo "; MaxProcs: 4"
	awk 'BEGIN { for (i = 1; i <= 400; i++) {
		run = (i * 7919) % 97 + 1 + (i % 50 == 0) * 400
		print i, i * 25, -1, run, i % 4 + 1, -1, -1, i % 4 + 1, run + i % 7, -1, 1, 1, 1, -1, 1, 1, -1, -1
	} }'
}

runs() {
	busy_log >busy.swf
	"$SOJOURN" run -w busy.swf -p fifo -p easy -p sjf -o r.db >/dev/null 2>&1
}

sql() {
	"$SOJOURN" query -T csv "$1" ${2+"$2"} | tail -n 1
}

# ask EXPRESSION DOCUMENT: a SQL expression on the JSON document d.
ask() {
	local quoted=${2//"'"/"''"}
	echo "WITH doc(d) AS (SELECT '$quoted') SELECT $1 AS x FROM doc" |
		"$SOJOURN" query -T csv - | tail -n 1
}

# row FIELD: of the second policy under the first metric of the first group.
row() {
	echo "d ->> '\$.groups[0].metrics[0].rows[1].$1'"
}

@test "compare: means, differences and wins are those of SQL" {
	runs
	run --separate-stderr "$SOJOURN" compare r.db -m wait -m bsld --json
	[ "$status" -eq 0 ]
	[ "$(ask "d ->> 'schema'" "$output")" = sojourn.compare/1 ]
	mean=$(sql "SELECT avg(wait_ns) / 1e9 FROM job WHERE id >> 32 = 2" r.db)
	[ "$(ask "abs(($(row mean)) - $mean) < 1e-9" "$output")" = 1 ]
	pair="FROM job a JOIN job b ON b.id = a.id - (1 << 32) WHERE a.id >> 32 = 2"
	want=$(sql "SELECT avg(a.wait_ns - b.wait_ns) / 1e9 $pair" r.db)
	[ "$(ask "abs(($(row difference)) - $want) < 1e-9" "$output")" = 1 ]
	[ "$(ask "($(row 'difference_ci[0]')) < $want AND ($(row 'difference_ci[1]')) > $want" "$output")" = 1 ]
	want=$(sql "SELECT sum(a.wait_ns) * 1.0 / sum(b.wait_ns) $pair" r.db)
	[ "$(ask "abs(($(row ratio)) - $want) < 1e-12" "$output")" = 1 ]
	want=$(sql "SELECT sum(a.wait_ns < b.wait_ns) || ' ' || sum(a.wait_ns = b.wait_ns) || ' ' || sum(a.wait_ns > b.wait_ns) $pair" r.db)
	[ "$(ask "($(row win)) || ' ' || ($(row tie)) || ' ' || ($(row loss))" "$output")" = "$want" ]
	want=$(sql "SELECT a12(CASE id >> 32 WHEN 1 THEN wait_ns END, CASE id >> 32 WHEN 2 THEN wait_ns END) FROM job" r.db)
	[ "$(ask "abs(($(row a12_better)) - $want) < 1e-12" "$output")" = 1 ]
}

@test "compare: same seed, same intervals; another seed, others" {
	runs
	"$SOJOURN" compare r.db --json >a
	"$SOJOURN" compare r.db --json >b
	"$SOJOURN" compare r.db --json --seed 2 >c
	cmp a b
	run ! cmp -s a c
}

@test "compare: runs that differ in more than the policy are told apart" {
	busy_log >busy.swf
	"$SOJOURN" run -w busy.swf -p fifo -o r.db >/dev/null 2>&1
	"$SOJOURN" run -w busy.swf -p fifo --clock tick:60s -o r.db >/dev/null 2>&1
	"$SOJOURN" run -w busy.swf -p fifo --limit 100 -o r.db >/dev/null 2>&1
	run --separate-stderr "$SOJOURN" compare r.db -m wait
	[ "$status" -eq 0 ]
	[[ "$stderr" == *"differ in --clock"*"differ in --limit"* ]]
	[[ "$stderr" == *"100 of its 100 finished jobs are also among the 400 of"* ]]
	[[ "$output" == *"fifo clock=event limit=none"*"fifo clock=event limit=100"* ]]
}

@test "compare: runs of two databases are one comparison, by content of the log" {
	busy_log >one.swf
	cp one.swf two.swf
	"$SOJOURN" run -w one.swf -p fifo -o a.db >/dev/null 2>&1
	"$SOJOURN" run -w two.swf -p easy -o b.db >/dev/null 2>&1
	run --separate-stderr "$SOJOURN" compare a.db b.db -m wait --json
	[ "$(ask "json_array_length(d, '\$.groups')" "$output")" = 1 ]
	[ "$(ask "json_array_length(d, '\$.groups[0].policies')" "$output")" = 2 ]
	{ busy_log; job 401 10100 5 1 5; } >one.swf
	"$SOJOURN" run -w one.swf -p sjf -o b.db >/dev/null 2>&1
	run --separate-stderr "$SOJOURN" compare a.db b.db -m wait --json
	[ "$(ask "json_array_length(d, '\$.groups')" "$output")" = 2 ]
	[[ "$(ask "d -> 'notes'" "$output")" == *"different files under one name"* ]]
}

@test "compare: seeds are replications, with Student's t" {
	for seed in 1 2 3 4 5; do
		"$SOJOURN" run -w gen:poisson:load=0.9,n=300 -p fifo -p sjf --seed "$seed" -o s.db >/dev/null 2>&1
	done
	run --separate-stderr "$SOJOURN" compare s.db -m wait --json
	[ "$(ask "($(row method)) = 'paired seeds, Student''s t'" "$output")" = 1 ]
	[ "$(ask "$(row pairs)" "$output")" = 5 ]
	both="FROM v_metric a JOIN v_metric b USING (seed, metric) WHERE a.policy = 'fifo' AND b.policy = 'sjf' AND metric = 'wait_mean_s'"
	want=$(sql "SELECT avg(b.value - a.value) $both" s.db)
	half=$(sql "SELECT ci95(b.value - a.value) $both" s.db)
	[ "$(ask "abs(($(row difference)) - $want) < 1e-9" "$output")" = 1 ]
	[ "$(ask "abs(($(row 'difference_ci[1]')) - $want - $half) < 1e-9" "$output")" = 1 ]
}

@test "compare: one job is no sample" {
	{ echo "; MaxProcs: 4"; job 1 0 5 1 5; } >one.swf
	"$SOJOURN" run -w one.swf -p fifo -p easy -o r.db >/dev/null 2>&1
	run --separate-stderr "$SOJOURN" compare r.db -m response
	[ "$status" -eq 0 ]
	[[ "$output" == *"1.000 | 0.500 |        0 / 1 / 0"* ]]
	[[ "$output" != *"CI over"* ]]
}

@test "compare: unfinished runs are left out with a note" {
	command -v sqlite3 >/dev/null || skip "no sqlite3"
	runs
	sqlite3 r.db "UPDATE run SET status = 'incomplete' WHERE id = 2"
	run --separate-stderr "$SOJOURN" compare r.db -m wait
	[ "$status" -eq 0 ]
	[[ "$stderr" == *"run 2 (easy) is incomplete and left out"* ]]
	[[ "$output" != *easy* ]]
	sqlite3 r.db "UPDATE run SET status = 'failed'"
	run --separate-stderr "$SOJOURN" compare r.db
	[ "$status" -eq 3 ]
}

@test "compare: wrong words get the nearest right one" {
	runs
	refused 2 'no metric "wiat"; did you mean "wait"' "$SOJOURN" compare r.db -m wiat
	refused 2 'no run of "esay"; did you mean "easy"' "$SOJOURN" compare r.db --baseline esay
	refused 2 'expected 50 to 99.99' "$SOJOURN" compare r.db --ci 100
	refused 2 '"much" is not a number' "$SOJOURN" compare r.db --ci much
	refused 2 'expected one or more databases' "$SOJOURN" compare
	refused 3 'No such file|no such file' "$SOJOURN" compare nothing.db
	echo text >text.db
	refused 3 'text.db: ' "$SOJOURN" compare text.db
}

@test "table: booktabs escapes, marks the best and stands in a float when named" {
	runs
	run --separate-stderr "$SOJOURN" table r.db -T booktabs -m bsld -m utilization \
		--caption 'Bounded slowdown' --label tab:bsld
	[ "$status" -eq 0 ]
	[[ "$output" == *'\toprule'*'\midrule'*'\bottomrule'* ]]
	[[ "$output" == *'\caption{Bounded slowdown}'*'\label{tab:bsld}'* ]]
	[[ "$output" == *'\textbf{'* ]]
	command -v sqlite3 >/dev/null || skip "no sqlite3"
	"$SOJOURN" run -w busy.swf -p 'easy:order=sjf' -o u.db >/dev/null 2>&1
	sqlite3 u.db "UPDATE run SET policy = 'a_b&c%', clairvoyant = 1"
	run --separate-stderr "$SOJOURN" table u.db -T booktabs -m wait
	[[ "$output" == *'a\_b\&c\%$^\dagger$'* ]]
	[[ "$output" == *'clairvoyant'* ]]
	[[ "$output" != *'\begin{table}'* ]]
}

@test "table: csv and json are exact" {
	runs
	want=$(sql "SELECT value FROM metric WHERE run = 1 AND name = 'bsld_10s_mean'" r.db)
	[ "$("$SOJOURN" table r.db -T csv -m bsld | sed -n '2s/.*,//p')" = "$want" ]
	run --separate-stderr "$SOJOURN" table r.db --json -m bsld
	[ "$(ask "d ->> '\$.rows[0].values.bsld_10s_mean.mean'" "$output")" = "$want" ]
	[ "$(ask "d ->> 'schema'" "$output")" = sojourn.table/1 ]
}

@test "table: a file appears whole or not at all" {
	runs
	"$SOJOURN" table r.db -T md -o t.md
	grep -q '^| :-- | --: |' t.md
	refused 3 'cannot be written' "$SOJOURN" table r.db -o no/such/t.md
	refused 3 'cannot be written' "$SOJOURN" table r.db -o /dev/full
	refused 2 'no format "latex"' "$SOJOURN" table r.db -T latex
	[ "$(echo t.* no* *.part)" = "t.md no* *.part" ]
}

@test "export: batsim is byte for byte what run --jobs-csv wrote" {
	busy_log >busy.swf
	"$SOJOURN" run -w busy.swf -p easy --jobs-csv jobs.csv -o r.db >/dev/null 2>&1
	"$SOJOURN" export r.db --format batsim -o again.csv
	cmp jobs.csv again.csv
	"$SOJOURN" run -w busy.swf -p easy --allocs --jobs-csv jobs.csv -o q.db >/dev/null 2>&1
	"$SOJOURN" export q.db --format batsim -o again.csv
	cmp jobs.csv again.csv
}

@test "export: a Perfetto trace has a slice per job, none overlapping on a track" {
	runs
	"$SOJOURN" export r.db --run 2 --format perfetto -o t.json
	slices="SELECT e.value ->> 'tid' AS tid, e.value ->> 'ts' AS ts, e.value ->> 'dur' AS dur
		FROM doc, json_each(d, '\$.traceEvents') e WHERE e.value ->> 'ph' = 'X'"
	[ "$(ask "(SELECT count(*) FROM ($slices))" "$(cat t.json)")" = 400 ]
	next="lead(ts) OVER (PARTITION BY tid ORDER BY ts, dur)"
	[ "$(ask "(SELECT min(ok) FROM (SELECT $next >= ts + dur AS ok FROM ($slices)))" "$(cat t.json)")" = 1 ]
}

@test "export: csv has all columns of the view; several runs need a choice" {
	runs
	[ "$("$SOJOURN" export r.db --format csv | wc -l)" -eq 1201 ]
	[ "$("$SOJOURN" export r.db --format csv --run 3 | wc -l)" -eq 401 ]
	refused 2 'choose with --run: 1 fifo, 2 easy, 3 sjf' "$SOJOURN" export r.db --format batsim
	refused 2 'no format "perfeto"; did you mean "perfetto"' "$SOJOURN" export r.db -f perfeto
	refused 2 'format is missing' "$SOJOURN" export r.db
	refused 3 'no run 9' "$SOJOURN" export r.db -f csv --run 9
}

@test "query: statistics on data in the SQL" {
	[ "$(sql "SELECT jain(value), gini(value), max_min_ratio(value)
		FROM json_each('[2, 4, 6, 8]')")" = 0.8333333333333334,0.25,4 ]
	[ "$(sql "SELECT median(value), quantile(value, 0.9), nearest_rank(value, 0.95)
		FROM json_each('[0, 9, 0, 17]')")" = 4.5,14.600000000000001,17 ]
	[ "$(sql "SELECT bsld(9e9, 10e9), bsld_s(0, 2), bsld_s(58, 2, 60)")" = 1.9,1,1 ]
	[ "$(sql "SELECT jain(value) IS NULL, median(value) IS NULL, a12(value, value) IS NULL
		FROM json_each('[]')")" = 1,1,1 ]
	[ "$(sql "SELECT batch_means(value, 2) FROM json_each('[9, 1, 2, 3, 4]')")" = '"[1.5,3.5]"' ]
	[ "$(echo 'SELECT 1 + 1' | "$SOJOURN" query -T csv - | tail -1)" = 2 ]
}

@test "query: formats" {
	run --separate-stderr "$SOJOURN" query --json "SELECT 1 AS a, 0.1 AS b, NULL AS c, 'x\"y' AS d, 1e999 AS e"
	[ "$(ask "d -> '\$.rows[0]'" "$output")" = '"{""a"":1,""b"":0.1,""c"":null,""d"":""x\""y"",""e"":null}"' ]
	[ "$("$SOJOURN" query -T md "SELECT 'a|b' AS x" | tail -1)" = '| a\|b |' ]
	[ "$("$SOJOURN" query -T csv "SELECT 'a,\"b' AS x" | tail -1)" = '"a,""b"' ]
	run --separate-stderr "$SOJOURN" query "SELECT 'wide' AS name, -1.5 AS n"
	[ "${lines[2]}" = "+------+------+" ]
	[ "${lines[3]}" = "| wide | -1.5 |" ]
}

@test "query: only reads" {
	runs
	sum=$(sha256sum r.db)
	refused 2 'returns no rows|only reads' "$SOJOURN" query "DELETE FROM job" r.db
	refused 2 'only reads' "$SOJOURN" query "INSERT INTO who VALUES (9, 9, 9, 9) RETURNING *" r.db
	refused 2 'only reads' "$SOJOURN" query "ATTACH 'x.db' AS x" r.db
	refused 2 'only reads' "$SOJOURN" query "VACUUM INTO 'x.db'" r.db
	refused 2 'only reads' "$SOJOURN" query "PRAGMA journal_mode = wal" r.db
	refused 2 'one statement' "$SOJOURN" query "SELECT 1; DELETE FROM job" r.db
	[ "$sum" = "$(sha256sum r.db)" ]
	[ ! -e x.db ]
}

@test "query: errors show the place" {
	run --separate-stderr "$SOJOURN" query "SELECT 1,
		medain(value) FROM json_each('[1]')"
	[ "$status" -eq 2 ]
	[[ "${stderr_lines[0]}" == *'no such function: medain; did you mean "median"?' ]]
	[ "${stderr_lines[2]}" = "  		^" ]
	refused 3 '"x" is not a number' "$SOJOURN" query "SELECT jain(value) FROM json_each('[1, \"x\"]')"
	refused 3 'q must lie in 0..1' "$SOJOURN" query "SELECT quantile(value, 95) FROM json_each('[1]')"
	refused 3 'not a SQLite database' "$SOJOURN" query "SELECT 1" /etc/hostname
}

@test "query: docs and help know every function" {
	docs="$BATS_TEST_DIRNAME/../../docs/QUERY.md"
	names=$("$SOJOURN" query --help | sed -n 's/^\([a-z0-9_]*\)(.*): .*/\1/p')
	[ "$(wc -l <<<"$names")" -gt 30 ]
	for name in $names; do
		grep -q "\`$name(\|\`$name\`" "$docs" || { echo "$name is not in QUERY.md"; false; }
	done
}

@test "compare: one policy has no columns for differences" {
	busy_log >busy.swf
	"$SOJOURN" run -w busy.swf -p fifo -o one.db >/dev/null 2>&1
	run -0 "$SOJOURN" compare one.db -m wait
	[[ "$output" != *"|  |"* ]]
}

@test "query: a table that is not there is told beside those that are" {
	runs
	refused 2 'no such table: jobs; did you mean "job"\?' "$SOJOURN" query 'SELECT * FROM jobs' r.db
	refused 2 'no such table: nodes; there are run, param, .*v_jobs' "$SOJOURN" query \
		'SELECT * FROM nodes' r.db
}

@test "help COMMAND is COMMAND --help, and a verb is called by its full name" {
	run -0 "$SOJOURN" help run
	[ "$output" = "$("$SOJOURN" run --help)" ]
	run -0 "$SOJOURN" help trace cut
	[ "$output" = "$("$SOJOURN" trace cut --help)" ]
	refused 2 'no command "rnu"; did you mean "run"\?' "$SOJOURN" help rnu
	refused 2 'trace cut: no flag "--nothing"; `sojourn trace cut --help`' "$SOJOURN" trace cut --nothing
}
