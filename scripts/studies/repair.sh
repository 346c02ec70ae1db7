#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# repair.sh OUT - plans whose estimates are right and whose are one to four times too long: as
# they are, made anew, with thieves, and thieves without a plan. Called by `make studies`;
# docs/STUDIES.md has the results. OUT/repair-*.db, OUT/repair-*.txt.
set -eu
cd "$(dirname "$0")/../.."
out=$1
mkdir -p "$out"
for law in 'exact' '(uniform:low=1,high=4)'; do
	name=repair-${law#\(}
	name=${name%%:*}
	rm -f "$out/$name.db"
	for graph in cholesky,size=12 lu,size=10 layered,size=500,layers=20 montage,size=20 \
		random,size=500 split,size=500; do
		for procs in 8 32; do
			for seed in 1 2 3 4 5; do
				./sojourn run -w "gen:dag:shape=$graph,estimate=$law" -c "procs=$procs" \
					-p heft -p heft:mode=hybrid -p heft:mode=dynamic -p steal:latency=1s \
					-p steal:latency=1s,plan=heft --seed "$seed" -o "$out/$name.db" \
					>/dev/null 2>"$out/$name.txt" || { cat "$out/$name.txt"; exit 1; }
			done
		done
	done
	./sojourn compare --rank -m makespan "$out/$name.db" | tee "$out/$name.txt"
done
