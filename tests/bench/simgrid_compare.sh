#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# simgrid_compare.sh SOJOURN SIMGRID_FLOWS [MOST [LAZY [ONLY]]] - the same flows by `sojourn flows` and
# by SimGrid (simgrid_flows.cpp), compared flow by flow, and both timed in the same run. MOST:
# cases of more flows are left out (10000). LAZY: up to so many flows SimGrid is run in its
# default mode as well (1000). ONLY: cases with this in "NAME FLOWS MODEL". Fails above a
# relative 1e-9.
set -eu
sojourn=$1
simgrid=$2
most=${3:-10000}
lazy=${4:-1000}
only=${5:-}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
quiet=--log=root.threshold:critical
full=--cfg=network/optim:Full
failed=0

# One row. A flow lasts 8 s and more, so that the nanosecond, to which Sojourn rounds, is less
# than 1e-9 of it.
compare() { # name cluster group flows model
	[ "$4" -le "$most" ] || return 0
	case "$1 $4 $5" in
	*"$only"*) ;;
	*) return 0 ;;
	esac
	spec="gen:pairs:n=$4,group=$3,bytes=(uniform:low=1e9,high=1e11)"
	weights=""
	mode=equal
	if [ "$5" = rtt ]; then
		weights="--weights rtt"
		mode=rtt
	fi
	# shellcheck disable=SC2086
	"$sojourn" flows -c "$2" $weights --write "$work/case.json" "$spec"
	# shellcheck disable=SC2086
	"$sojourn" flows -c "$2" $weights --json "$spec" >"$work/result.json"
	row=$("$simgrid" $quiet $full "$work/case.json" "$work/result.json" $mode)
	slow=-
	if [ "$5" = "no latency" ] && [ "$4" -le "$lazy" ]; then
		slow=$("$simgrid" $quiet "$work/case.json" "$work/result.json" $mode)
		slow=${slow##* }
	fi
	if ! echo "$1|$4|$5|$slow|$row" | awk -F'|' '{
		split($5, v, " ")
		printf "| %s | %s | %s | %s | %.4f | %.4f | %.1f | %s |\n", $1, $2 + 0, $3, v[1], \
			v[2], v[3], v[3] / v[2], $4
		exit v[1] > 1e-9
	}'; then
		failed=$((failed + 1))
	fi
}

echo "| network, traffic | flows | model | largest difference | Sojourn [s] | SimGrid [s] | ratio | SimGrid, lazy [s] |"
echo "|---|---|---|---|---|---|---|---|"
for flows in 100 1000 10000; do
	for model in "no latency" equal rtt; do
		lat=lat=10us
		[ "$model" != "no latency" ] || lat=lat=0s
		link=cores=1,bw=1Gbit/s,$lat
		compare "star of 256, random" "nodes=256,$link,topology=star" 0 $flows "$model"
		compare "star of 256, groups of 16" "nodes=256,$link,topology=star" 16 $flows "$model"
		compare "star of 1,024, random" "nodes=1024,$link,topology=star" 0 $flows "$model"
		compare "tree of 16 x 16, 4 to 1, random" \
			"nodes=256,$link,topology=tree:16x16,oversubscription=4" 0 $flows "$model"
		compare "tree of 16 x 16, 4 to 1, groups of 16" \
			"nodes=256,$link,topology=tree:16x16,oversubscription=4" 16 $flows "$model"
		compare "fat-tree of 1,024, random" "nodes=1024,$link,topology=fat-tree:16" 0 $flows "$model"
		compare "fat-tree of 1,024, groups of 16" "nodes=1024,$link,topology=fat-tree:16" 16 \
			$flows "$model"
	done
done
echo "$failed cases above 1e-9"
[ "$failed" -eq 0 ]
