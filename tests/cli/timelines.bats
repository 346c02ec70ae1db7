# SPDX-License-Identifier: GPL-3.0-or-later
# timelines.bats - what nodes and GPUs did: allocations stored and exported, traces for
# Perfetto, and files of older programs.
load helper

machine="nodes=3,cores=4,gpus=4,mem=16GiB"

# gpu JOB SUBMIT RANKS CORES MILLI RUN ESTIMATE: one line of the native format, seconds.
gpu() {
	printf '{"id":%d,"submit_ns":%d,"ranks":%d,"cores":%d,"gpu_milli":%d,' "$1" \
		$(($2 * 1000000000)) "${@:3:3}"
	printf '"runtime_ns":%d,"estimate_ns":%d,"user":%d}\n' $(($6 * 1000000000)) \
		$(($7 * 1000000000)) $(($1 % 3))
}

# Job 1 has four whole GPUs of node 0, job 2 shares a GPU of node 1, job 3 has no GPU and
# takes node 2, job 4 waits until job 2 has left node 1.
gpu_log() {
	gpu 1 0 2 2 2000 10 10
	gpu 2 1 3 1 300 5 8
	gpu 3 2 1 4 0 5 8
	gpu 4 3 4 1 1000 7 8
}

# many N: jobs of every kind, submitted every second.
many() {
	local i
	for ((i = 1; i <= $1; i++)); do
		gpu "$i" "$i" $((1 + i % 3)) $((1 + i % 2)) $((i * 7 % 5 * 250)) $((1 + i * 13 % 29)) \
			$((30 + i % 7))
	done
}

ran() {
	"$SOJOURN" run -w log.jsonl -c "$machine" "$@" >run.txt 2>said
}

needs() {
	command -v "$1" >/dev/null || skip "$1 is not installed"
}

# ---- allocations ------------------------------------------------------------------

@test "allocations on nodes: what each task had, where and when" {
	needs sqlite3
	gpu_log >log.jsonl
	ran -p fifo --allocs -o r.db
	[ "$(sqlite3 r.db 'SELECT job, task, from_ns / 1000000000, to_ns / 1000000000, node, ranks,
		cores, gpus, gpu_milli FROM alloc ORDER BY job')" = \
		$'0|0|0|10|0|2|4|15|1000\n1|0|1|6|1|3|3|1|900\n2|0|2|7|2|1|4|0|0\n3|0|6|13|1|4|4|15|1000' ]
}

@test "allocations on nodes: allocated_resources is a set of nodes, also from the store" {
	gpu 1 0 3 4 0 5 9 >log.jsonl
	gpu 2 0 1 1 0 2 9 >>log.jsonl
	ran -p fifo --allocs --jobs-csv jobs.csv -o r.db
	[ "$(awk -F, 'NR > 1 { print $1, $15 }' jobs.csv)" = $'1 0-2\n2 0' ]
	"$SOJOURN" export r.db --format batsim | cmp - jobs.csv
	needs sqlite3
	[ "$(sqlite3 r.db 'SELECT job_id, allocated_resources FROM v_jobs')" = $'1|0-2\n2|0' ]
	# In a pool the numbers of each job that ran in one piece are those of --jobs-csv.
	small_log >log.swf
	"$SOJOURN" run -w log.swf -p easy --allocs --jobs-csv pool.csv -o pool.db 2>/dev/null >run.txt
	[ "$(sqlite3 -csv pool.db 'SELECT job_id, allocated_resources FROM v_jobs')" = \
		"$(awk -F, 'NR > 1 { q = $15 ~ / / ? "\"" : ""; print $1 "," q $15 q }' pool.csv)" ]
	"$SOJOURN" run -w log.swf -p easy -o none.db 2>/dev/null >run.txt
	[ "$(sqlite3 none.db 'SELECT count(*), count(allocated_resources) FROM v_jobs')" = "5|0" ]
}

# ---- Perfetto ---------------------------------------------------------------------

@test "perfetto: nodes are processes, GPUs are tracks, no two slices of a track overlap" {
	needs jq
	many 3000 >log.jsonl
	ran -p easy --allocs --events e.json -o r.db
	jq -e '.traceEvents | map(select(.ph == "X")) | length >= 3000' e.json >/dev/null
	jq -e '[.traceEvents[] | select(.ph == "X")] | group_by([.pid, .tid]) | all(
		sort_by(.ts) | . as $s | [range(1; length)] |
		all($s[. - 1].ts + $s[. - 1].dur <= $s[.].ts + 0.0005))' e.json >/dev/null
	[ "$(jq -r '[.traceEvents[] | select(.name == "process_name") | .args.name] | sort | .[1:][]' \
		e.json)" = $'node 0\nnode 1\nnode 2' ]
	# Every track that is used has a name, and belongs to one node.
	jq -e '.traceEvents | (map(select(.ph == "X") | [.pid, .tid]) | unique) ==
		(map(select(.name == "thread_name") | [.pid, .tid]) | sort)' e.json >/dev/null
	"$SOJOURN" export r.db --format perfetto | cmp - e.json
}

