# SPDX-License-Identifier: GPL-3.0-or-later
# links.bats - what runs tell of their network: transfers and links in the store, in
# summaries, in traces for Perfetto.
load helper

needs() {
	command -v "$1" >/dev/null || skip "$1 is not installed"
}

# Task 0 sends 1000 B to task 2 and 500 B to task 3, which are on other nodes: cables of
# 100 B/s and half a second, so bytes flow from 11 s, to 26 s and to 21 s.
fork_job() {
	echo '{"id":7,"submit_ns":0,"tasks":[{"runtime_ns":10000000000},{"runtime_ns":10000000000},' \
		'{"runtime_ns":10000000000},{"runtime_ns":10000000000}],"edges":[{"from":0,"to":1},' \
		'{"from":0,"to":2,"bytes":1000},{"from":0,"to":3,"bytes":500}]}' | tr -d '\n'
	echo
}

star="nodes=3,cores=1,bw=100B/s,lat=500ms,topology=star"
wide="nodes=8,cores=4,gpus=2,bw=10Gbit/s,lat=5us,topology=tree:2x4"
graphs="gen:dag:n=6,shape=fft,size=4,ccr=2,bw=10Gbit/s,gap=60"

@test "links: transfers and links of a fork, worked out by hand" {
	needs sqlite3
	fork_job >g.jsonl
	accepted '3 of 6 links carried 3000 bytes, 13[.]89 % .*busiest: node 0 up 41[.]7 % \(at most 100[.]0 %\), node 1 down' \
		"$SOJOURN" run -w g.jsonl -c "$star" -p fifo --links --transfers -o r.db
	[ "$(sqlite3 r.db 'SELECT job, task, from_task, from_node, to_node, bytes, began_ns / 1e9,
		flowing_ns / 1e9, ended_ns / 1e9, arrived FROM transfer')" = \
		$'0|3|0|0|2|500|10.0|11.0|21.0|1\n0|2|0|0|1|1000|10.0|11.0|26.0|1' ]
	[ "$(sqlite3 r.db 'SELECT name, bytes, round(utilization_mean, 6), round(utilization_peak, 6), busy_s
		FROM v_link')" = \
		$'node 0 up|1500|0.416667|1.0|15.0\nnode 1 down|1000|0.277778|1.0|15.0\nnode 2 down|500|0.138889|0.5|10.0' ]
	[ "$(sqlite3 r.db 'SELECT link, sum(bytes) FROM sample_link GROUP BY link')" = $'0|1500\n3|1000\n5|500' ]
}

@test "links: the summary in the JSON document; nothing without the flag" {
	needs jq
	fork_job >g.jsonl
	run --separate-stderr "$SOJOURN" run -w g.jsonl -c "$star" -p fifo --links --no-store --json
	[ "$(jq -c '.runs[0].links | [.links, .used, .bytes, (.busiest | map([.name, .bytes, .busy_s]))]' \
		<<<"$output")" = '[6,3,3000,[["node 0 up",1500,15],["node 1 down",1000,15],["node 2 down",500,10]]]' ]
	run --separate-stderr "$SOJOURN" run -w g.jsonl -c "$star" -p fifo --json -o r.db
	[ "$(jq '.runs[0].links' <<<"$output")" = null ]
	needs sqlite3
	[ "$(sqlite3 r.db 'SELECT (SELECT count(*) FROM link) + (SELECT count(*) FROM transfer)')" = 0 ]
}

@test "links: what is stored adds up to what the metrics say, and changes no decision" {
	needs sqlite3
	needs jq
	local plain
	plain=$("$SOJOURN" run -w "$graphs" -c "$wide" -p easy --no-store --json 2>/dev/null |
		jq -r '.runs[0].digest')
	run --separate-stderr "$SOJOURN" run -w "$graphs" -c "$wide" -p easy --links --transfers -o r.db --json
	[ "$(jq -r '.runs[0].digest' <<<"$output")" = "$plain" ]
	[ "$(sqlite3 r.db "SELECT (SELECT sum(bytes) FROM transfer) = value, value > 1e9 FROM metric
		WHERE name = 'bytes_moved'")" = "1|1" ]
	[ "$(sqlite3 r.db 'SELECT (SELECT sum(bytes) FROM link) = (SELECT sum(bytes) FROM sample_link)')" = 1 ]
	[ "$(jq '.runs[0].links.bytes' <<<"$output")" = "$(sqlite3 r.db 'SELECT sum(bytes) FROM link')" ]
	# Within one half of the tree 2 links, from one half to the other 4.
	[ "$(sqlite3 r.db 'SELECT abs((SELECT sum(bytes) FROM link) - (SELECT sum(bytes * iif(
		from_node / 4 = to_node / 4, 2, 4)) FROM transfer)) <= (SELECT count(*) FROM link)')" = 1 ]
}

