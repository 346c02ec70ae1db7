# SPDX-License-Identifier: GPL-3.0-or-later
# formats.bats - workloads in other formats than SWF and JSON Lines, from the command line.
load helper

gpu_jobs() {
	printf 'job_id,num_gpu,submit_time,iterations,model_name,duration,interval\n'
	printf '0,2,0,1,vgg,10,0\n1,2,1,1,bert,5,1\n2,1,2,1,vgg,3,1\n'
}

@test "formats: a table is known by its columns, forced by a prefix, read from a pipe" {
	gpu_jobs >jobs.csv
	run -0 "$SOJOURN" trace info --json jobs.csv
	for want in '"format": "tiresias"' '"records": 3' '"lines": 4' '"max_procs": 2' \
		'"resource": "GPU-seconds"' '"total_resource_seconds": 33.0' '"unsorted": 0'; do
		grep -qF -- "$want" <<<"$output" || { echo "no $want"; echo "$output"; false; }
	done
	run -0 bash -c "'$SOJOURN' trace info --json tiresias:- <jobs.csv"
	grep -qF '"format": "tiresias"' <<<"$output"
	run -0 bash -c "gzip -c jobs.csv | '$SOJOURN' trace convert - --to jsonl"
	[ "$(grep -c '"gpu_milli":1000' <<<"$output")" -eq 3 ]
}

@test "formats: GPU jobs wait for GPUs" {
	gpu_jobs >jobs.csv
	run -0 "$SOJOURN" run -w jobs.csv -p fifo -c nodes=1,cores=9,gpus=2 --no-store --json
	grep -q '"makespan_s": 18' <<<"$output"
}

@test "formats: what is dropped is told" {
	printf 'JobID|Submit|Start|End|NCPUS\n1|2025-01-05T00:00:00|2025-01-05T00:00:01|2025-01-05T00:00:09|2\n' >log.sacct
	printf '1.batch||||\n2|2025-01-05T00:00:00|Unknown|Unknown|2\n' >>log.sacct
	accepted 'a step of a job' "$SOJOURN" run -w log.sacct -c procs=4 -p fifo --no-store
	run -0 "$SOJOURN" trace info --json log.sacct
	grep -q '"step": 1' <<<"$output"
	grep -q '"runtime": 1' <<<"$output"
}

@test "formats: one sentence with file, line and field" {
	{ gpu_jobs; echo '3,1,soon,1,vgg,3,1'; } >jobs.csv
	refused 3 'jobs.csv:5: field 3 .submit_time.: "soon" is not a number of seconds' \
		"$SOJOURN" run -w jobs.csv -c procs=4 -p fifo --no-store
	echo '{"nb_res":2,"jobs":[{"id":1,"subtime":0,"res":1,"profile":"x"}],"profiles":{"x":{"type":"mpi"}}}' >w.json
	refused 3 'w.json: jobs.0.: profile "x" is of type "mpi", which is not known' \
		"$SOJOURN" trace info w.json
	printf 'a,b,c\n1,2,3\n' >other.csv
	refused 3 'the format of the workload is not clear' "$SOJOURN" trace info other.csv
	gpu_jobs | head -c 40 >cut.csv
	refused 3 'cut.csv:1: column "duration" is missing' "$SOJOURN" trace info tiresias:cut.csv
}

# Pod 1 takes either model, pod 2 one that the machine may lack, pod 3 needs no GPU, so
# its model says nothing.
pods() {
	echo name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,creation_time,deletion_time,scheduled_time
	echo 'p-1,1000,1,1,500,P100|V100,0,10,0'
	echo 'p-2,1000,1,1,1000,T4,0,20,0'
	echo 'p-3,1000,1,0,0,G9,0,30,0'
}

@test "formats: a pod runs on the GPU models it names, and is rejected where none is" {
	pods >pods.csv
	accepted 'no GPU of the machine is of the model "T4"' "$SOJOURN" run -w pods.csv \
		-c nodes=1,cores=4,gpus=2,gpu=v100 -p firstfit --no-store --jobs-csv jobs.csv
	grep -q '^1,.*,1,COMPLETED_SUCCESSFULLY' jobs.csv
	grep -q '^2,.*REJECTED' jobs.csv
	grep -q '^3,.*COMPLETED_SUCCESSFULLY' jobs.csv
	run --separate-stderr "$SOJOURN" run -w pods.csv -c nodes=1,cores=4,gpus=2,gpu=T4 \
		-p firstfit --no-store --jobs-csv jobs.csv
	[[ "$stderr" == *'of the model "P100|V100"'* ]]
	grep -q '^1,.*REJECTED' jobs.csv
	grep -q '^2,.*COMPLETED_SUCCESSFULLY' jobs.csv
}

rates() {
	echo '{"k80": {"('"'A'"', 1)": {"null": 5}}, "v100": {"('"'A'"', 1)": {"null": 10}}}'
}

