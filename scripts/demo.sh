#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# demo.sh - the main job on the embedded sample: run, compare, draw. Called by `make demo`.
set -eu
cd "$(dirname "$0")/.."

out=results/demo
log=workloads/samples/lublin-128.swf
rm -rf "$out"
mkdir -p "$out"
show() {
	printf '\n$ %s\n' "$*"
	"$@"
}
show ./sojourn run -w "$log" -p fifo -p sjf -p easy -p easy:order=sjf -p conservative -o "$out/results.db"
show ./sojourn compare "$out/results.db" --baseline fifo
show ./sojourn plot all "$out/results.db" -T png -o "$out/figures"
printf '\nThe figures, each with the .gp and .dat it was drawn from:\n'
find "$out/figures" -name '*.png' | sort | sed 's/^/  /'
printf '\nNext: ./sojourn run --help, docs/TUTORIAL.md, or a log of your own:\n  ./sojourn run -w LOG.swf.gz -p easy -p conservative\n'
