# SPDX-License-Identifier: GPL-3.0-or-later
# workflow.bats - workflows that were measured, on the machines on which they ran.
load helper

# Two machines; n2 does not state its cores. On n1 tasks a, c and d ran, one after the other.
instance() { # MAKESPAN
	cat <<-END
		{"name":"w","schemaVersion":"1.5","workflow":{"specification":{"tasks":[
		{"id":"a","parents":[]},{"id":"b","parents":["a"]},{"id":"c","parents":[]},
		{"id":"d","parents":[]},{"id":"e","parents":[]}],"files":[]},
		"execution":{"makespanInSeconds":$1,"tasks":[
		{"id":"a","runtimeInSeconds":1,"machines":["n1"]},
		{"id":"b","runtimeInSeconds":2,"machines":["n2"],"coreCount":2},
		{"id":"c","runtimeInSeconds":3,"machines":["n1"]},
		{"id":"d","runtimeInSeconds":5,"machines":["n1"]},{"id":"e","runtimeInSeconds":1}],
		"machines":[{"nodeName":"n1","cpu":{"coreCount":1,"speedInMHz":1200},"memoryInBytes":1000},
		{"nodeName":"n2","cpu":{"speedInMHz":3000}}]}}}
	END
}

metrics() { # WORKLOAD CLUSTER POLICY: makespan, stated, ratio
	"$SOJOURN" run --no-store --check --json -w "$1" -c "$2" -p "$3" 2>/dev/null |
		jq -c '.runs[0].metrics | [.makespan_s, .stated_makespan_s, .makespan_to_stated]'
}

@test "cluster: the machines of a workflow" {
	instance 10 >w.json
	run --separate-stderr "$SOJOURN" cluster show --json w.json
	[[ "$(jq -r '.notes[0]' <<<"$output")" =~ "1 of 2 machines do not state their cores" ]]
	[ "$(jq -c '[.types[] | [.type, .count, .cores, .speed, .memory_bytes]]' <<<"$output")" = \
		'[["n1",1,1,1,1000],["n2",1,2,1,null]]' ]
	"$SOJOURN" cluster convert w.json -o c.yaml
	[ "$("$SOJOURN" cluster show --json c.yaml | jq -c .types)" = \
		"$("$SOJOURN" cluster show --json w.json 2>/dev/null | jq -c .types)" ]
	gzip -k w.json
	[ "$(metrics w.json w.json.gz firstfit)" = "$(metrics w.json w.json firstfit)" ]
}

@test "wfformat: place=recorded keeps tasks where they ran" {
	instance 10 >w.json
	[ "$(metrics w.json w.json firstfit)" = '[7,10,0.7]' ]
	[ "$(metrics wfformat:w.json,place=any w.json firstfit)" = '[7,10,0.7]' ]
	# n1 has one core for a, c and d.
	[ "$(metrics w.json,place=recorded w.json firstfit)" = '[9,10,0.9]' ]
	"$SOJOURN" run -w w.json,place=recorded -c w.json -p firstfit --allocs -o x.db 2>/dev/null
	[ "$("$SOJOURN" query -T csv "SELECT group_concat(task || ':' || node, ' ') AS places
		FROM (SELECT * FROM alloc ORDER BY task)" x.db | tail -1)" = '0:0 1:1 2:0 3:0 4:1' ]
	"$SOJOURN" repro x.db
	# Its machines are the machine, unless -c names one.
	"$SOJOURN" run --no-store --json -w w.json,place=recorded -p firstfit >own.json 2>notes
	[ "$(jq -c '.runs[0].metrics.makespan_s' own.json)" = 9 ]
	grep -q '^sojourn: w.json: 1 of 2 machines do not state their cores' notes
	refused 2 'its machine cannot be taken from "standard input"; give it with -c' \
		"$SOJOURN" run --no-store -w wfformat:-,place=recorded -p fifo <w.json
	# Without a stated makespan there is nothing to compare with.
	instance null >n.json
	[ "$(metrics n.json w.json firstfit)" = '[7,null,null]' ]
}

