#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# instructions.sh PROGRAM [--write] - executed instructions a job of the hot paths, by
# callgrind, against instructions.txt (+-3 %). Counts, unlike seconds, repeat. Each is the
# difference of two runs, so that start-up does not count. --write makes a new record.
set -eu
program=$1
mode=${2:-}
here=$(dirname "$0")
record=$here/instructions.txt
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if ! command -v valgrind >/dev/null; then
	echo "skipped: valgrind is not installed"
	echo "0 passed, 0 failed"
	exit 0
fi

count() { # policy jobs
	valgrind --tool=callgrind --callgrind-out-file=/dev/null "$program" run --no-store \
		--progress never -w "gen:closed:depth=200,n=$2" -c procs=1024 -p "$1" 2>&1 >/dev/null |
		sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}

passed=0 failed=0
for policy in fifo easy easy:order=sjf conservative:plan=compress; do
	few=$(count "$policy" 2000)
	many=$(count "$policy" 12000)
	each=$(((many - few) / 10000))
	echo "$policy $each" >>"$work/new"
	if [ "$mode" = --write ]; then
		echo "$policy: $each instructions a job"
		continue
	fi
	want=$(sed -n "s/^$policy //p" "$record")
	if [ -n "$want" ] && [ $((each * 100)) -le $((want * 103)) ] && [ $((each * 100)) -ge $((want * 97)) ]; then
		passed=$((passed + 1))
		echo "ok instructions $policy: $each a job (record $want)"
	else
		failed=$((failed + 1))
		echo "FAILED instructions $policy: $each a job, record ${want:-none}; if that is intended: $0 $program --write"
	fi
done
[ "$mode" = --write ] && cp "$work/new" "$record"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
