# SPDX-License-Identifier: GPL-3.0-or-later
# writers.bats - task graphs written for other programs: WfFormat, DOT, and simulated runs
# as workflows.
load helper

needs() {
	command -v "$1" >/dev/null || skip "$1 is not installed"
}

# Task 0 feeds 1 and 2, which feed 3; the last edge has no bytes. A second job of one task.
two_jobs() {
	cat <<-'END'
		{"id":5,"submit_ns":1500000000,"tasks":[{"runtime_ns":10000000001},{"cores":4,"runtime_ns":2500000000},{"runtime_ns":60000000000},{"runtime_ns":0}],"edges":[{"from":0,"to":2,"bytes":1000},{"from":0,"to":1,"bytes":123456789},{"from":1,"to":3,"bytes":7},{"from":2,"to":3}]}
		{"id":-6,"submit_ns":2000000000,"procs":3,"runtime_ns":1000000000}
	END
}

# What the schema of WfFormat 1.5 requires, and that what is named is there.
valid_wfformat() {
	jq -e '
		def ids: type == "string" and test("^[0-9a-zA-Z_.-]+$");
		(.name | type == "string" and length > 0) and .schemaVersion == "1.5" and
		(.runtimeSystem | (.name | length > 0) and (.version | length > 0)) and
		(.workflow.specification as $s | .workflow.execution as $e |
		($s.tasks | length > 0 and all((.name | length > 0) and (.id | ids) and
			(.parents | all(ids)) and (.children | all(ids)) and
			(.inputFiles | all(ids)) and (.outputFiles | all(ids)))) and
		($s.files | all((.id | ids) and (.sizeInBytes | type == "number" and . >= 0 and . == floor))) and
		($e.makespanInSeconds | type == "number") and
		($e.executedAt | test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}([.][0-9]+)?Z$")) and
		($e.tasks | length > 0 and all((.id | ids) and (.runtimeInSeconds | type == "number" and . >= 0) and
			.coreCount >= 1)) and
		(($e.machines // [{nodeName: "x"}]) | length > 0 and all((.nodeName | length > 0) and
			(.cpu.coreCount // 1) >= 1)) and
		([$s.tasks[].id] == [$e.tasks[].id]) and
		([$s.tasks[] | .id as $t | .parents[] | [., $t]] | sort) ==
			([$s.tasks[] | .id as $t | .children[] | [$t, .]] | sort) and
		([$s.tasks[] | (.inputFiles + .outputFiles)[]] | unique) == ([$s.files[].id] | sort | unique) and
		([$e.tasks[].machines // [] | .[]] - [$e.machines // [] | .[].nodeName] == []))' "$1" >/dev/null
}

facts() {
	"$SOJOURN" trace info --json "$1" | jq -c '[.graphs, .jobs.procs, .jobs.run_s]'
}

@test "wfformat: a job written down, worked out by hand" {
	needs jq
	two_jobs >g.jsonl
	accepted '1 jobs written to w.json' "$SOJOURN" trace convert g.jsonl --job 5 -o w.json
	valid_wfformat w.json
	[ "$(jq -c '.workflow.specification.tasks | map([.id, .parents, .children])' w.json)" = \
		'[["t0",[],["t1","t2"]],["t1",["t0"],["t3"]],["t2",["t0"],["t3"]],["t3",["t1","t2"],[]]]' ]
	[ "$(jq -c '.workflow.specification | [.tasks[0].outputFiles, .tasks[1].inputFiles,
		(.files | map([.id, .sizeInBytes]))]' w.json)" = \
		'[["d1","d0"],["d1"],[["d0",1000],["d1",123456789],["d2",7]]]' ]
	[ "$(jq -c '.workflow.execution.tasks | map([.runtimeInSeconds, .coreCount])' w.json)" = \
		'[[10.000000001,1],[2.5,4],[60,1],[0,1]]' ]
	[ "$(jq -r .workflow.execution.executedAt w.json)" = 1970-01-01T00:00:01.500000000Z ]
}

@test "wfformat: read back it is the same graph, and written again the same text" {
	needs jq
	local shape
	for shape in fft lu montage mapreduce layered; do
		"$SOJOURN" gen "dag:n=1,shape=$shape,size=16,ccr=1" -o g.jsonl --force 2>/dev/null
		"$SOJOURN" trace convert g.jsonl -o a.json --force 2>/dev/null
		valid_wfformat a.json
		[ "$(facts g.jsonl)" = "$(facts a.json)" ]
		"$SOJOURN" trace convert a.json -o b.json --force 2>/dev/null
		valid_wfformat b.json
		[ "$(facts a.json)" = "$(facts b.json)" ]
		# Edges are in order once they have been read.
		"$SOJOURN" trace convert b.json -o c.json --force 2>/dev/null
		cmp b.json c.json
	done
}

@test "wfformat: one job a file" {
	two_jobs >g.jsonl
	refused 2 'holds one job, and there are more; choose one with --job, or put [{]job[}]' \
		"$SOJOURN" trace convert g.jsonl -o w.json
	[ ! -e w.json ]
	refused 3 'no job 7 in it' "$SOJOURN" trace convert g.jsonl --job 7 -o w.json
	[ ! -e w.json ]
	accepted '2 jobs written to w-[{]job[}].json' "$SOJOURN" trace convert g.jsonl -o 'w-{job}.json'
	[ -s w-5.json ] && [ -s w--6.json ]
	refused 2 'w-5.json exists' "$SOJOURN" trace convert g.jsonl -o 'w-{job}.json'
	accepted 'written' "$SOJOURN" trace convert g.jsonl -o 'w-{job}.jsonl'
	[ "$(cat w-5.jsonl w--6.jsonl | grep -c '"id"')" = 2 ]
	echo '{"id":1,"submit_ns":0,"tasks":[{"runtime_ns":1,"gpu_milli":500},{"runtime_ns":1}]}' >gpu.jsonl
	refused 3 'job 1: task 0 needs GPUs, which WfFormat cannot say' "$SOJOURN" trace convert gpu.jsonl -o x.json
	[ ! -e x.json ]
}

@test "dot: a graph that Graphviz reads" {
	two_jobs >g.jsonl
	accepted '2 jobs written' "$SOJOURN" trace convert g.jsonl -o g.dot
	grep -q '"5.0" -> "5.1" .*label="123 MB"' g.dot
	grep -q '"5.1" \[label="1\\n4 x 2.5[0]* s"' g.dot
	grep -q '"5.2" -> "5.3" \[style=dashed\]' g.dot
	grep -q 'subgraph "cluster_-6"' g.dot
	needs dot
	dot -Tplain g.dot >plain
	[ "$(grep -c ^node plain)" = 5 ] && [ "$(grep -c ^edge plain)" = 4 ]
}

@test "export wfformat: when and where tasks ran" {
	needs jq
	two_jobs >g.jsonl
	"$SOJOURN" run -w g.jsonl -c nodes=2,cores=4,mem=1GiB,bw=1Gbit/s,topology=star -p fifo --allocs \
		-o r.db >run.txt 2>said
	refused 2 'several jobs, and a document in WfFormat holds one' "$SOJOURN" export r.db --format wfformat
	"$SOJOURN" export r.db --format wfformat --job 5 >w.json
	valid_wfformat w.json
	# Task 1 finds no room beside task 2, and waits a second for its data.
	[ "$(jq -c '.workflow.execution | [.makespanInSeconds, (.tasks | map(.machines[0])), (.machines | length)]' \
		w.json)" = '[70.000000057,["node0","node1","node0","node0"],2]' ]
	[ "$(jq -c '.workflow.execution | [.makespanInSeconds, .executedAt, (.tasks | map([.runtimeInSeconds, .machines[0]]))]' w.json)" = \
		"$(sqlite3 r.db "SELECT json_array((max(to_ns) - min(from_ns)) / 1e9, '1970-01-01T00:00:01.500000000Z',
			(SELECT json_group_array(json_array((to_ns - from_ns) / 1e9, 'node' || node)) FROM
				(SELECT * FROM alloc WHERE job = 0 ORDER BY task))) FROM alloc WHERE job = 0" | jq -c .)" ]
	# Run again where it ran, it takes as long.
	run --separate-stderr "$SOJOURN" run -w wfformat:w.json,place=recorded -c w.json -p fifo --no-store --json
	[ "$status" -eq 0 ]
	[ "$(jq '.runs[0].metrics.makespan_s' <<<"$output")" = "$(jq .workflow.execution.makespanInSeconds w.json)" ]
	refused 3 'no job 9 in run 1' "$SOJOURN" export r.db --format wfformat --job 9
	"$SOJOURN" run -w g.jsonl -c nodes=2,cores=4 -p fifo -o none.db >run.txt 2>said
	refused 3 'kept no allocations of job 5' "$SOJOURN" export none.db --format wfformat --job 5
	sed -i 's/60000000000/60000000001/' g.jsonl
	refused 5 'the workload has changed' "$SOJOURN" export r.db --format wfformat --job 5
}

@test "export wfformat: a task on several nodes, and one that was stopped" {
	needs jq
	echo '{"id":1,"submit_ns":0,"ranks":3,"cores":2,"runtime_ns":4000000000}' >w.jsonl
	"$SOJOURN" run -w w.jsonl -c nodes=4,cores=2 -p fifo --allocs -o w.db >run.txt 2>said
	"$SOJOURN" export w.db --format wfformat >w.json
	valid_wfformat w.json
	[ "$(jq -c '.workflow.execution | [.makespanInSeconds, .tasks[0].coreCount, .tasks[0].machines, (.machines | length)]' \
		w.json)" = '[4,6,["node0","node1","node2"],3]' ]
	# Its node fails at 2 s: it begins again on the other one, and held processors for 6 s.
	echo '{"id":1,"submit_ns":0,"procs":2,"runtime_ns":4000000000}' >f.jsonl
	printf 'time,node,change\n2s,0,fail\n' >nodes.csv
	"$SOJOURN" run -w f.jsonl -c nodes=2,cores=2 -p fifo --failures nodes.csv --allocs -o f.db >run.txt 2>said
	"$SOJOURN" export f.db --format wfformat >f.json
	[ "$(jq -c '.workflow.execution.tasks[0] | [.runtimeInSeconds, .machines]' f.json)" = '[6,["node1"]]' ]
}
