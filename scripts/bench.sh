#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# bench.sh DIR - Sojourn beside the minimal loops of DIR (their sources), in turn and in
# the same minute; prints ratios. Best of three each: these are lower bounds of noise.
set -eu
cd "$(dirname "$0")/.."
dir=$1
if [ ! -f "$dir/sim.c" ]; then
	echo "no yardsticks in $dir: Sojourn's own figures only"
	exec ./sojourn bench
fi
work=build/limits
mkdir -p "$work"
cp "$dir"/*.c "$dir"/*.h "$dir/Makefile" "$work/"
make -s -C "$work" sim swf sqlins pes lmm lp
make -s -C "$work" place || true # needs AVX-512
exec ./sojourn bench --beside "$work"
