#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# layering.sh - violates the layering on purpose, in a copy of the tree, and wants
# the compiler to refuse: every folder sees only what DESIGN lets it see. Each
# refusal has a twin that compiles, so that a broken copy cannot pass.
set -u
top=$(cd "$(dirname "$0")/.." && pwd)
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cp -r "$top/include" "$top/sim" "$top/policies" "$top/workloads" "$top/src" \
	"$top/Makefile" "$copy"
passed=0 failed=0

# compiles FOLDER HEADER: 0 when a file there may include the header.
compiles() {
	printf '/* SPDX-License-Identifier: GPL-3.0-or-later */\n#include "%s"\nextern int probe;\nint probe;\n' \
		"$2" >"$copy/$1/layering_probe.c"
	rm -f "$copy/build/release/$1"/layering_probe.*
	make -s -C "$copy" "build/release/$1/layering_probe.o" >"$copy/said" 2>&1
	rc=$?
	rm -f "$copy/$1/layering_probe.c"
	return $rc
}

verdict() {
	if [ "$1" = ok ]; then
		passed=$((passed + 1))
		echo "ok      $2"
	else
		failed=$((failed + 1))
		echo "FAILED  $2"
		sed 's/^/        /' "$copy/said"
	fi
}

may() {
	if compiles "$1" "$2"; then verdict ok "$1 may include $2"; else
		verdict no "$1 may include $2"; fi
}

may_not() {
	if compiles "$1" "$2"; then
		verdict no "$1 must not include $2, but it compiles"
	elif grep -q 'No such file\|file not found' "$copy/said"; then
		verdict ok "$1 must not include $2"
	else
		verdict no "$1 and $2 fail for another reason"
	fi
}

may policies sojourn/policy.h
may_not policies run.h
may_not policies sim/run.h
may_not policies cli/cli.h
may workloads sojourn/workload.h
may_not workloads run.h
may_not workloads input/input.h
may sim sojourn/policy.h
may sim run.h
may_not sim cli/cli.h
may_not sim store/store.h
may src/cli run.h
may src/cli cli/cli.h
may_not src/cli policies/easy.h

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