@test "export links, transfers: as CSV" {
	fork_job >g.jsonl
	"$SOJOURN" run -w g.jsonl -c "$star" -p fifo --links --transfers -o r.db >run.txt 2>said
	[ "$("$SOJOURN" export r.db --format transfers)" = "$(printf '%s\n' \
		run,job_id,task,from_task,from_node,to_node,bytes,began_s,flowing_s,ended_s,arrived \
		1,7,3,0,0,2,500,10,11,21,1 1,7,2,0,0,1,1000,10,11,26,1)" ]
	"$SOJOURN" export r.db --format links >l.csv
	[ "$(awk -F, 'NR > 1 { bytes[$3] += $6; if ($7 > 1.01) bad = 1 } END { if (!bad)
		print bytes["node 0 up"], bytes["node 1 down"], bytes["node 2 down"] }' l.csv)" = "1500 1000 500" ]
	"$SOJOURN" run -w g.jsonl -c "$star" -p fifo -o none.db >run.txt 2>said
	refused 3 'no sample_link in it; `sojourn run --links` keeps what links carried' "$SOJOURN" export none.db --format links
}

@test "links: what cannot be" {
	fork_job >g.jsonl
	refused 2 '--links is about a network, and nodes=3 has none' "$SOJOURN" run -w g.jsonl \
		-c nodes=3,cores=1 -p fifo --links --no-store
	refused 2 '--transfers is about a network' "$SOJOURN" run -w g.jsonl -c "$star" --network none \
		-p fifo --transfers -o r.db
	refused 2 '--transfers keeps them in the results file' "$SOJOURN" run -w g.jsonl -c "$star" \
		-p fifo --transfers --no-store
}

@test "perfetto: arrows from slice to slice, bars of transfers, counters of links" {
	needs jq
	"$SOJOURN" run -w "$graphs" -c "$wide" -p easy --links --transfers --allocs --events e.json -o r.db \
		2>/dev/null >run.txt
	# Every arrow has a beginning and an end, and both lie in a slice of their track.
	jq -e '.traceEvents as $e
		| ($e | map(select(.ph == "X")) | group_by([.pid, .tid])
			| map({key: "\(.[0].pid) \(.[0].tid)", value: .}) | from_entries) as $slices
		| ($e | map(select(.ph == "s" or .ph == "f"))) as $ends
		| ($ends | length > 100)
		and ($ends | group_by(.id) | all(length == 2 and .[0].ph == "s" and .[1].ph == "f"
			and .[1].bp == "e" and .[0].ts <= .[1].ts and .[0].pid != .[1].pid))
		and ($ends | all(. as $a | $slices["\(.pid) \(.tid)"]
			| any(.ts <= $a.ts and $a.ts <= .ts + .dur)))' e.json >/dev/null
	# As many bars as transfers, with their bytes.
	jq -e '[.traceEvents[] | select(.ph == "b") | .id] == ([.traceEvents[] | select(.ph == "e") | .id])' \
		e.json >/dev/null
	needs sqlite3
	[ "$(jq '[.traceEvents[] | select(.ph == "b")] | [length, (map(.args.bytes) | add)] | map(tostring) | join("|")' \
		-r e.json)" = "$(sqlite3 r.db 'SELECT count(*), sum(bytes) FROM transfer')" ]
	# A counter for each link that carried something, never above all of it.
	jq -e --argjson links "$(sqlite3 r.db 'SELECT count(*) FROM link')" '[.traceEvents[] | select(.ph == "C" and .args.percent != null)] |
		(map(.name) | unique | length) == $links and all(.args.percent >= 0 and .args.percent < 100.0001)' \
		e.json >/dev/null
	"$SOJOURN" export r.db --format perfetto | cmp - e.json
}

