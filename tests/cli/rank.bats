# SPDX-License-Identifier: GPL-3.0-or-later
# rank.bats - policies over many workloads: `compare --rank`, against SQL on the same runs.
load helper

# Six task graphs under three policies.
graphs() {
	for size in 10 15 20 25 30 35; do
		"$SOJOURN" run -w "gen:dag:shape=random,size=$size" -c procs=3 -p list -p hlfet -p lpt \
			-o r.db >/dev/null 2>&1
	done
}

sql() {
	"$SOJOURN" query -T csv "$1" r.db | tail -n 1
}

# of LABEL FIELD: of the ranking in rank.json.
of() {
	echo "SELECT e.value ->> '$2' FROM doc, json_each(d, '\$.metrics[0].policies') e
		WHERE e.value ->> 'label' = '$1'" >q.sql
	{ printf "WITH doc(d) AS (SELECT '"; cat rank.json; printf "') "; cat q.sql; } |
		"$SOJOURN" query -T csv - | tail -n 1
}

# near A B
near() {
	[ "$(sql "SELECT abs($1 - ($2)) < ${3-1e-12}")" = 1 ] || { echo "$1, not $2"; return 1; }
}

values='WITH v AS (SELECT workload, policy, value, value / min(value) OVER (PARTITION BY workload) AS ratio
	FROM v_metric WHERE metric = '\''makespan_s'\'')'

@test "rank: ratios, best, wins and ranks are those of SQL" {
	graphs
	"$SOJOURN" compare --rank -m makespan -b list --json r.db >rank.json
	for p in list hlfet lpt; do
		near "$(of $p ratio_mean)" "$(sql "$values SELECT avg(ratio) FROM v WHERE policy = '$p'")"
		near "$(of $p ratio_median)" "$(sql "$values SELECT median(ratio) FROM v WHERE policy = '$p'")"
		near "$(of $p ratio_p95)" "$(sql "$values SELECT quantile(ratio, 0.95) FROM v WHERE policy = '$p'")"
		near "$(of $p ratio_max)" "$(sql "$values SELECT max(ratio) FROM v WHERE policy = '$p'")"
		near "$(of $p best)" "$(sql "$values SELECT sum(ratio = 1) FROM v WHERE policy = '$p'")"
		# A rank is 1 + who is better + half of those who are equal.
		near "$(of $p rank)" "$(sql "$values SELECT avg((SELECT 1 + sum(o.value < v.value)
			+ (sum(o.value = v.value) - 1) / 2.0 FROM v o WHERE o.workload = v.workload))
			FROM v WHERE policy = '$p'")"
	done
	for p in hlfet lpt; do
		pair="$values SELECT sum(v.value < b.value) || ' ' || sum(v.value = b.value) || ' ' ||
			sum(v.value > b.value) FROM v JOIN v b USING (workload)
			WHERE v.policy = '$p' AND b.policy = 'list'"
		[ "$(of $p win) $(of $p tie) $(of $p loss)" = "$(sql "$pair")" ]
	done
	# The matrix, in the order of ranks: all of a row against all columns.
	[ "$({ printf "WITH doc(d) AS (SELECT '"; cat rank.json
		printf "') SELECT group_concat(w.value, ' ') FROM doc, json_each(d, '\$.metrics[0].wins') r,
			json_each(r.value) w"; } | "$SOJOURN" query -T csv - | tail -n 1)" = \
	  "$(sql "$values, p AS (SELECT policy, avg((SELECT 1 + sum(o.value < v.value)
		+ (sum(o.value = v.value) - 1) / 2.0 FROM v o WHERE o.workload = v.workload)) AS rank
		FROM v GROUP BY policy)
		SELECT group_concat(n, ' ') FROM (SELECT (SELECT count(*) FROM v x JOIN v y USING (workload)
			WHERE x.policy = a.policy AND y.policy = b.policy AND x.value < y.value) AS n
			FROM p a, p b ORDER BY a.rank, a.policy <> 'list', b.rank, b.policy <> 'list')")" ]
}

@test "rank: to a stored metric, and a policy that is missing somewhere" {
	graphs
	"$SOJOURN" compare --rank -m makespan --reference critical_path_mean_s --json r.db >rank.json
	near "$(of hlfet ratio_mean)" "$(sql "SELECT avg(m.value / c.value) FROM v_metric m JOIN v_metric c
		USING (run) WHERE m.metric = 'makespan_s' AND c.metric = 'critical_path_mean_s'
		AND m.policy = 'hlfet'")"
	[ "$(of hlfet below_reference)" = 0 ]
	"$SOJOURN" run -w gen:dag:shape=random,size=40 -c procs=3 -p list -p lpt -o r.db >/dev/null 2>&1
	run --separate-stderr "$SOJOURN" compare --rank -m makespan r.db --matrix
	[ "$status" -eq 0 ]
	[[ $output == *"of 3 policies on 6 workloads, baseline list"* ]]
	[[ $stderr == *"1 of 7 workloads are left out: not every policy has a value of makespan_s"* ]]
	[[ $output == *"win / tie / loss of the row against the column"* ]]
	# Another seed of the bootstrap changes its intervals alone.
	"$SOJOURN" compare --rank -m makespan r.db 2>/dev/null >a
	"$SOJOURN" compare --rank -m makespan r.db 2>/dev/null | cmp a -
}

@test "rank: seeds are one workload each" {
	for seed in 1 2 3; do
		"$SOJOURN" run -w gen:dag:shape=random,size=30 -c procs=3 -p steal -p list --seed $seed \
			-o r.db >/dev/null 2>&1
	done
	"$SOJOURN" compare --rank -m makespan --json r.db >rank.json 2>/dev/null
	near "$(of list ratio_mean) / $(of steal ratio_mean)" "(SELECT avg(value) FROM v_metric
		WHERE policy = 'list' AND metric = 'makespan_s') / (SELECT avg(value) FROM v_metric
		WHERE policy LIKE 'steal%' AND metric = 'makespan_s')"
}

