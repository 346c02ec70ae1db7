# SPDX-License-Identifier: GPL-3.0-or-later
# policy.bats - `sojourn policy`: tables, loading shared objects, new, check.
load helper

# fixture NAME [FLAG...]: builds tests/cli/fixtures/NAME.c as ./NAME.so.
fixture() {
	local name=$1
	shift
	"${CC:-cc}" -std=c11 -D_GNU_SOURCE -O1 -fPIC -shared "$@" \
		-I"$("$SOJOURN" policy --include-dir)" -o "$name.so" \
		"$BATS_TEST_DIRNAME/fixtures/$name.c"
}

# fails NAME CASE PATTERN [FLAG...]: `policy check` of a fixture ends with 4 and
# the line of that case says why.
fails() {
	local name=$1 case=$2 pattern=$3
	shift 3
	fixture "$name"
	run --separate-stderr "$SOJOURN" policy check "./$name.so" --only "$case" "$@"
	echo "$output"
	echo "$stderr"
	[ "$status" -eq 4 ]
	[[ "$output" =~ "FAILED $case: "$pattern ]]
	[ "${lines[-1]}" = "1 passed, 1 failed" ] # set-up passes
}

# every_name: the policies and their other names, in ./names.
every_name() {
	"$SOJOURN" policy list >list.txt
	sed -n '/^orders/q; s/^  \([^ ]*\) .*/\1/p' list.txt >names
	[ "$(wc -l <names)" -gt 10 ]
}

# ---- list and help ------------------------------------------------------------

@test "policy list: text and JSON tell of the same policies" {
	every_name
	"$SOJOURN" policy list --json >list.json
	grep -q '"schema": "sojourn.policy-list/1"' list.json
	while read -r name; do
		grep -q "^      \"name\": \"$name\"" list.json
	done <names
}

@test "policy help: every policy and alias has its seven definitions" {
	every_name
	while read -r name; do
		"$SOJOURN" policy help "$name" >help.txt
		for label in order blocking reservation preemption placement tie-break instants; do
			grep -q "^  $label " help.txt
		done
		if grep 'not stated' help.txt; then
			echo "$name"
			return 1
		fi
	done <names
}

@test "policy help: orders are listed where a parameter takes one" {
	run "$SOJOURN" policy help easy
	[ "$status" -eq 0 ]
	[[ "$output" =~ "  order=" ]]
	[[ "$output" =~ "  sjf " ]]
}

@test "policy help: every variable and function it lists for formulas is known" {
	"$SOJOURN" policy help expr | sed -n '/^formulas/,$p' >formulas.txt
	sed -n 's/^  \([a-z]*\)  .*/\1/p' formulas.txt >variables
	[ "$(wc -l <variables)" -gt 10 ]
	while read -r v; do
		"$SOJOURN" policy check "expr:$v" --only empty
	done <variables
	for f in 'min(a,b)' 'max(a,b)' 'if(condition,then,else)' log log2 log10 sqrt exp \
		abs floor ceil 'pow(a,b)'; do
		tr '\n' ' ' <formulas.txt | tr -s ' ' | grep -qF "$f"
		case $f in
		*'('*,*,*) call="${f%%(*}(wait>1,2,procs)" ;;
		*'('*) call="${f%%(*}(wait,procs)" ;;
		*) call="$f(procs)" ;;
		esac
		"$SOJOURN" policy check "expr:$call" --only empty
	done
}

@test "policy help: JSON of one policy" {
	run "$SOJOURN" policy help fcfs --json
	[ "$status" -eq 0 ]
	[[ "$output" =~ '"schema": "sojourn.policy/1"' ]]
	[[ "$output" =~ '"name": "fifo"' ]]
	[[ "$output" =~ '"clairvoyant": false' ]]
}

@test "docs/POLICIES.md is what the program says" {
	"$SOJOURN" policy help --all --markdown >now.md
	diff -u "$BATS_TEST_DIRNAME/../../docs/POLICIES.md" now.md
}

@test "policy: wrong usage" {
	refused 2 'no verb "hlep"; did you mean "help"' "$SOJOURN" policy hlep
	refused 2 'no policy "esay"; did you mean "easy"' "$SOJOURN" policy help esay
	refused 2 'no policy "zzzzzzzzz"; `sojourn policy list`' "$SOJOURN" policy help zzzzzzzzz
	refused 2 'one policy NAME' "$SOJOURN" policy help
	refused 2 'a name is missing' "$SOJOURN" policy help ''
	refused 2 'unexpected argument' "$SOJOURN" policy list fifo
	refused 2 'one policy SPEC' "$SOJOURN" policy check
	refused 2 'no case "brust"; did you mean "burst"' "$SOJOURN" policy check fifo --only brust
	refused 2 'timeout.*(unit|s, )' "$SOJOURN" policy check fifo --timeout 5
	refused 2 'timeout.*less than 1s' "$SOJOURN" policy check fifo --timeout 1ms
}

