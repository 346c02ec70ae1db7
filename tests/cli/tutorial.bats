# SPDX-License-Identifier: GPL-3.0-or-later
# tutorial.bats - every ```sh block of docs/TUTORIAL.md, in order, in one shell.
load helper

@test "docs/TUTORIAL.md: every command works" {
	local source
	source=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	awk '/^```sh$/ { on = 1; blocks++; next } /^```$/ { on = 0 } on
		END { exit blocks < 8 }' "$source/docs/TUTORIAL.md" >walk.sh
	mkdir bin
	ln -s "$SOJOURN" bin/sojourn
	SRC=$source PATH="$PWD/bin:$PATH" bash -euo pipefail walk.sh >walk.out
	# The suite passed, the figure is a PDF, and the comparison names all four runs.
	grep '^[0-9]* passed, 0 failed$' walk.out
	head -c 5 wait.pdf | grep -q '%PDF-'
	grep 'quick:patience=1d' walk.out
	# What was written as measured runs again as it was.
	[ "$("$SOJOURN" query -T csv "SELECT value FROM metric
		WHERE name = 'makespan_to_stated'" again.db | tail -n 1)" = 1 ]
}
