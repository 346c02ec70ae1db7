# SPDX-License-Identifier: GPL-3.0-or-later
# plot.bats - `sojourn plot`: files, numbers behind figures, refusals.
load helper

# drawn POLICY...: results.db with the small log, one run a policy.
drawn() {
	local args=() p
	for p in "$@"; do args+=(-p "$p"); done
	small_log >log.swf
	"$SOJOURN" run -w log.swf "${args[@]}" -o r.db >run.txt 2>&1
}

needs_gnuplot() {
	command -v gnuplot >/dev/null || skip "gnuplot is not installed"
}

# block N FILE: the lines of a data file's block, counted from 0.
block() {
	awk -v want="$1" '/^#/ { n++; next } NF && n == want + 1' "$2"
}

kinds="cdf bsld-by-class utilization queue gantt bars"

# ---- files ---------------------------------------------------------------------

@test "plot: each kind in each format, with script and data, and nothing else" {
	needs_gnuplot
	drawn fifo easy
	local kind
	for format in pdf:pdf svg:svg png:png tikz:tex cairolatex:tex; do
		"$SOJOURN" plot all r.db -T "${format%:*}" -o "${format%:*}"
		for kind in $kinds; do
			[ -s "${format%:*}/$kind.${format#*:}" ]
			[ -s "${format%:*}/$kind.gp" ]
			[ -s "${format%:*}/$kind.dat" ]
			rm "${format%:*}/$kind".*
		done
		rmdir "${format%:*}"
	done
}

@test "plot: PDF fonts are embedded outlines, the page is a column wide" {
	needs_gnuplot
	command -v pdffonts >/dev/null || skip "pdffonts is not installed"
	drawn fifo easy
	"$SOJOURN" plot cdf r.db -o f.pdf
	pdffonts f.pdf | awk 'NR > 2 { n++; if (/Type 3/ || !/yes/) bad = 1 } END { exit bad || !n }'
	[[ "$(pdfinfo f.pdf)" =~ "Page size:"\ +239 ]]
	"$SOJOURN" plot cdf r.db --style ieee --wide -o f.pdf
	[[ "$(pdfinfo f.pdf)" =~ "Page size:"\ +515 ]]
}

@test "plot: the same bytes a second later" {
	needs_gnuplot
	drawn fifo easy
	for format in pdf svg png tikz cairolatex; do
		"$SOJOURN" plot all r.db -T "$format" -o "a.$format"
	done
	sleep 1.1
	for format in pdf svg png tikz cairolatex; do
		"$SOJOURN" plot all r.db -T "$format" -o "b.$format"
		diff -r "a.$format" "b.$format"
	done
}