# ---- loading ---------------------------------------------------------------------

# table PATTERN STATUS N: a table with fault N is refused.
table() {
	fixture table_fault -DFAULT="$3"
	refused "$2" "$1" "$SOJOURN" policy help ./table_fault.so
	refused "$2" "$1" "$SOJOURN" policy check table_fault.so
}

@test "a shared object of another interface names both versions" {
	table 'built for policy interface 99 .*this program offers interface 1 ' 3 2
	table 'table of [0-9]+ bytes\), but this program.*table of [0-9]+ bytes' 3 3
}

@test "a wrong table is refused with the thing that is wrong" {
	table 'begins with 0x00000007, expected 0x534a504c' 3 1
	table 'has no name' 3 4
	table 'name is "a:b"' 3 5
	table 'no schedule\(\)' 3 6
	table 'a state of 1099511627776 bytes' 3 7
	table 'depth lies at bytes 4096..4103 of a state of 8 bytes' 3 8
	table 'depth is a choice without' 3 9
	table 'depth stands twice' 3 10
	table 'returned NULL' 3 11
}

@test "a sound table loads, with and without a slash in its path" {
	fixture table_fault -DFAULT=0
	"$SOJOURN" policy help ./table_fault.so | grep '^  file  *./table_fault.so$'
	"$SOJOURN" policy help table_fault.so:depth=3 | grep '^table-fault - '
	refused 2 'policy table-fault: .*dpeth.*did you mean "depth"' \
		"$SOJOURN" policy check ./table_fault.so:dpeth=3
}

@test "what is no shared object is refused" {
	fixture no_entry
	echo "not an object, whatever its name" >text.so
	: >empty.so
	mkdir dir.so
	head -c 100 no_entry.so >cut.so
	refused 3 'no entry point' "$SOJOURN" policy help ./no_entry.so
	refused 3 'no ELF header' "$SOJOURN" policy help ./text.so
	refused 3 'no ELF header' "$SOJOURN" policy help ./empty.so
	refused 3 'not a regular file' "$SOJOURN" policy help ./dir.so
	refused 3 'cannot be loaded' "$SOJOURN" policy help ./cut.so
	refused 3 'No such file' "$SOJOURN" policy help ./missing.so
	refused 3 'No such file' "$SOJOURN" policy check nowhere/missing.so:k=v
}

# ---- check -------------------------------------------------------------------------

@test "policy check: what a policy may not do" {
	fails impossible one-job '.*running already'
	fails misplaced one-job '.*placement'
	fails idle one-job '.*stall'
	fails peeks one-job '.*clairvoyant'
}

@test "policy check: endless loops" {
	fails timer_loop one-job '.*endless'
	fails restart_loop one-job '.*endless'
	fails spin one-job 'did not come to an end' --timeout 1s
}

@test "policy check: what would take the program down" {
	fails crash one-job '(crashed|ended the process)'
	fails quits one-job 'ended the process with exit status 0'
	fails hog one-job 'used more than 300 MiB' --memory 300MiB
}

@test "policy check: decisions that do not repeat" {
	fails dice determinism 'the same seed and workload gave other decisions'
	fails remembers side-by-side 'two runs side by side'
}

@test "policy check: a policy that loops does not use up every case's time" {
	fixture spin
	run --separate-stderr "$SOJOURN" policy check ./spin.so --timeout 1s
	[ "$status" -eq 4 ]
	[ "$(grep -c 'did not come to an end' <<<"$output")" -eq 2 ]
	[ "$(grep -c 'not run' <<<"$output")" -gt 10 ]
}

@test "policy check: JSON counts what it lists" {
	run --separate-stderr "$SOJOURN" policy check fifo --only ties --only burst --json
	[ "$status" -eq 0 ]
	[[ "$output" =~ '"schema": "sojourn.policy-check/1"' ]]
	[[ "$output" =~ '"passed": 3,' ]]
	[ "$(grep -c '"verdict": "ok"' <<<"$output")" -eq 3 ]
}

@test "every policy of the program, and every other name, passes policy check" {
	every_name
	while read -r name; do
		# Without its formula expr is no policy; it is among the variants.
		[ "$name" != expr ] || continue
		"$SOJOURN" policy check "$name" >report || {
			echo "$name:"
			grep -v ^ok report
			return 1
		}
	done <names
}

