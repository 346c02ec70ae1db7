# SPDX-License-Identifier: GPL-3.0-or-later
# readers.bats - small files of formats of task graphs, found by what is in them, with
# schedules worked out by hand.
load helper

metric() { # NAME ARGS...: of one run
	local name=$1
	shift
	"$SOJOURN" run --no-store --json "$@" 2>/dev/null | jq -r ".runs[0].metrics.$name"
}

info() { # JQ-PATH WORKLOAD
	"$SOJOURN" trace info --json "$2" | jq -r "$1"
}

@test "hetdag: unrelated machines, and the same through the native format" {
	printf '#critical\r\n0.0\r\n#tasks\r\n0: 4, 6 \r\n1: 15, 3\r\n#edges\r\n0:  0, 1, 5\r\n#end\r\n' >g.dag
	# Both on node 0; on a pool each at its best.
	[ "$(metric makespan_s -w g.dag -p fifo)" = 19 ]
	[ "$(metric makespan_s -w g.dag -c procs=2 -p fifo)" = 7 ]
	"$SOJOURN" trace convert g.dag -o g.jsonl
	c=nodes=2,cores=1
	[ "$(metric makespan_s -w g.jsonl -c $c -p fifo)" = 19 ]
	# The second on node 1: 5 s over 1 GB/s between them, then 3.
	sed 's/"scaling":2/"scaling":2,"node":2/' g.jsonl >h.jsonl
	[ "$(metric makespan_s -w h.jsonl -c $c,bw=1GB/s,topology=star,duplex=fatpipe -p fifo)" = 12 ]
	[ "$(info '.graphs | [.tasks, .edges, .work_s, .critical_path_s, .levels, .width] | @csv' g.dag)" = 2,1,7,7,2,1 ]
}

@test "gxl: the schedule of the document, run" {
	node() { # ID START WEIGHT FINISH PROCESSOR
		echo "<node id=\"$1\"><attr name=\"Start time\"><int>$2</int></attr><attr name=\"Weight\"><int>$3</int></attr>"
		echo "<attr name=\"Finish time\"><int>$4</int></attr><attr name=\"Processor\"><int>$5</int></attr></node>"
	}
	{
		echo '<gxl><graph><attr name="Number of processors"><int>2</int></attr>'
		echo '<attr name="Total schedule length"><int>9</int></attr>'
		node a 0 4 4 0
		node b 7 2 9 1
		node c 4 5 9 0
		for e in b:3 c:9; do
			echo "<edge from=\"a\" to=\"${e%:*}\"><attr name=\"Weight\"><int>${e#*:}</int></attr></edge>"
		done
		echo '</graph></gxl>'
	} >g.gxl
	[ "$(info .counts.schedule_valid g.gxl)" = 1 ]
	[ "$(info .graphs.stated_makespan_s g.gxl)" = 9 ]
	[ "$(metric makespan_s -w g.gxl,schedule=yes -p replay --staging prefetch)" = 9 ]
	[ "$(metric staging_s -w g.gxl,schedule=yes -p replay --staging prefetch)" = 0 ]
	# Data fetched by the task itself comes 3 s after its start at 7.
	[ "$(metric makespan_s -w g.gxl,schedule=yes -p replay)" = 12 ]
	sed 's/<int>7</<int>6</; s/<attr name="Finish time"><int>9</<attr name="Finish time"><int>8</' g.gxl >bad.gxl
	[ "$(info .counts.schedule_valid bad.gxl)" = 0 ]
}