@test "workflows: what is wrong with machines and places" {
	instance 10 >w.json
	sed 's/\["n2"\]/["n3"]/' w.json >bad.json
	"$SOJOURN" cluster convert w.json -o w.yaml
	refused 3 'execution.tasks\[1\]: "machines": expected names of execution.machines' \
		"$SOJOURN" run --no-store -w bad.json,place=recorded -c w.yaml -p fifo
	sed 's/"nodeName":"n2"/"nodeName":"n1"/' w.json >bad.json
	refused 3 'machines\[1\]: "nodeName": expected a name that no other' \
		"$SOJOURN" run --no-store -w bad.json,place=recorded -c w.yaml -p fifo
	refused 3 'machines\[1\]: "nodeName": expected a name that no other' \
		"$SOJOURN" cluster show bad.json
	sed 's/"coreCount":1,/"coreCount":0.5,/' w.json >bad.json
	refused 3 'machines\[0\]: "coreCount": expected a number of cores' \
		"$SOJOURN" cluster show bad.json
	sed 's/"memoryInBytes":1000/"memoryInBytes":-1/' w.json >bad.json
	refused 3 'machines\[0\]: "memoryInBytes"' "$SOJOURN" cluster show bad.json
	echo '{"schemaVersion":"1.5","workflow":{"execution":{"machines":[]}}}' >bad.json
	refused 3 'a list of 1 to 10000 machines' "$SOJOURN" cluster show bad.json
	refused 3 'bad.json' "$SOJOURN" cluster check bad.json
	head -c 300 w.json >bad.json
	refused 3 'not JSON' "$SOJOURN" cluster show bad.json
	refused 2 'did you mean "recorded"' \
		"$SOJOURN" run --no-store -w wfformat:w.json,place=record -c w.yaml -p fifo
}

@test "plot scatter: measured against simulated, by folder" {
	command -v gnuplot >/dev/null || skip "gnuplot is not installed"
	mkdir one two
	instance 10 >one/a.json
	instance 18 >one/b.json
	instance 9 >two/c.json
	instance null >two/d.json
	for f in one/a one/b two/c two/d; do
		"$SOJOURN" run -w $f.json,place=recorded -c $f.json -p firstfit -o x.db 2>/dev/null
	done
	accepted '1 run left out, without stated_makespan_s' \
		"$SOJOURN" plot scatter x.db --by folder -T svg -o s.svg
	[ "$(grep -c '^[0-9]' s.dat)" -eq 3 ]
	grep -q '^10 9 # one/a.json' s.dat
	grep -q '^9 9 # two/c.json' s.dat
	grep -q '"median ratio 0.9; 2 of 3 within 10 %"' s.gp
	grep -q '^LABEL\[2\] = "two"' s.gp
	[ "$("$SOJOURN" plot scatter x.db --by policy -T svg -o p.svg --json 2>/dev/null |
		jq -c '.figures[0].series[] | [.label, (.runs | length)]')" = '["firstfit",4]' ]
	"$SOJOURN" plot scatter x.db -m makespan_s -m utilization -T svg -o u.svg
	grep -q '^DIAGONAL = 0' u.gp
	refused 2 'give --metric twice' "$SOJOURN" plot scatter x.db -m makespan_s -o s.svg
	refused 2 'did you mean "makespan_s"' "$SOJOURN" plot scatter x.db -m makespan -m makespan_s -o s.svg
	refused 2 'expected policy, workload or folder' "$SOJOURN" plot scatter x.db --by family -o s.svg
	[ "$("$SOJOURN" query -T csv "SELECT folder(path) AS f, max(m.value) AS v FROM metric m
		JOIN input i USING (run) WHERE name = 'makespan_to_stated' GROUP BY f" x.db |
		tr '\n' ' ')" = 'f,v one,0.9 two,1 ' ]
	small_log >l.swf
	"$SOJOURN" run -w l.swf -p fifo -o l.db
	refused 3 'has both stated_makespan_s and makespan_s' "$SOJOURN" plot scatter l.db -T svg -o l.svg
}

# Where nothing is left out, nothing is missing: what one run did, written as a measurement,
# is what the next one does.
@test "workflows: a simulated schedule runs again as it was" {
	for w in shape=montage,size=3,ccr=0.5 shape=cholesky,size=6,ccr=2 \
		shape=random,size=60,degree=2,ccr=1; do
		rm -f first.db w.json
		"$SOJOURN" run -w "gen:dag:$w,bw=1GB/s" -c nodes=3,cores=2,bw=1GB/s,lat=1ms,topology=star \
			-p firstfit --allocs -o first.db 2>/dev/null
		"$SOJOURN" export first.db --format wfformat -o w.json 2>/dev/null
		[ "$(metrics w.json,place=recorded w.json firstfit | jq '.[2]')" = 1 ]
	done
}