@test "plot: the script draws the same figure again" {
	needs_gnuplot
	drawn fifo easy
	"$SOJOURN" plot all r.db -T svg -o d
	cp -r d before
	rm d/*.svg
	cd d
	for kind in $kinds; do gnuplot -d "$kind.gp"; done
	diff -r . ../before
}

@test "plot: -T dumb prints to stdout and leaves no file" {
	needs_gnuplot
	drawn fifo
	mkdir empty && cd empty
	run --separate-stderr "$SOJOURN" plot queue ../r.db -T dumb
	[ "$status" -eq 0 ]
	[[ "$output" =~ "waiting (jobs)" ]]
	[ -z "$(ls -A)" ]
}

@test "plot: without gnuplot, status 3, with script and data" {
	drawn fifo
	refused 3 "gnuplot-nox" env PATH=/nonexistent "$SOJOURN" plot cdf r.db -o f.pdf
	[ -s f.gp ] && [ -s f.dat ] && [ ! -e f.pdf ]
	run env PATH=/nonexistent "$SOJOURN" plot all r.db -o d
	[ "$status" -eq 3 ]
	for kind in $kinds; do [ -s "d/$kind.gp" ]; done
}

@test "plot: an error of gnuplot is quoted and leaves the old picture" {
	drawn fifo
	mkdir bin
	printf '#!/bin/sh\necho partial >f.pdf\necho "f.gp line 7: nonsense" >&2\nexit 1\n' >bin/gnuplot
	chmod +x bin/gnuplot
	echo old >f.pdf
	refused 1 "gnuplot failed: f.gp line 7: nonsense" \
		env PATH="$PWD/bin:$PATH" "$SOJOURN" plot cdf r.db -o f.pdf
	[ "$(cat f.pdf)" = old ]
	[ -z "$(find . -name '.sojourn*')" ]
}

@test "plot --json tells files and series in one document" {
	needs_gnuplot
	drawn fifo easy
	run --separate-stderr "$SOJOURN" plot cdf r.db -o f.svg --json
	[ "$status" -eq 0 ]
	[ -z "$stderr" ]
	command -v jq >/dev/null || skip "jq is not installed"
	jq -es 'length == 1 and (.[0] | .schema == "sojourn.plot/1" and
		(.figures | length == 1) and (.figures[0] |
		.file == "f.svg" and .kind == "cdf" and
		([.series[].label] == ["fifo", "easy"]) and
		([.series[].runs] == [[1], [2]])))' <<<"$output"
	run --separate-stderr "$SOJOURN" plot --list --json
	[ "$(grep -c '"kind":' <<<"$output")" -eq 16 ]
}

# ---- numbers --------------------------------------------------------------------
# The small log under fifo on 4 processors: starts 0 10 15 15 30, waits 0 9 13 13 0,
# last finish 31.

@test "plot cdf: the distribution, exact" {
	drawn fifo
	PATH=/nonexistent "$SOJOURN" plot cdf r.db -o f.pdf || true
	[ "$(block 0 f.dat | awk '$1 >= 1 { print $1, $2 }')" = $'9 60\n13 100\n16.25 100' ]
	# Zeros stand left of the break.
	[ "$(block 0 f.dat | awk '$1 < 1 { print $2 }')" = $'0\n40' ]
	grep -q '^ZEROLABEL = "0"$' f.gp
	PATH=/nonexistent "$SOJOURN" plot cdf r.db -m response -o f.pdf || true
	# responses 10 14 16 21 1
	[ "$(block 0 f.dat | awk '{ print $1, $2 }' | head -n 6)" = \
		$'1 0\n1 20\n10 40\n14 60\n16 80\n21 100' ]
}

@test "plot queue: waiting jobs and processors at every instant" {
	drawn fifo
	PATH=/nonexistent "$SOJOURN" plot queue r.db -o f.pdf || true
	[ "$(block 0 f.dat)" = $'0 0\n1 1\n2 3\n10 2\n15 0\n31 0' ]
	[ "$(block 2 f.dat)" = $'0 0\n1 4\n2 7\n10 3\n15 0\n31 0' ]
}

@test "plot utilization: bins of one second, and their mean is the metric" {
	drawn fifo easy
	PATH=/nonexistent "$SOJOURN" plot utilization r.db --bins 31 -o f.pdf || true
	[ "$(block 0 f.dat | awk '{ printf "%s ", $2 / 25 }')" = \
		"2 2 2 2 2 2 2 2 2 2 4 4 4 4 4 3 3 3 2 2 2 2 2 0 0 0 0 0 0 0 4 4 " ]
	for s in 0 1; do
		mean=$(block $((2 * s)) f.dat | head -n 31 | awk '{ t += $2 } END { printf "%.9f", t / 3100 }')
		stored=$("$SOJOURN" query "SELECT printf('%.9f', value) FROM metric
			WHERE run = $((s + 1)) AND name = 'utilization'" r.db -T csv | tail -n 1)
		echo "$s: $mean $stored"
		[ "$mean" = "$stored" ]
	done
}

@test "plot gantt: jobs on the lowest free processors" {
	drawn fifo
	PATH=/nonexistent "$SOJOURN" plot gantt r.db -o f.pdf 2>said || true
	grep -q "lowest free" said
	[ "$(block 0 f.dat | awk '{ print $1, $2, $3, $4 }')" = \
		$'0 10 0 2\n10 15 0 4\n15 18 0 1\n15 23 1 3\n30 31 0 4' ]
	PATH=/nonexistent "$SOJOURN" plot gantt r.db --window 12s,20s -o f.pdf || true
	[ "$(block 0 f.dat | awk '{ print $1, $2, $3, $4 }')" = \
		$'12 15 0 4\n15 18 0 1\n15 20 1 3' ]
	PATH=/nonexistent "$SOJOURN" plot gantt r.db --first 2 -o f.pdf || true
	[ "$(block 0 f.dat | wc -l)" -eq 2 ]
}

@test "plot gantt: recorded processors are used where there are any" {
	command -v sqlite3 >/dev/null || skip "sqlite3 is not installed"
	drawn fifo
	# Jobs are numbered from 0; the first one in two pieces at the top.
	sqlite3 r.db "INSERT INTO alloc (run, job, task, from_ns, to_ns, first, last) SELECT 1, id & 4294967295, 0, submit_ns + wait_ns,
		submit_ns + wait_ns + run_ns, 4 - procs, 3 FROM job WHERE id & 4294967295 > 0;
		INSERT INTO alloc (run, job, task, from_ns, to_ns, first, last) VALUES (1, 0, 0, 0, 10000000000, 0, 0), (1, 0, 0, 0, 10000000000, 3, 3)"
	PATH=/nonexistent "$SOJOURN" plot gantt r.db -o f.pdf 2>said || true
	! grep -q "lowest free" said
	[ "$(block 0 f.dat | awk '{ print $1, $2, $3, $4 }')" = \
		$'0 10 0 1\n0 10 3 4\n10 15 0 4\n15 18 3 4\n15 23 2 4\n30 31 0 4' ]
}

@test "plot bsld-by-class: means by width and length" {
	drawn fifo
	PATH=/nonexistent "$SOJOURN" plot bsld-by-class r.db --lengths 4s,100s -o f.pdf || true
	# run <= 4 s: jobs 3 (1 processor, 16/10) and 5 (4 processors, 1)
	[ "$(block 0 f.dat)" = $'1 1.6\n2 1' ]
	# longer: jobs 1, 2 and 4, all of 2 to 8 processors: (1 + 1.4 + 2.1) / 3
	[ "$(block 1 f.dat)" = $'1 nan\n2 1.5' ]
	grep -q '^JOBS\[4\] = "3"$' f.gp
}

@test "plot bars: stored results, intervals around them" {
	drawn fifo easy
	PATH=/nonexistent "$SOJOURN" plot bars r.db -o f.pdf || true
	[ "$(block 0 f.dat | awk 'NR == 1 { print $2 }')" = 7 ]
	block 0 f.dat | awk '!($3 <= $2 && $2 <= $4 && $3 < $4) { exit 1 }'
	[ "$(block 2 f.dat | awk 'NR == 1 { print $2, $3 }')" = "50.8064516 nan" ]
}

@test "plot: clairvoyant runs say so" {
	drawn fifo cqsim-easy
	PATH=/nonexistent "$SOJOURN" plot cdf r.db -o f.pdf || true
	grep -q '^LABEL\[1\] = "fifo"$' f.gp
	grep -q '^LABEL\[2\] = "cqsim-easy (clairvoyant)"$' f.gp
}

@test "plot: replications are one series, repeated runs are drawn once" {
	for seed in 1 2 3; do
		"$SOJOURN" run -w gen:poisson:load=0.9,n=200 --seed "$seed" -p fifo -p easy -o r.db
	done >run.txt 2>&1
	"$SOJOURN" run -w gen:poisson:load=0.9,n=200 --seed 1 -p fifo -o again.db >>run.txt 2>&1
	PATH=/nonexistent "$SOJOURN" plot bars r.db again.db -o f.pdf 2>said || true
	grep -q "run 1 of again.db repeats another run exactly" said
	grep -q '^SERIES = 2$' f.gp
	grep -q '3 replications' f.gp
}

@test "plot: more policies than can be told apart are said to be left out" {
	drawn fifo easy sjf ljf saf narrow firstfit wfp3 unicef
	PATH=/nonexistent "$SOJOURN" plot cdf r.db -o f.pdf 2>said || true
	grep -q "9 series; the first 8 are drawn" said
	PATH=/nonexistent "$SOJOURN" plot cdf r.db -p wfp3 --policy unicef -o f.pdf || true
	grep -q '^LABEL\[1\] = "wfp3"$' f.gp
}

# ---- refusals ----------------------------------------------------------------------

@test "plot: wrong usage" {
	drawn fifo
	refused 2 'no kind of figure "cfd"; did you mean "cdf"' "$SOJOURN" plot cfd r.db
	refused 2 'did you mean "wait"' "$SOJOURN" plot cdf r.db -m wiat
	refused 2 'did you mean "wait_mean_s"' "$SOJOURN" plot bars r.db -m wait_men_s
	refused 2 'policy esy: no complete run' "$SOJOURN" plot cdf r.db -p esy
	refused 2 'run 7: no complete run' "$SOJOURN" plot cdf r.db --run 7
	refused 2 'no format "pfd" .did you mean "pdf"' "$SOJOURN" plot cdf r.db -T pfd
	refused 2 'no style "acme"' "$SOJOURN" plot cdf r.db --style acme
	refused 2 'ends in \.png' "$SOJOURN" plot cdf r.db -T png -o x.pdf
	refused 2 'known format' "$SOJOURN" plot cdf r.db -o x.bmp
	refused 2 'needs a unit' "$SOJOURN" plot queue r.db --window 1,2
	refused 2 'times must increase' "$SOJOURN" plot queue r.db --window 2s,1s
	refused 2 'increase from at least 1' "$SOJOURN" plot bsld-by-class r.db --widths 8,8
	refused 2 'takes no --metric' "$SOJOURN" plot gantt r.db -m wait
	refused 2 'exclude each other' "$SOJOURN" plot cdf r.db -T dumb --json
	refused 2 'KIND and at least one' "$SOJOURN" plot cdf
}

@test "plot: bad input" {
	drawn fifo
	refused 3 'nope.db: No such file' "$SOJOURN" plot cdf nope.db
	refused 3 'log.swf: not a Sojourn database' "$SOJOURN" plot cdf log.swf
	refused 3 'no/such: ' "$SOJOURN" plot cdf r.db -o no/such/f.pdf
	refused 3 'no/such/d' "$SOJOURN" plot all r.db -o no/such/d
	refused 3 'no job runs in this window' "$SOJOURN" plot gantt r.db --window 9d,10d
	refused 3 'begins after the last job' "$SOJOURN" plot queue r.db --window 9d,10d
	[ -z "$(find . -name '.sojourn*')" ]
}

@test "plot: a folder that may not be written to" {
	drawn fifo
	locked=$(mktemp -d /tmp/sojourn-locked-XXXXXX)
	cp r.db "$locked" && chmod 644 "$locked/r.db" && chmod 555 "$locked"
	as_nobody "$SOJOURN" --version || { rm -r "$locked"; skip "nobody may not run it"; }
	refused 3 "$locked: .*Permission denied" as_nobody "$SOJOURN" plot cdf "$locked/r.db" -o "$locked/f.pdf"
	[ "$(ls -A "$locked")" = r.db ]
	rm -r "$locked"
}

@test "plot: a run that was not finished is left out, and said to be" {
	command -v sqlite3 >/dev/null || skip "sqlite3 is not installed"
	drawn fifo easy
	sqlite3 r.db "UPDATE run SET status = 'incomplete' WHERE policy = 'easy'"
	PATH=/nonexistent "$SOJOURN" plot cdf r.db -o f.pdf 2>said || true
	grep -q "1 run left out: not complete" said
	grep -q '^SERIES = 1$' f.gp
	sqlite3 r.db "UPDATE run SET status = 'failed'"
	refused 3 'r.db: no complete run in it' "$SOJOURN" plot cdf r.db
}
