#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# learners.sh TRACES OUT [LOG RUNS]... - learners over EASY's queue orders on real logs, each also
# shaken: regret against the best order alone with intervals, and which orders were played over
# the year. Called by `make studies`; docs/STUDIES.md has the results. A log that is not in TRACES
# is skipped.
set -eu
cd "$(dirname "$0")/../.."
traces=$1
out=$2
shift 2
[ $# -ge 2 ] || set -- KTH-SP2-1996-2 10 RICC-2010-2 8
tmp=$(mktemp -d "${TMPDIR:-/dev/shm}/sojourn.XXXXXX" 2>/dev/null || mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM
mkdir -p "$out"
sojourn=${SOJOURN:-$PWD/sojourn}
out=$(cd "$out" && pwd)

arms='easy easy:order=sjf easy:order=saf easy:order=f1'
list=$(echo "$arms" | tr ' ' '|')
# Fixed before any run: a mean bounded slowdown of 50 has reward 1/e.
common=reward=bsld,scale=50

# policies EPOCH: learners, then each arm alone with the same rounds.
policies() {
	set -- "$1"
	for algo in ucb1 swucb exp3 linucb; do
		echo "bandit:arms=($list),algo=$algo,epoch=$1,$common"
	done
	for arm in $arms; do echo "bandit:arms=($arm),epoch=$1,$common"; done
}

# all WORKLOAD EPOCH DB
all() {
	policies "$2" >"$tmp/policies"
	set -- "$1" "$3"
	while read -r p; do set -- "$@" -p "$p"; done <"$tmp/policies"
	w=$1 db=$2
	shift 2
	"$sojourn" run --progress never -w "$w" "$@" -o "$db" >/dev/null 2>"$tmp/log" ||
		{ cat "$tmp/log"; exit 1; }
}

while [ $# -ge 2 ]; do
	log=$1 runs=$2
	shift 2
	from=$traces/swf/$log.swf.gz
	[ -f "$from" ] || { echo "skipped: $from is not there"; continue; }
	for epoch in 1d 1w; do
		name=learners-$log-$epoch
		rm -f "$out/$name.db"
		printf '\n== %s, epochs of %s: regret over %s shaken logs\n' "$log" "$epoch" "$runs"
		i=1
		while [ "$i" -le "$runs" ]; do
			"$sojourn" trace shake "$from" --by 1h --seed "$i" -o "$tmp/$log-$i.swf" \
				--force 2>/dev/null
			(cd "$tmp" && all "$log-$i.swf" "$epoch" "$tmp/$name.db")
			rm "$tmp/$log-$i.swf"
			i=$((i + 1))
		done
		"$sojourn" plot regret "$tmp/$name.db" --by policy -o "$out/$name-regret.png" 2>&1 |
			grep ': regret ' | tee "$out/$name.txt"
		"$sojourn" query "SELECT policy, count(*) AS logs, round(avg(value), 2) AS mean_bsld,
			round(ci95(value), 2) AS half_of_interval FROM v_metric
			WHERE metric = 'bsld_10s_mean' GROUP BY policy ORDER BY avg(value)" \
			"$tmp/$name.db" | tee -a "$out/$name.txt"
		mv "$tmp/$name.db" "$out/$name.db"
		# The log itself, for the figure of shares.
		all "$from" "$epoch" "$tmp/year.db"
		"$sojourn" plot arms "$tmp/year.db" --run 1 --run 2 --run 3 --run 4 \
			-o "$out/$name-arms.png" 2>/dev/null
		rm "$tmp/year.db"
	done
done
