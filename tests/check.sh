#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# check.sh - what `make test` has no time for: sanitizers, gcc against clang, layering,
# headers alone, documents, scripts, instruction counts. Called by `make check`.
# One line a check; the closing line is "N passed, N failed".
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
unset MAKEFLAGS MFLAGS MAKELEVEL # a make of our own, not a part of the one that called

passed=0
failed=0
log=$(mktemp)
folder=$(mktemp -d)
trap 'rm -rf "$log" "$folder"' EXIT

ok() { # name, command...: quiet unless it fails
	local name=$1
	shift
	if "$@" >"$log" 2>&1; then
		passed=$((passed + 1))
		echo "ok $name"
	else
		failed=$((failed + 1))
		echo "FAILED $name"
		tail -n 40 "$log" | sed 's/^/    /'
	fi
}
counted() { # name, command...: adds its closing line
	local name=$1 line p f
	shift
	"$@" >"$log" 2>&1
	line=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1)
	p=$(sed -E 's/^([0-9]+) passed.*/\1/' <<<"${line:-0 passed, 1 failed}")
	f=$(sed -E 's/.*passed, ([0-9]+) failed.*/\1/' <<<"${line:-0 passed, 1 failed}")
	passed=$((passed + p))
	failed=$((failed + f))
	echo "$name: ${line:-no closing line}"
	if [ "$f" -ne 0 ]; then
		grep -vE '^(ok|skipped)' "$log" | tail -n 40 | sed 's/^/    /'
	fi
}

headers_alone() {
	local h
	for h in include/sojourn/*.h; do
		gcc -std=c11 -Wall -Wextra -Werror -fsyntax-only -Iinclude -x c "$h" || return 1
		g++ -std=c++17 -Wall -Wextra -Werror -fsyntax-only -Iinclude -x c++ "$h" || return 1
	done
	for h in sim/*.h; do
		gcc -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -fsyntax-only -Iinclude -Isim -x c "$h" || return 1
	done
}
no_warnings() { # compiler, tree
	! make -s CC="$1" TREE="$2" CFLAGS=-O2 "build/$2/sojourn" 2>&1 | grep -E 'warning:|error:'
}
policies_doc() {
	./sojourn policy help --all --markdown | diff docs/POLICIES.md -
}
spdx() {
	! git ls-files '*.c' '*.h' '*.sh' '*.bats' '*.sql' '*.gp' | xargs grep -L 'SPDX-License-Identifier' | grep .
}

every_policy() { # two at a time; formulas are no policy by themselves
	./sojourn policy list --json | sed -n 's/^      "name": "\(.*\)",$/\1/p' | grep -vx expr |
		xargs -P 2 -I{} sh -c './sojourn policy check {} >"$1/{}" 2>&1 || { cat "$1/{}"; exit 1; }' \
			every_policy "$folder"
}

ok "headers compile alone, in C and C++" headers_alone
counted "layering" tests/layering.sh
ok "clang: no warnings" no_warnings clang clang
ok "docs/POLICIES.md is what the program prints" policies_doc
ok "licence tag in every source file" spdx
ok "shell scripts" bash -c 'git ls-files "*.sh" .ci/run | xargs shellcheck -S warning'
export ASAN_OPTIONS=detect_leaks=1 UBSAN_OPTIONS=print_stacktrace=1
ok "policy check of every policy" every_policy
ok "sanitizers: build" make -s SAN=address,undefined build/address-undefined/sojourn
counted "sanitizers: tests" make -s SAN=address,undefined test
unset ASAN_OPTIONS UBSAN_OPTIONS
make -s sojourn # the link points at the release tree again
[ -x tests/determinism.sh ] && counted "determinism" tests/determinism.sh
# The quick parts of the banks, where there are any; `make oracles` has the slow ones.
banks=${BANKS:-../shared}
for cases in 'BF-*' 'M-*' 'W-*' 'R-*' 'X-*' 'D-*' 'T-*' 'L-*'; do
	[ -d "$banks/oracles" ] && counted "oracles $cases" make -s oracles ORACLES="$banks/oracles" TRACES="$banks/traces" ONLY="$cases"
done
[ -d "$banks/traces" ] && counted "conformance" make -s conformance ORACLES="$banks/oracles" TRACES="$banks/traces"
[ -d "$banks/oracles" ] || echo "skipped: banks of expected results are not in $banks"
counted "instructions" tests/bench/instructions.sh build/release/sojourn

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
