# SPDX-License-Identifier: GPL-3.0-or-later
# studies.bats - the scripts of `make studies`, on a set of three small graphs.
load helper

@test "studies: a set of graphs becomes a database, a ranking and a figure" {
	command -v gnuplot >/dev/null || skip "gnuplot is not installed"
	mkdir -p graphs traces/dag
	for size in 8 12 16; do
		"$SOJOURN" gen "dag:shape=random,size=$size" --to jsonl >graphs/$size.jsonl
	done
	tar -czf traces/dag/stg-100.tar.gz graphs
	run "$BATS_TEST_DIRNAME/../../scripts/studies/graphs.sh" "$PWD/traces" "$PWD/out"
	[ "$status" -eq 0 ]
	[[ $output == *"skipped: $PWD/traces/dag/optimal-gxl.tar.gz is not there"* ]]
	[[ $output == *"of 29 policies on 3 workloads, baseline fifo"* ]]
	[[ $output == *"which 0 of 87 values are below"* ]]
	[ -s out/stg-100.png ]
	[ "$("$SOJOURN" query -T csv 'SELECT count(*), count(DISTINCT workload), count(DISTINCT policy)
		FROM run' out/stg-100.db | tail -n 1)" = 87,3,29 ]
}
