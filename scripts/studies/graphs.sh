#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# graphs.sh TRACES OUT - policies for task graphs over published sets of graphs: a database, a
# ranking and a figure for each set, and a check that nothing is shorter than it can be. Called
# by `make studies`; docs/STUDIES.md has the results. A set whose archive is not in TRACES is skipped.
set -eu
cd "$(dirname "$0")/../.."
traces=$1
out=$2
# Databases grow by thousands of transactions: in memory, if there is a file system for it.
tmp=$(mktemp -d "${TMPDIR:-/dev/shm}/sojourn.XXXXXX" 2>/dev/null || mktemp -d)
trap 'rm -rf "$tmp"' EXIT
trap 'exit 130' INT TERM
work=$tmp/graphs
mkdir "$work"
mkdir -p "$out"

quick="fifo firstfit balance steal steal:plan=heft list hlfet hu lpt multifit min-min max-min
	sufferage met ect hungarian heft heft:mode=dynamic heft:mode=hybrid cpop peft dls lookahead"
# These take long for a thousand tasks.
policies="$quick min-min:mode=static max-min:mode=static sufferage:mode=static dls:mode=dynamic
	transport lst"

# These, as flags.
choose() {
	flags=
	for p; do flags="$flags -p $p"; done
}
# shellcheck disable=SC2086 # they are words
choose $policies

# unpack ARCHIVE...: into $work, anew; false: one is not there.
unpack() {
	rm -rf "${work:?}"/*
	for archive; do
		[ -f "$traces/$archive" ] || { echo "skipped: $traces/$archive is not there"; return 1; }
		tar -xzf "$traces/$archive" -C "$work"
	done
}

# each NAME [CLUSTER]: all files of $work into NAME.db; without CLUSTER on that of the file.
# Run times are known, and data moves as soon as it is known where to.
each() {
	name=$1
	shift
	[ $# -eq 0 ] || set -- -c "$1"
	find "$work" -type f | sort >"$tmp/files"
	while read -r file; do
		# shellcheck disable=SC2086 # the policies are words
		(cd "$work" && "$sojourn" run -w "${file#"$work"/}" "$@" --estimates exact \
			--staging prefetch --bound $flags -o "$tmp/$name.db") >/dev/null 2>"$tmp/log" ||
			{ cat "$tmp/log"; exit 1; }
	done <"$tmp/files"
	mv "$tmp/$name.db" "$out/$name.db"
}

# rank NAME REFERENCE TITLE: the table and the figure; REFERENCE best, or a metric.
rank() {
	printf '\n== %s\n' "$3"
	"$sojourn" compare --rank -m makespan --reference "$2" --matrix "$out/$1.db" | tee "$out/$1.txt"
	if [ "$2" = best ]; then set -- "$1"; else set -- "$1" -m "$2"; fi
	db=$1
	shift
	"$sojourn" plot ratios "$out/$db.db" -m makespan_s "$@" -o "$out/$db.png"
	"$sojourn" query "SELECT count(*) AS runs, count(DISTINCT workload) AS workloads,
		sum(makespan < path * (1 - 1e-12)) AS below_critical_path,
		sum(makespan < bound * (1 - 1e-12)) AS below_bound,
		sum(makespan <= bound * (1 + 1e-12)) AS at_bound
		FROM (SELECT workload, max(value) FILTER (WHERE metric = 'makespan_s') AS makespan,
			max(value) FILTER (WHERE metric = 'critical_path_mean_s') AS path,
			max(value) FILTER (WHERE metric = 'bound_makespan_s') AS bound
			FROM v_metric GROUP BY run)" "$out/$db.db" | tee -a "$out/$db.txt"
}

sojourn=${SOJOURN:-$PWD/sojourn}
out=$(cd "$out" && pwd)
traces=$(cd "$traces" && pwd)
if unpack dag/optimal-gxl.tar.gz; then
	each optimal
	rank optimal stated_makespan_s "graphs with a proven optimum: makespan over it"
fi
if unpack dag/stg-100.tar.gz; then
	each stg-100 nodes=8,cores=1
	rank stg-100 bound_makespan_s "STG, 100 tasks, on 8 processors: makespan over the lower bound"
fi
if unpack dag/stg-1000-12.tar.gz; then
	# shellcheck disable=SC2086
	choose $quick
	each stg-1000 nodes=16,cores=1
	# shellcheck disable=SC2086
	choose $policies
	rank stg-1000 bound_makespan_s "STG, 1000 tasks, on 16 processors: makespan over the lower bound"
fi
if unpack dag/heterogeneous-dag.tar.gz; then
	each heterogeneous
	rank heterogeneous bound_makespan_s "unrelated machines: makespan over the lower bound"
fi
if unpack workflow/wfinstances-1000genome.tar.gz workflow/wfinstances-blast.tar.gz \
	workflow/wfinstances-bwa.tar.gz workflow/wfinstances-cycles.tar.gz \
	workflow/wfinstances-epigenomics.tar.gz workflow/wfinstances-helloworld.tar.gz \
	workflow/wfinstances-montage.tar.gz workflow/wfinstances-seismology.tar.gz \
	workflow/wfinstances-srasearch.tar.gz; then
	each workflows nodes=8,cores=4,bw=1Gbit/s,lat=100us,topology=star,storage_bw=10Gbit/s
	rank workflows bound_makespan_s "workflows on 8 nodes of 4 cores and 1 Gbit/s: makespan over the lower bound"
fi