@test "formats: another file behind the path, its hash in the store, its names in messages" {
	printf 'A\tc\t-n\t1\t300\t0\t1\n' >jobs.trace
	rates | gzip >rates.json.gz
	run -0 "$SOJOURN" run -w jobs.trace,throughputs=rates.json.gz -c nodes=1,cores=1,gpus=1 \
		-p fifo -o r.db --json
	grep -q '"makespan_s": 30' <<<"$output"
	run -0 "$SOJOURN" query "SELECT role, sha256 FROM input ORDER BY role" r.db
	grep -q "throughputs.*$(sha256sum rates.json.gz | cut -c1-64)" <<<"$output"
	run -0 "$SOJOURN" repro r.db
	run -0 "$SOJOURN" trace info --json gavel:jobs.trace,reference=k80,throughputs=rates.json.gz
	grep -q '"total_resource_seconds": 60.0' <<<"$output"
	refused 2 'format gavel has no option "troughputs"; did you mean "throughputs"' \
		"$SOJOURN" trace info gavel:jobs.trace,troughputs=rates.json.gz
	refused 3 'none.json: no such file' \
		"$SOJOURN" trace info gavel:jobs.trace,throughputs=none.json
	refused 2 'throughputs is given twice' \
		"$SOJOURN" trace info gavel:jobs.trace,throughputs=rates.json.gz,throughputs=x
	accepted 'add ,throughputs=FILE behind the path' "$SOJOURN" run -w jobs.trace \
		-c nodes=1,cores=1,gpus=1 -p fifo --no-store
}

@test "formats: a pattern is all its files in order of their names, as one" {
	gpu_jobs | head -2 >part-1.csv
	{ gpu_jobs | head -1; printf '1,2,1,1,bert,5,1'; } | gzip >part-10.csv.gz
	{ gpu_jobs | head -1; echo '2,1,2,1,vgg,3,1'; } >part-2.csv
	run -0 "$SOJOURN" trace info --json 'tiresias:part-*'
	for want in '"records": 3' '"unsorted": 0' '"max_procs": 2' \
		"$(cat part-1.csv part-10.csv.gz part-2.csv | sha256sum | cut -c1-64)"; do
		grep -qF -- "$want" <<<"$output" || { echo "no $want"; echo "$output"; false; }
	done
	gpu_jobs >whole.csv
	a=$("$SOJOURN" run -w 'part-*' -c nodes=1,cores=9,gpus=2 -p fifo --no-store --json | grep digest)
	b=$("$SOJOURN" run -w whole.csv -c nodes=1,cores=9,gpus=2 -p fifo --no-store --json | grep digest)
	[ -n "$a" ] && [ "$a" = "$b" ]
	refused 3 'nothing-\*: no such file' "$SOJOURN" trace info 'nothing-*'
}

# Each job asks for 2 x 10 + 1 x 30 core-seconds, so 100 in 10 s, on 10 cores.
@test "formats: all tasks of a graph are offered, not the widest alone" {
	for submit in 0 10000000000; do
		echo '{"submit_ns":'$submit',"tasks":[{"runtime_ns":10000000000,"cores":2},{"runtime_ns":30000000000}],"edges":[{"from":0,"to":1}]}'
	done >graphs.jsonl
	run -0 "$SOJOURN" run -w graphs.jsonl -c procs=10 -p fifo --no-store
	grep -q 'offered load 1.000' <<<"$output"
}

# In 10 s: 2 x 30 + 1 x 20 core-seconds, 0.5 x 30 + 2 x 20 GPU-seconds, 30 + 2 x 20 GiB-seconds.
@test "formats: the offered load of each resource, and a warning above capacity" {
	echo name,cpu_milli,memory_mib,num_gpu,gpu_milli,creation_time,deletion_time,scheduled_time >pods.csv
	printf 'p-1,2000,1024,1,500,0,30,0\np-2,1000,2048,2,1000,10,30,10\n' >>pods.csv
	machine=nodes=2,cores=4,gpus=2,mem=4GiB
	run -0 --separate-stderr "$SOJOURN" trace info --json pods.csv -c "$machine"
	[[ "$stderr" == *"above capacity: gpus 1.375;"* ]]
	for want in '"cores": 1.0,' '"gpus": 1.375,' '"memory": 0.875'; do
		grep -qF -- "$want" <<<"$output" || { echo "no $want"; echo "$output"; false; }
	done
	run -0 "$SOJOURN" run -w pods.csv -c "$machine" -p fifo --no-store
	grep -q 'offered load 1.000 (gpus 1.375, memory 0.875)' <<<"$output"
	run -0 "$SOJOURN" run -w pods.csv -c "$machine" -p fifo --no-store --json
	grep -q '"gpus": 1.375' <<<"$output"
	run -0 --separate-stderr "$SOJOURN" trace info --json pods.csv -c nodes=4,cores=4
	[ -z "$stderr" ]
	grep -q '"gpus": null' <<<"$output"
	refused 2 'both state the machine' "$SOJOURN" trace info pods.csv --procs 3 -c procs=3
}