@test "perfetto: a job has a slice on each of its GPUs, and GPUs are counted" {
	needs jq
	gpu_log >log.jsonl
	ran -p fifo --no-store --events e.json
	[ "$(jq -c '[.traceEvents[] | select(.ph == "X" and .name == "job 1") | [.pid, .ts, .dur]] |
		unique' e.json)" = '[[1,0,10000000]]' ]
	[ "$(jq '[.traceEvents[] | select(.ph == "X" and .name == "job 1")] | length' e.json)" -eq 4 ]
	[ "$(jq '[.traceEvents[] | select(.name == "GPUs") | .args.busy] | max' e.json)" = 8 ]
}

@test "perfetto: a stop ends a slice and a start begins another" {
	needs jq
	{ gpu 1 0 3 4 4000 20 20; gpu 2 5 3 4 4000 2 2; } >log.jsonl
	ran -p srtf --no-store --events e.json
	[ "$(jq -c '[.traceEvents[] | select(.ph == "X" and .pid == 1 and .name == "job 1") |
		[.ts / 1e6, .dur / 1e6]] | unique' e.json)" = '[[0,5],[7,15]]' ]
}

# ---- over time ------------------------------------------------------------------------

@test "timelines: what nodes and GPUs did adds up to what tasks held, exactly" {
	needs sqlite3
	many 2000 >log.jsonl
	ran -p easy -p srtf --timelines --allocs -o r.db
	[ "$(sqlite3 r.db 'SELECT run, sum(core_ns), sum(gpu_milli_ns) FROM sample_node GROUP BY run')" = \
		"$(sqlite3 r.db 'WITH bit(b) AS (VALUES (1), (2), (4), (8))
			SELECT run, sum(cores * (to_ns - from_ns)), sum((SELECT count(*) FROM bit
				WHERE gpus & b) * gpu_milli * (to_ns - from_ns)) FROM alloc GROUP BY run')" ]
	[ "$(sqlite3 r.db 'SELECT run, node, gpu, sum(milli_ns) FROM sample_gpu GROUP BY 1, 2, 3')" = \
		"$(sqlite3 r.db 'WITH g(g) AS (VALUES (0), (1), (2), (3))
			SELECT run, node, g, sum(gpu_milli * (to_ns - from_ns)) FROM alloc JOIN g
				ON gpus >> g & 1 GROUP BY 1, 2, 3')" ]
	[ "$(sqlite3 r.db 'SELECT max(n) <= 512 FROM (SELECT count(*) AS n FROM sample_node
		GROUP BY run, node)')" -eq 1 ]
	# The samples of the machine tell the same GPU time, where none was thinned away.
	ran -p easy --all-samples --timelines -o all.db
	[ "$(sqlite3 all.db 'SELECT sum(gpu_milli_ns) FROM sample_node')" = \
		"$(sqlite3 all.db 'SELECT sum(gpu_milli_busy * (next - at_ns)) FROM (SELECT gpu_milli_busy,
			at_ns, lead(at_ns, 1, at_ns) OVER (ORDER BY at_ns) AS next FROM sample)')" ]
}

@test "timelines: the digest is the same with and without" {
	many 300 >log.jsonl
	ran -p easy --no-store --json
	jq -r '.runs[].digest' run.txt >without
	ran -p easy -o r.db --timelines --allocs --json
	jq -r '.runs[].digest' run.txt | cmp - without
}

@test "timelines: refused where there are no nodes, or no file" {
	gpu_log >log.jsonl
	refused 2 'is about nodes, and procs=40 has none' \
		"$SOJOURN" run -w log.jsonl -c procs=40 -p fifo --timelines -o r.db
	refused 2 '--no-store forbids' \
		"$SOJOURN" run -w log.jsonl -c "$machine" -p fifo --timelines --no-store
}

@test "plot heatmap: busy share of each GPU, row by row" {
	gpu_log >log.jsonl
	ran -p fifo --timelines -o r.db
	PATH=/nonexistent "$SOJOURN" plot heatmap r.db -o f.pdf 2>said || true
	# 12 GPUs; 13 s are 192 columns. GPU 4 (node 1) has 900 from 1 to 6 s, and is full to 13 s.
	[ "$(awk '!/^#/ && NF { n++; if (NF != 192) bad = 1 } END { print n, bad + 0 }' f.dat)" = "12 0" ]
	awk '!/^#/ && NF && ++n == 5 { for (i = 1; i <= 192; i++) sum += $i / 100 * 13 / 192
		exit !(sum > 11.499 && sum < 11.501) }' f.dat
	grep -q '^UNIT = "busy GPUs (%)"$' f.gp
	PATH=/nonexistent "$SOJOURN" plot heatmap r.db -m cores -o f.pdf 2>said || true
	awk '!/^#/ && NF { n++; for (i = 1; i <= 192; i++) sum += $i / 100 * 13 / 192 * 4 }
		END { exit !(n == 3 && sum > 102.99 && sum < 103.01) }' f.dat
}

@test "plot heatmap: drawn in every format; a run without timelines is refused" {
	needs gnuplot
	gpu_log >log.jsonl
	ran -p fifo -p easy --timelines -o r.db
	local t
	for t in pdf svg png tikz:tex cairolatex:tex; do
		"$SOJOURN" plot heatmap r.db -T "${t%:*}" -o "f.${t#*:}"
		[ -s "f.${t#*:}" ]
	done
	run -0 --separate-stderr "$SOJOURN" plot heatmap r.db -T dumb
	[[ "$output" =~ "busy GPUs" ]]
	ran -p fifo -o without.db
	refused 3 'kept no timelines; run it again with --timelines' \
		"$SOJOURN" plot heatmap without.db -o f.pdf
	small_log >log.swf
	"$SOJOURN" run -w log.swf -p fifo -o pool.db 2>/dev/null
	refused 3 'ran on procs=4, which has no nodes' "$SOJOURN" plot heatmap pool.db -o f.pdf
}

@test "plot gpu-gantt: whole GPUs fill their lanes, shares a part of them" {
	gpu_log >log.jsonl
	ran -p fifo --allocs -o r.db
	PATH=/nonexistent "$SOJOURN" plot gpu-gantt r.db -o f.pdf 2>said || true
	# from, to, low, high: job 1 on GPUs 0-3, job 4 on 4-7; 0.9 of GPU 4 for job 2.
	[ "$(awk '/^#/ { n++; next } NF { print n, $1, $2, $3, $4 }' f.dat)" = \
		$'1 0 10 0.06 3.94\n1 6 13 4.06 7.94\n2 1 6 4.06 4.852' ]
	PATH=/nonexistent "$SOJOURN" plot gpu-gantt r.db --nodes 1 --window 5s,7s -o f.pdf 2>said || true
	[ "$(awk '/^#/ { n++; next } NF { print n, $1, $2, $3, $4 }' f.dat)" = \
		$'1 6 7 0.06 3.94\n2 5 6 0.06 0.852' ]
}

@test "plot gpu-gantt: drawn in every format, also without shares; refusals" {
	needs gnuplot
	gpu_log >log.jsonl
	ran -p fifo -p easy --allocs -o r.db
	grep -v '"id":2' log.jsonl >whole.jsonl
	"$SOJOURN" run -w whole.jsonl -c "$machine" -p fifo -p easy --allocs -o whole.db 2>said
	local t
	for t in pdf svg png tikz:tex cairolatex:tex; do
		accepted '^sojourn: f[.][a-z]*$' "$SOJOURN" plot gpu-gantt r.db -T "${t%:*}" -o "f.${t#*:}"
		accepted '^sojourn: w[.][a-z]*$' "$SOJOURN" plot gpu-gantt whole.db -m user -T "${t%:*}" \
			-o "w.${t#*:}"
	done
	refused 3 'the nodes of fifo are 0 to 2' "$SOJOURN" plot gpu-gantt r.db --nodes 3 -o f.pdf
	refused 2 'numbers of nodes were expected' "$SOJOURN" plot gpu-gantt r.db --nodes 2,1 -o f.pdf
	ran -p fifo -o without.db
	refused 3 'kept no allocations; --allocs keeps them' \
		"$SOJOURN" plot gpu-gantt without.db -o f.pdf
	"$SOJOURN" run -w log.jsonl -c nodes=12,cores=4 -p fifo -o none.db 2>/dev/null
	refused 3 'has no GPUs' "$SOJOURN" plot gpu-gantt none.db -o f.pdf
}

@test "plot gantt: on nodes jobs have their true times and widths" {
	{ gpu 1 0 3 4 4000 20 20; gpu 2 5 3 4 4000 2 2; } >log.jsonl
	ran -p srtf --allocs -o r.db
	PATH=/nonexistent "$SOJOURN" plot gantt r.db -o f.pdf 2>said || true
	[ "$(awk '!/^#/ && NF { print $1, $2, $3, $4 }' f.dat)" = $'0 5 0 12\n5 7 0 12\n7 22 0 12' ]
}

@test "export nodes, gpus: means over time as CSV" {
	needs sqlite3
	gpu_log >log.jsonl
	ran -p fifo --timelines -o r.db
	[ "$("$SOJOURN" export r.db --format nodes | head -1)" = \
		run,node,nodes,from_s,to_s,cores,gpus,mem_bytes,down ]
	"$SOJOURN" export r.db --format nodes | awk -F, 'NR > 1 { c += $6 * ($5 - $4); g += $7 * ($5 - $4) }
		END { exit !(c > 102.999 && c < 103.001 && g > 72.499 && g < 72.501) }'
	"$SOJOURN" export r.db --format gpus -o g.csv
	awk -F, 'NR > 1 { b[$2 "/" $3] += $6 * ($5 - $4) } END { exit !(b["1/0"] > 11.499 &&
		b["1/0"] < 11.501 && b["0/3"] > 9.999 && b["0/3"] < 10.001) }' g.csv
	ran -p fifo -o without.db
	refused 3 'no sample_node in it; `sojourn run --timelines` keeps' \
		"$SOJOURN" export without.db --format nodes
}

