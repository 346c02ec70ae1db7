#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# span.sh OUT - work stealing beside its theory: makespans of four families of graphs on 1 to
# 1,000 workers against work / P + c span, and attempts to steal. Called by `make studies`;
# docs/STUDIES.md has the results. OUT/span.db, OUT/span.png with its data, OUT/span.txt.
# A message takes 1 s, a task 100 s; as the theory has it, a thief never sleeps.
set -eu
cd "$(dirname "$0")/../.."
out=$1
mkdir -p "$out"
rm -f "$out/span.db"
for graph in split,size=5000 cholesky,size=32 layered,size=6000,layers=60 \
	forkjoin,size=20,width=300; do
	for procs in 1 2 4 8 16 32 64 128 256 512 1000; do
		for seed in 1 2 3 4 5 6; do
			./sojourn run -w "gen:dag:shape=$graph" -c "procs=$procs" \
				-p steal:latency=1s,idle=poll --seed "$seed" -o "$out/span.db" \
				>/dev/null 2>"$out/span.txt" || { cat "$out/span.txt"; exit 1; }
		done
	done
done
./sojourn plot span "$out/span.db" --by workload -o "$out/span.png" 2>"$out/span.txt" ||
	{ cat "$out/span.txt"; exit 1; }
cat "$out/span.txt"