# Each of 4 ranks sends 2 x 3/4 of 1 GB in each of 5 steps.
@test "links: what ranks send each other is on the links, step by step; repro counts the same events" {
	needs jq
	cat >c.jsonl <<-'END'
		{"schema":"sojourn.jobs/1","comms":[{"op":"all-reduce","way":"ring","bytes":1000000000}]}
		{"id":1,"submit_ns":0,"ranks":4,"cores":2,"runtime_ns":10000000000,"steps":5,"comm":1,"layout":"spread"}
	END
	local f links=""
	for f in "" --links --transfers "--events e.json"; do
		# shellcheck disable=SC2086
		run --separate-stderr "$SOJOURN" run -w c.jsonl -c nodes=4,cores=2,bw=1Gbit/s,topology=star -p fifo \
			--collectives flow $f -o r.db --json
		[ "$status" -eq 0 ]
		links="$links $(jq -c '.runs[0].links | .bytes' <<<"$output")"
	done
	[ "$links" = " null 60000000000 null null" ]
	jq -e '[.traceEvents[] | select(.ph == "C" and .args.percent != null) | .name] | unique | length == 8' \
		e.json >/dev/null
	run "$SOJOURN" repro r.db
	[ "$status" -eq 0 ]
	[ "$(grep -c same <<<"$output")" = 4 ]
	needs sqlite3
	[ "$(sqlite3 r.db 'SELECT count(DISTINCT bytes), min(bytes) FROM link')" = "1|7500000000" ]
	[ "$(sqlite3 r.db 'SELECT count(*) FROM transfer')" = 0 ]
}

# Task 0 writes 1000 B to the storage at 50 B/s; then task 1, elsewhere, reads that and 500 B
# that lie there. In the second run data moves while its task still waits.
@test "transfers: files of storages, and data that moves ahead" {
	needs sqlite3
	cat >s.jsonl <<-'END'
		{"submit_ns":0,"tasks":[{"runtime_ns":10000000000,"node":1,"writes":["out"]},{"runtime_ns":10000000000,"node":2,"reads":["out","set"]}],"files":[{"name":"out","bytes":1000,"to":"storage"},{"name":"set","bytes":500,"at":["storage"]}]}
	END
	"$SOJOURN" run -w s.jsonl -c nodes=2,cores=2,bw=100B/s,lat=500ms,topology=star,storage_bw=50B/s -p fifo \
		--links --transfers --allocs --events e.json -o r.db >run.txt 2>said
	[ "$(sqlite3 r.db 'SELECT task, from_task, from_node, to_node, bytes, arrived FROM transfer ORDER BY began_ns, bytes')" = \
		$'0|0|0|2|1000|1\n1||2|1|500|1\n1|0|0|1|1000|1' ]
	[ "$(sqlite3 r.db "SELECT sum(bytes) = (SELECT value FROM metric WHERE name = 'bytes_moved') FROM transfer")" = 1 ]
	[ "$(sqlite3 r.db "SELECT name, bytes FROM v_link WHERE name LIKE 'storage%' ORDER BY link")" = \
		$'storage out|500\nstorage in|1000' ]
	"$SOJOURN" export r.db --format perfetto | cmp - e.json
	"$SOJOURN" run -w "$graphs,procs=64" -c "$wide" -p fifo --staging prefetch --links --transfers -o p.db >run.txt 2>said
	[ "$(sqlite3 p.db "SELECT sum(bytes) = (SELECT value FROM metric WHERE name = 'bytes_moved') FROM transfer")" = 1 ]
	[ "$(sqlite3 p.db 'SELECT abs((SELECT sum(bytes) FROM link) - (SELECT sum(bytes * iif(
		from_node / 4 = to_node / 4, 2, 4)) FROM transfer)) <= (SELECT count(*) FROM link)')" = 1 ]
}