@test "explain: the nodes and GPUs that a job got" {
	gpu_log >log.jsonl
	ran -p fifo --allocs -o r.db
	run -0 "$SOJOURN" explain r.db 1
	[[ "$output" =~ "  0  to 10: node 0, 4 cores, GPUs 0-3" ]]
	run -0 "$SOJOURN" explain r.db 2
	[[ "$output" =~ "  1  to 6: node 1, 3 cores, 0.9 of GPU 0" ]]
	needs jq
	[ "$("$SOJOURN" explain r.db 4 --json | jq -c '.runs[0].allocations[0] |
		[(.from_s, .to_s | floor), .node, .cores, .gpus]')" = '[6,13,1,4,[0,1,2,3]]' ]
}

@test "nodes that fail: down in the heat map, instants for Perfetto, no work meanwhile" {
	needs sqlite3
	needs jq
	many 200 >log.jsonl
	printf 'time,node,change\n50s,1,fail\n120s,1,up\n' >events.csv
	ran -p easy --failures events.csv --timelines --allocs --events e.json -o r.db || { cat said; false; }
	[ "$(sqlite3 r.db 'SELECT sum(down_ns) FROM sample_node WHERE node = 1')" -eq 70000000000 ]
	[ "$(sqlite3 r.db 'SELECT count(*) FROM alloc WHERE node = 1 AND from_ns < 120000000000
		AND to_ns > 50000000000')" -eq 0 ]
	[ "$(jq -c '[.traceEvents[] | select(.ph == "i") | [.pid, .ts / 1e6, .name]]' e.json)" = \
		'[[2,50,"node fails"],[2,120,"node is up"]]' ]
	"$SOJOURN" export r.db --format perfetto | cmp - e.json
	PATH=/nonexistent "$SOJOURN" plot heatmap r.db -m cores -o f.pdf 2>said || true
	# Three rows; only node 1 is ever down, for 70 s of the whole.
	awk -v end="$(sqlite3 r.db 'SELECT (max(to_ns) - 1e9) / 1e9 FROM alloc')" '
		!/^#/ && NF { n++; for (i = 1; i <= 192; i++) down[n] += $i < 0 }
		END { exit !(n == 3 && down[1] + down[3] == 0 && down[2] * end / 192 > 66 &&
			down[2] * end / 192 < 74) }' f.dat
	grep -q '^DOWN = 1$' f.gp
}

@test "fragmentation: what a node's idle GPU is worth when its cores are gone" {
	needs sqlite3
	# All tasks want a GPU and four cores: beside one of them the node's other GPU is lost.
	gpu 1 0 1 4 1000 10 10 >log.jsonl
	"$SOJOURN" run -w log.jsonl -c nodes=1,cores=4,gpus=2 -p fifo --timelines -o r.db 2>said
	[ "$(sqlite3 r.db 'SELECT at_ns / 1000000000, gpu_milli_busy, gpu_milli_up, gpu_milli_frag
		FROM sample')" = $'0|1000|2000|1000\n10|0|2000|0' ]
	# Without being asked for it is not kept, and the figure says so.
	"$SOJOURN" run -w log.jsonl -c nodes=1,cores=4,gpus=2 -p fifo -o without.db 2>said
	[ "$(sqlite3 without.db 'SELECT count(gpu_milli_frag), count(*) FROM sample')" = "0|2" ]
	refused 3 'kept no fragmentation; run it again with --timelines, or give -m allocated' \
		"$SOJOURN" plot fragmentation without.db -o f.pdf
	PATH=/nonexistent "$SOJOURN" plot fragmentation r.db -o f.pdf || true
	[ "$(awk '/^#/ { n++; next } NF && n % 2 { print n, $1, $2 }' f.dat)" = \
		$'1 0 50\n1 10 0\n1 10 0\n3 0 50\n3 10 0\n3 10 0' ]
}

@test "plot fragmentation: several policies in every format" {
	needs gnuplot
	many 400 >log.jsonl
	ran -p firstfit:place=best -p firstfit:place=frag -p easy --timelines -o r.db
	local t
	for t in pdf svg png tikz:tex cairolatex:tex; do
		accepted '^sojourn: f[.][a-z]*$' "$SOJOURN" plot fragmentation r.db -T "${t%:*}" \
			--style usenix -o "f.${t#*:}"
	done
	small_log >log.swf
	"$SOJOURN" run -w log.swf -p fifo -o pool.db 2>/dev/null
	refused 3 'the machine of fifo has no GPUs' "$SOJOURN" plot fragmentation pool.db -o f.pdf
}

# ---- older files --------------------------------------------------------------------

# schema of a database: tables and indices with their columns.
schema() {
	sqlite3 "$1" "SELECT m.type, m.name, i.name, i.type, i.\"notnull\", i.dflt_value, i.pk
		FROM sqlite_schema m LEFT JOIN pragma_table_info(m.name) i ORDER BY 1, 2, i.cid;
		PRAGMA user_version"
}

@test "a results file of an older version gets more runs and has then what a new one has" {
	needs sqlite3
	local version
	gpu_log >log.jsonl
	ran -p fifo --allocs -o new.db
	for version in 1 2 3; do
		sqlite3 "r$version.db" <"$BATS_TEST_DIRNAME/fixtures/schema-$version.sql"
		ran -p fifo --allocs -o "r$version.db"
		[ "$(schema "r$version.db")" = "$(schema new.db)" ]
		[ "$(sqlite3 "r$version.db" 'SELECT count(*) FROM alloc WHERE node IS NOT NULL')" -eq 4 ]
	done
}

@test "a results file of version 1 is read as it is" {
	needs sqlite3
	small_log >log.swf
	"$SOJOURN" run -w log.swf -p fifo --allocs --jobs-csv jobs.csv --events e.json -o new.db 2>/dev/null
	sqlite3 old.db <"$BATS_TEST_DIRNAME/fixtures/schema-1.sql"
	sqlite3 old.db "ATTACH 'new.db' AS n;
		INSERT INTO run SELECT * FROM n.run; INSERT INTO job SELECT * FROM n.job;
		INSERT INTO who SELECT * FROM n.who; INSERT INTO metric SELECT * FROM n.metric;
		INSERT INTO alloc SELECT run, job, task, from_ns, to_ns, first, last FROM n.alloc;
		INSERT INTO sample SELECT run, at_ns, busy, running, waiting, wanted FROM n.sample"
	cp old.db before.db
	chmod a-w old.db
	"$SOJOURN" export old.db --format batsim | cmp - jobs.csv
	"$SOJOURN" export old.db --format perfetto | cmp - e.json
	"$SOJOURN" plot gantt old.db -o g.png
	cmp old.db before.db
}

@test "a results file of version 2 is read as it is" {
	needs sqlite3
	gpu_log >log.jsonl
	ran -p fifo --allocs --events e.json -o new.db
	sqlite3 old.db <"$BATS_TEST_DIRNAME/fixtures/schema-2.sql"
	sqlite3 old.db "ATTACH 'new.db' AS n;
		INSERT INTO run SELECT * FROM n.run; INSERT INTO job SELECT * FROM n.job;
		INSERT INTO who SELECT * FROM n.who; INSERT INTO metric SELECT * FROM n.metric;
		INSERT INTO alloc SELECT * FROM n.alloc; INSERT INTO sample SELECT * FROM n.sample"
	cp old.db before.db
	chmod a-w old.db
	"$SOJOURN" export old.db --format perfetto | cmp - e.json
	cmp old.db before.db
}

@test "a results file of version 3 is read as it is: nobody has learned anything" {
	needs sqlite3
	small_log >log.swf
	"$SOJOURN" run -w log.swf -p fifo --jobs-csv jobs.csv -o new.db 2>/dev/null
	sqlite3 old.db <"$BATS_TEST_DIRNAME/fixtures/schema-3.sql"
	sqlite3 old.db "ATTACH 'new.db' AS n;
		INSERT INTO run SELECT * FROM n.run; INSERT INTO job SELECT * FROM n.job;
		INSERT INTO who SELECT * FROM n.who"
	chmod a-w old.db
	"$SOJOURN" export old.db --format batsim | cmp - jobs.csv
	refused 3 'no complete run of it has learned anything' \
		"$SOJOURN" run -w log.swf -p bandit --learn-from old.db --no-store
}