@test "rank: what cannot be" {
	graphs
	refused 2 'no run of "hlfot"; did you mean "hlfet"' \
		"$SOJOURN" compare --rank -m makespan -b hlfot r.db
	refused 2 'reference is for --rank' "$SOJOURN" compare --reference makespan r.db
	refused 2 'matrix is for --rank' "$SOJOURN" compare --matrix r.db
	refused 2 'neither smaller nor larger is better in critical_path_mean_s' \
		"$SOJOURN" compare --rank -m critical_path_mean_s r.db
	refused 3 'no workload has a value of makespan_s and of stated_makespan_s' \
		"$SOJOURN" compare --rank -m makespan --reference stated_makespan_s r.db
}

@test "plot ratios: boxes are the quantiles of the ratios" {
	command -v gnuplot >/dev/null || skip "gnuplot is not installed"
	graphs
	"$SOJOURN" plot ratios r.db -T svg -o a.svg
	while read -r _ low _ median _ high most mean _ label; do
		near "$median" "$(sql "$values SELECT median(ratio) FROM v WHERE policy = '$label'")" 1e-8
		near "$most" "$(sql "$values SELECT max(ratio) FROM v WHERE policy = '$label'")" 1e-8
		near "$mean" "$(sql "$values SELECT avg(ratio) FROM v WHERE policy = '$label'")" 1e-8
		near "$low" "$(sql "$values SELECT quantile(ratio, 0.05) FROM v WHERE policy = '$label'")" 1e-8
		near "$high" "$(sql "$values SELECT quantile(ratio, 0.95) FROM v WHERE policy = '$label'")" 1e-8
	done < <(grep '^[0-9]' a.dat)
	[ "$(grep -c '^[0-9]' a.dat)" -eq 3 ]
	"$SOJOURN" plot ratios r.db -m makespan_s -m critical_path_mean_s -T svg -o b.svg
	[ "$(awk '/# hlfet/ { print ($8 >= 1) }' b.dat)" = 1 ]
	"$SOJOURN" run -w gen:dag:size=20 -c procs=3 -p list -p lpt -o one.db >/dev/null 2>&1
	refused 3 'plot ratios: 1 workload with makespan_s' "$SOJOURN" plot ratios one.db -T svg -o c.svg
	refused 2 'neither smaller nor larger' \
		"$SOJOURN" plot ratios r.db -m critical_path_mean_s -T svg -o c.svg
}
