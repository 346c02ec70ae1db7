#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# run.sh PROGRAM TEST... - runs the test programs, then the command-line tests,
# and closes with "N passed, N failed", summed over all. Without bats, the
# command-line tests are left out, and said to be.
set -u
program=$1
shift
passed=0 failed=0
here=$(dirname "$0")

# add NAME STATUS OUTPUT: what a program said about itself in its last line.
add() {
	last=$(printf '%s\n' "$3" | tail -n 1)
	p=$(printf '%s\n' "$last" | sed -n 's/^\([0-9]*\) passed, [0-9]* failed.*/\1/p')
	f=$(printf '%s\n' "$last" | sed -n 's/^[0-9]* passed, \([0-9]*\) failed.*/\1/p')
	if [ -z "$p" ] || { [ "$2" -ne 0 ] && [ "$f" -eq 0 ]; }; then
		p=${p:-0} f=1
		last="ended with status $2"
	fi
	[ "$f" -eq 0 ] || printf '%s\n' "$3"
	printf '%-28s %s\n' "$1" "$last"
	passed=$((passed + p)) failed=$((failed + f))
}

# The command-line tests run beside the programs: both leave a processor idle at times.
bats_said=
if command -v bats >/dev/null; then
	SOJOURN=$(realpath "$program")
	export SOJOURN
	bats_said=$(mktemp)
	trap 'rm -f "$bats_said"' EXIT
	bats --tap "$here/cli" >"$bats_said" 2>&1 &
fi

for test in "$@"; do
	said=$("$test" 2>&1)
	add "${test##*/}" $? "$said"
done

if [ -n "$bats_said" ]; then
	wait
	p=$(grep -c '^ok ' "$bats_said")
	f=$(grep -c '^not ok ' "$bats_said")
	sed -n '/^not ok /,/^ok /p; s/^ok [0-9]* \(.*\) # skip \(.*\)/skipped: \1: \2/p' "$bats_said"
	[ $((p + f)) -gt 0 ] || { cat "$bats_said"; f=1; }
	printf '%-28s %s\n' "command line (bats)" "$p passed, $f failed"
	passed=$((passed + p)) failed=$((failed + f))
else
	echo "command line (bats)          skipped: bats is not installed"
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