@test "gwf, alibaba2018, alibaba2017: a task a row" {
	cat >w.gwf <<-'END'
		WorkflowID, JobID     , SubmitTime, RunTime   , NProcs    , ReqNProcs , Dependencies
		0         , 1         , 16        , 11        , 1         , 1         ,
		0         , 2         , 40        , 12.5      , 2         , 1         , 1
	END
	[ "$(metric makespan_s -w w.gwf -c procs=4 -p fifo)" = 23.5 ]
	[ "$(info '.graphs.edges' w.gwf)" = 1 ]
	cat >b.csv <<-'END'
		R2_1,4,j_1,1,Terminated,20,30,100,0.5
		M1,10,j_1,1,Terminated,5,20,50,0.25
	END
	[ "$(metric makespan_s -w b.csv -c procs=10 -p fifo)" = 25 ]
	[ "$(info '.format' b.csv)" = alibaba2018 ]
	{
		echo 'task_create_time, task_end_time, job_id, task_id,number_of_instances, status, number_of_cpus_requested_per_instance_in_the_task,normalized_memory_requested_per_instance_in_the_task'
		echo '0,10,1,7,6,Terminated,50,0.1'
		echo '0,10,1,8,6,Waiting,,'
	} >a.csv
	accepted 'dropped 1 job' "$SOJOURN" run --no-store -w a.csv -c procs=6 -p fifo
	[ "$(metric makespan_s -w a.csv -c procs=6 -p fifo)" = 10 ]
	# Half a core each on cores cut in two; one by one on four.
	[ "$(metric makespan_s -w a.csv,cut=2 -c procs=6 -p fifo)" = 10 ]
	[ "$(metric makespan_s -w a.csv,bag=yes -c procs=4 -p fifo)" = 20 ]
	refused 2 'cut' "$SOJOURN" trace info a.csv,cut=0
}

@test "swim: map, shuffle, reduce" {
	printf 'job1\t0\t0\t300\t1000\t0\njob2\t5\t5\t100\t0\t100\n' >w.tsv
	a=block=100B,map_rate=50B/s,reduce_block=500B,reduce_rate=25B/s,setup=1s
	# 3 maps of 1 + 2 s, 2 reduces of 1 + 20 s; at 5 s one map of 1 + 4 s.
	[ "$(metric makespan_s -w w.tsv,$a -c procs=3 -p fifo)" = 24 ]
	[ "$(info '.graphs | [.jobs, .tasks, .edges, .bytes] | @csv' w.tsv,$a)" = 1,6,6,1000 ]
	[ "$(info '.counts.map_input_bytes' w.tsv)" = 400 ]
	# A node a map: two in three of the edges cross the network (fair shares of it).
	[ "$(metric bytes_moved -w w.tsv,$a -c nodes=3,cores=1,bw=1kB/s,topology=star -p fifo)" -gt 600 ]
}

@test "tpch: stages" {
	echo '{"size":"2g","query":3,"stages":2,"edges":[[0,1]],"stage":[{"first_wave":{"2":[40,10],"5":[50,20,20,20,20]},"rest_wave":{"2":[20,30,5],"5":[]},"fresh_durations":{"2":[40],"5":[]}},{"first_wave":{"2":[7]},"rest_wave":{"2":[]},"fresh_durations":{"2":[]}}]}' >q.jsonl
	[ "$(info .format q.jsonl)" = tpch ]
	# Two executors: 60 ms, then 7; the same from single tasks; five: 50, then 7.
	[ "$(metric makespan_s -w q.jsonl,executors=2 -c procs=2 -p fifo)" = 0.067 ]
	[ "$(metric makespan_s -w q.jsonl,executors=2,stage=tasks -c procs=2 -p fifo)" = 0.067 ]
	[ "$(metric makespan_s -w q.jsonl,executors=5 -c procs=5 -p fifo)" = 0.057 ]
	refused 2 'executors' "$SOJOURN" trace info q.jsonl,executors=3
}

@test "offered load counts every task of a job" {
	tasks='"tasks":[{"procs":1,"runtime_ns":4000000000},{"procs":2,"runtime_ns":3000000000}],"edges":[{"from":0,"to":1}]'
	for s in 0 10000000000; do echo '{"submit_ns":'$s,$tasks'}'; done >g.jsonl
	# Twice 4 + 6 core-seconds on 2 cores in 10 s.
	run -0 --separate-stderr "$SOJOURN" run --no-store --json -w g.jsonl -c procs=2 -p fifo
	[ "$(jq -r '.. | .offered_load? // empty' <<<"$output" | head -1)" = 1 ]
	[ "$("$SOJOURN" trace info --json -c procs=2 g.jsonl 2>/dev/null | jq -r .jobs.offered_load)" = 1 ]
}
