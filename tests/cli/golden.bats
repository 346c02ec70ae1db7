# SPDX-License-Identifier: GPL-3.0-or-later
# golden.bats - a tiny log and every decision about it, kept as text in tests/golden.
# When one moves on purpose, the commit says why; the new text is written by
#     SJ_GOLDEN=write bats tests/cli/golden.bats
load helper

golden=$BATS_TEST_DIRNAME/../golden

# decisions RULES POLICY...: the decision log under these rules of the run.
decisions() {
	local rules=$1 flags=()
	shift
	for policy; do
		flags+=(-p "$policy")
	done
	# shellcheck disable=SC2086 # rules are several words
	"$SOJOURN" run -w "$golden/tiny.swf" $rules "${flags[@]}" --check --explain \
		-o d.db >/dev/null 2>&1 || return 1
	"$SOJOURN" query -T csv - d.db <"$golden/decisions.sql"
}

# same NAME: standard input is the text of tests/golden/NAME.
same() {
	cat >now
	[ -s now ] || return 1
	if [ "${SJ_GOLDEN-}" = write ]; then
		cp now "$golden/$1"
	fi
	diff -u "$golden/$1" now
}

@test "golden: every decision about a tiny log" {
	decisions "" fifo sjf firstfit easy conservative | same decisions.csv
}

@test "golden: jobs run past their requests" {
	decisions "--overrun extend" easy conservative:plan=compress pyss-easy | same extend.csv
}

@test "golden: the same through a clock of rounds" {
	decisions "--clock round:30s" easy | same rounds.csv
}
