# SPDX-License-Identifier: GPL-3.0-or-later
# plot_network.bats - figures of links, of the tasks of a graph over time, and of graphs.
load helper

needs() {
	command -v "$1" >/dev/null || skip "$1 is not installed"
}

# As in links.bats: task 0 sends 1000 B to task 2 and 500 B to task 3; cables of 100 B/s and
# half a second, so bytes flow from 11 s, to 26 s and to 21 s.
fork_run() {
	echo '{"id":7,"submit_ns":0,"tasks":[{"runtime_ns":10000000000},{"runtime_ns":10000000000},' \
		'{"runtime_ns":10000000000},{"runtime_ns":10000000000}],"edges":[{"from":0,"to":1},' \
		'{"from":0,"to":2,"bytes":1000},{"from":0,"to":3,"bytes":500}]}' | tr -d '\n' >g.jsonl
	echo >>g.jsonl
	"$SOJOURN" run -w g.jsonl -c nodes=3,cores=1,bw=100B/s,lat=500ms,topology=star -p fifo "$@" \
		-o r.db >run.txt 2>said
}

graphs_run() {
	"$SOJOURN" run -w "gen:dag:n=3,shape=layered,size=40,layers=6,ccr=1,bw=1Gbit/s,gap=60" \
		-c nodes=8,cores=2,bw=1Gbit/s,lat=5us,topology=fat-tree:4 -p fifo -p easy --links --transfers \
		--allocs -o r.db >run.txt 2>said
}

# Every format of a figure, in each style once. COMMAND..., without -T, --style and -o.
every_format() {
	local t style=(acm ieee usenix) i=0
	for t in pdf svg png tikz:tex cairolatex:tex; do
		accepted '^sojourn: ' "$@" -T "${t%:*}" --style "${style[i++ % 3]}" -o "f.${t#*:}"
		[ -s "f.${t#*:}" ] && [ -s f.gp ] && [ -s f.dat ]
	done
	run --separate-stderr "$@" -T dumb
	[ "$status" -eq 0 ] && [ -n "$output" ]
}

@test "plot link-utilization: curves are what the links carried" {
	needs gnuplot
	fork_run --links
	"$SOJOURN" plot link-utilization r.db -m curves -T svg -o f.svg 2>/dev/null
	# Areas under the curves, percent x seconds: 1500, 1000 and 500 B at 100 B/s.
	[ "$(awk '/^#/ || NF != 2 { at = ""; if (area > 0) printf "%.0f ", area; area = 0; next }
		{ if (at != "") area += ($1 - at) * ($2 + was) / 2; at = $1; was = $2 }
		END { if (area > 0) printf "%.0f", area }' f.dat)" = "1500 1000 500" ]
	grep -q '^LINK\[1\] = "node 0 up"' f.gp
	grep -q '^LINK\[3\] = "node 2 down"' f.gp
}

@test "plot link-utilization: a heat map adds up to the same, row by row" {
	needs gnuplot
	needs sqlite3
	graphs_run
	"$SOJOURN" plot link-utilization r.db -p fifo -m heat --first 60 -T svg -o f.svg 2>/dev/null
	# Mean of the cells of a row x the time that is drawn = bytes / bandwidth.
	local end
	end=$(sqlite3 r.db "SELECT (max(s.to_ns) - (SELECT min(submit_ns) FROM job)) / 1e9 FROM sample_link s
		WHERE s.run = 1")
	awk -v end="$end" 'NF > 100 { sum = 0; for (i = 1; i <= NF; i++) sum += $i
		printf "%.6g\n", sum / NF / 100 * end }' f.dat >drawn
	sqlite3 r.db "SELECT bytes / bytes_per_s AS load FROM link WHERE run = 1 ORDER BY load DESC, link" >stored
	[ "$(wc -l <drawn)" = "$(wc -l <stored)" ]
	paste drawn stored | awk '{ d = $1 - $2; if (d < 0) d = -d; if (d > 0.002 * $2 + 0.01) { print; bad = 1 } } END { exit bad }'
}

@test "plot link-utilization: drawn in every format; refusals" {
	needs gnuplot
	graphs_run
	every_format "$SOJOURN" plot link-utilization r.db
	every_format "$SOJOURN" plot link-utilization r.db -m curves
	refused 2 'is not one of auto, curves, heat' "$SOJOURN" plot link-utilization r.db -m curve -o f.pdf
	refused 3 'begins after the last transfer' "$SOJOURN" plot link-utilization r.db --window 9000d,9001d -o f.pdf
	small_log >log.swf
	"$SOJOURN" run -w log.swf -p fifo -o pool.db 2>/dev/null >run.txt
	refused 3 'kept nothing of links, .*--links' "$SOJOURN" plot link-utilization pool.db -o f.pdf
}

@test "plot dag-gantt: bars and transfers, worked out by hand" {
	needs gnuplot
	fork_run --allocs --transfers
	"$SOJOURN" plot dag-gantt r.db -T svg -o f.svg 2>/dev/null
	# From, data there, to, lane: seconds since the submit.
	[ "$(awk 'NF == 8 || (NF > 8 && $9 == "#") { print $1, $2, $3, $4 }' f.dat)" = \
		$'0 0 10 0\n10 10 20 0\n10 21 31 2\n10 26 36 1' ]
	# The larger last: from, lane, how long, lanes.
	[ "$(awk '!/^#/ && NF == 5 { print $1, $2, $3, $4 }' f.dat)" = $'10 0.500 11 2.000\n10 0.500 16 1.000' ]
}

@test "plot dag-gantt: drawn in every format; refusals" {
	needs gnuplot
	graphs_run
	every_format "$SOJOURN" plot dag-gantt r.db
	every_format "$SOJOURN" plot dag-gantt r.db --job 2 -p easy
	refused 3 'no job 9 in run 1' "$SOJOURN" plot dag-gantt r.db --job 9 -o f.pdf
	refused 2 '--job' "$SOJOURN" plot dag-gantt r.db --job x -o f.pdf
	fork_run
	refused 3 'kept no allocations of job 7; run it again with --allocs --transfers' \
		"$SOJOURN" plot dag-gantt r.db --run 3 -o f.pdf
}

@test "trace draw: the graph of a job, with its critical path" {
	needs gnuplot
	needs jq
	fork_run
	run --separate-stderr "$SOJOURN" trace draw g.jsonl -o f.svg --json
	[ "$status" -eq 0 ]
	[ "$(jq -c '[.job, .tasks, .edges, .layers, .crossings]' <<<"$output")" = '[7,4,3,2,0]' ]
	# One edge without bytes, two of different widths, one on the critical path.
	[ "$(sed -n 's/^EDGES\[.\] = //p' f.gp | tr '\n' ' ')" = "1 0 0 1 1 1 " ]
	grep -q '^NOTE = "area: run time, to 10 s; width: bytes, to 1 kB"' f.gp
	grep -q '^NOTE2 = "4 tasks, 3 edges (down); critical path: 20 s"' f.gp
	every_format "$SOJOURN" trace draw gen:dag:n=1,shape=montage,size=4,ccr=1
	refused 3 'no job 9 in it' "$SOJOURN" trace draw g.jsonl --job 9 -o f.pdf
	refused 2 'expected -o FILE' "$SOJOURN" trace draw g.jsonl
	small_log >log.swf
	refused 3 'no job has more than one task' "$SOJOURN" trace draw log.swf -o f.pdf
	refused 3 'are more than a picture shows' "$SOJOURN" trace draw gen:dag:n=1,shape=lu,size=120 -o f.pdf
}