@test "variants that are parameters pass policy check" {
	while read -r spec; do
		"$SOJOURN" policy check "$spec" >report || {
			echo "$spec:"
			grep -v ^ok report
			return 1
		}
	done <<-'END'
		easy:pass=event
		easy:width=weak
		easy:order=sjf,candidates=saf
		easy:order=multifactor
		easy:order=(expr:(wait/estimate)^3*procs)
		firstfit:order=wfp3
		expr:(wait/estimate)^3*procs
		conservative:plan=compress
		conservative:order=sjf
	END
}

# ---- run ---------------------------------------------------------------------------

# ends_run NAME PATTERN: a run with the fixture ends with 4, says why, shows the
# state, and leaves a database that opens and says "failed".
ends_run() {
	fixture "$1"
	small_log >log.swf
	rm -f out.db
	run --separate-stderr "$SOJOURN" run -w log.swf -p "./$1.so" -o out.db
	echo "$stderr"
	[ "$status" -eq 4 ]
	[[ "$stderr" =~ policy\ fixture:\ .*$2 ]]
	[[ "$stderr" =~ state\ at ]]
	[ "$("$SOJOURN" query "SELECT status, policy FROM run" out.db -T csv | tail -n 1)" = failed,fixture ]
}

@test "run: a policy that breaks the contract ends the run with a dump and exit 4" {
	ends_run impossible 'job 1 .*running already'
	ends_run misplaced 'job 1 .*placement'
	ends_run peeks 'true run times'
}

@test "run: stalls and endless loops at one instant end the run with a dump and exit 4" {
	ends_run idle 'stall'
	ends_run timer_loop 'endless loop'
	ends_run restart_loop 'endless'
}

@test "run: a shared object is named, hashed and marked in what is stored" {
	fixture table_fault -DFAULT=0
	fixture idle
	small_log >log.swf
	refused 2 'table-fault: .*"dpeth".*"depth"' \
		"$SOJOURN" run -w log.swf -p ./table_fault.so:dpeth=1 --no-store
	"$SOJOURN" policy new mine
	make -C mine mine.so
	"$SOJOURN" run -w log.swf -p mine/mine.so -o out.db
	sum=$(sha256sum mine/mine.so | cut -d ' ' -f 1)
	"$SOJOURN" query "SELECT path, sha256 FROM input WHERE role = 'policy'" out.db -T csv |
		grep "mine/mine.so,$sum"
}

# ---- new ---------------------------------------------------------------------------

@test "policy new: builds, passes its test and decides as fifo" {
	"$SOJOURN" policy new my-first >paths
	[ "$(cat paths)" = "my-first/my-first.c
my-first/Makefile
my-first/test.sh" ]
	make -C my-first CFLAGS='-O1 -Wall -Wextra -Werror' test
	small_log >log.swf
	run --separate-stderr "$SOJOURN" run -w log.swf -p fifo -p my-first/my-first.so \
		--no-store --json
	[ "$(digests | wc -l)" -eq 2 ]
	[ "$(digests | sort -u | wc -l)" -eq 1 ]
}

@test "policy new: works from an installation" {
	mkdir -p prefix/bin prefix/include
	cp "$SOJOURN" prefix/bin/sojourn
	cp -r "$BATS_TEST_DIRNAME/../../include/sojourn" prefix/include/
	PATH="$PWD/prefix/bin:$PATH" prefix/bin/sojourn policy new other -o here
	grep -q '^SOJOURN ?= sojourn$' here/Makefile
	PATH="$PWD/prefix/bin:$PATH" make -C here other.so
	prefix/bin/sojourn policy check here/other.so --only ties
	rm -r prefix/include
	refused 3 'no headers near this program' prefix/bin/sojourn policy --include-dir
}

@test "policy new: overwrites nothing and leaves nothing half-written" {
	mkdir here
	echo mine >here/test.sh
	refused 3 'test.sh: File exists; nothing was written' "$SOJOURN" policy new mine -o here
	[ "$(ls here)" = test.sh ]
	[ "$(cat here/test.sh)" = mine ]
	refused 3 'No such file or directory' "$SOJOURN" policy new mine -o no/such
	: >file
	refused 3 'Not a directory' "$SOJOURN" policy new mine -o file
}

@test "policy new: names" {
	refused 2 'is not a name for a policy' "$SOJOURN" policy new 'Big Name'
	refused 2 'is not a name for a policy' "$SOJOURN" policy new 9lives
	refused 2 'is not a name for a policy' "$SOJOURN" policy new ''
	refused 2 'is not a name for a policy' "$SOJOURN" policy new ../../etc/x
	refused 2 '"easy" is a policy of this program' "$SOJOURN" policy new easy
	refused 2 'another name of the policy fifo' "$SOJOURN" policy new fcfs
	refused 2 'expected one NAME' "$SOJOURN" policy new
	[ -z "$(find . -name '*.c' -o -name Makefile)" ]
}
