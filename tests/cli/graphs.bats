# SPDX-License-Identifier: GPL-3.0-or-later
# graphs.bats - what is wrong with task graphs, in every format that has them; and graphs
# that are only large.
load helper

fails() { # PATTERN WORKLOAD
	refused 3 "$1" "$SOJOURN" run --no-store -w "$2" -c procs=4 -p fifo
}

wf() { # PARENTS-OF-a PARENTS-OF-b
	echo '{"schemaVersion":"1.5","workflow":{"specification":{"tasks":[{"id":"a","parents":['"$1"']},
		{"id":"b","parents":['"$2"']}],"files":[]},"execution":{"tasks":[
		{"id":"a","runtimeInSeconds":1},{"id":"b","runtimeInSeconds":2}],"machines":[]}}}'
}

tasks='"tasks":[{"runtime_ns":1},{"runtime_ns":1},{"runtime_ns":1}]'

@test "a circle is written out" {
	echo '{"submit_ns":0,'$tasks',"edges":[{"from":0,"to":1},{"from":1,"to":2},{"from":2,"to":0}]}' >g.jsonl
	fails 'circle of tasks that wait for each other: 0 -> 1 -> 2 -> 0' g.jsonl
	echo '{"submit_ns":0,'$tasks',"edges":[{"from":1,"to":1}]}' >g.jsonl
	fails 'edge 0: "to": expected two different tasks' g.jsonl
	wf '"b"' '"a"' >g.json
	fails 'circle: a -> b -> a' g.json
	printf '1\n0 0 0\n1 8 1 2\n2 5 1 1\n' >g.stg
	fails 'circle: 1 -> 2 -> 1' g.stg
	cat >g.dax <<-'END'
		<adag><job id="x" runtime="3"/><job id="y" runtime="4"/>
		<child ref="y"><parent ref="x"/></child><child ref="x"><parent ref="y"/></child></adag>
	END
	fails 'circle: x -> y -> x' g.dax
	cat >g.gxl <<-'END'
		<gxl><graph id="g"><node id="1"><attr name="Weight"><int>5</int></attr></node>
		<node id="2"><attr name="Weight"><int>6</int></attr></node>
		<edge from="1" to="2"/><edge from="2" to="1"/></graph></gxl>
	END
	fails 'circle: 1 -> 2 -> 1' g.gxl
	printf '#tasks\n0: 1, 2\n1: 3, 4\n#edges\n0: 0, 1, 5\n1: 1, 0, 5\n#end\n' >g.dag
	fails 'circle: 0 -> 1 -> 0' g.dag
}

@test "a circle of many tasks is cut short" {
	printf '300\n0 0 0\n1 1 1 301\n' >g.stg
	for ((i = 2; i <= 301; i++)); do echo "$i 1 1 $((i - 1))"; done >>g.stg
	fails 'circle: 1 -> 2 -> .* -> \.\.\. \(301 in all\) -> 1$' g.stg
	[ "${#stderr}" -lt 600 ]
}

@test "edges to tasks that are not there" {
	echo '{"submit_ns":0,'$tasks',"edges":[{"from":0,"to":3}]}' >g.jsonl
	fails 'g.jsonl:1: .*"?to"?.*' g.jsonl
	wf '' '"c"' >g.json
	fails 'names task "c", which is not there' g.json
	cat >g.dax <<-'END'
		<adag><job id="x" runtime="3"/><child ref="z"><parent ref="x"/></child></adag>
	END
	fails 'task "z", which is not there' g.dax
	cat >g.gxl <<-'END'
		<gxl><graph id="g"><node id="1"><attr name="Weight"><int>5</int></attr></node>
		<edge from="1" to="7"/></graph></gxl>
	END
	fails 'task "7", which is not there' g.gxl
	printf '1\n0 0 0\n1 8 1 5\n2 5 1 1\n' >g.stg
	fails '"?5"?.*' g.stg
	printf '#tasks\n0: 1, 2\n1: 3, 4\n#edges\n0: 0, 9, 5\n#end\n' >g.dag
	fails 'g.dag:5: to: "9" is not a task; they are 0 to 1' g.dag
}

@test "a task that is there twice, and none at all" {
	wf '' '' | sed 's/"id":"b"/"id":"a"/g' >g.json
	fails 'is there twice' g.json
	echo '<adag><job id="x" runtime="3"/><job id="x" runtime="4"/></adag>' >g.dax
	fails 'task "x" is there twice' g.dax
	echo '<adag></adag>' >g.dax
	fails 'there is no task in it' g.dax
}

@test "two edges between the same tasks are one with the bytes of both" {
	c=nodes=2,cores=1,bw=100B/s,lat=0s,topology=star
	echo '{"submit_ns":0,"tasks":[{"runtime_ns":1000000000},{"runtime_ns":1000000000,"node":2}],"edges":[{"from":0,"to":1,"bytes":100},{"from":0,"to":1,"bytes":100}]}' >g.jsonl
	[ "$("$SOJOURN" run --no-store --json -w g.jsonl -c $c -p fifo | jq .runs[0].metrics.makespan_s)" = 4 ]
}

@test "XML that would grow is refused before it does" {
	cat >bomb.dax <<-'END'
		<!DOCTYPE a [<!ENTITY a "aaaaaaaaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
		<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>
		<adag name="&d;"><job id="a" runtime="1"/></adag>
	END
	fails 'defines the entity "a"' bomb.dax
	sed 's/<adag.*/<gxl><graph id="\&d;"><node id="1"\/><\/graph><\/gxl>/' bomb.dax >bomb.gxl
	fails 'defines the entity "a"' gxl:bomb.gxl
	echo '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><adag><job id="&x;" runtime="1"/></adag>' >x.dax
	fails 'defines the entity "x"' x.dax
	# A hundred thousand levels.
	{ echo '<adag><job id="a" runtime="1">'; printf '<a>%.0s' {1..100000}; } >deep.dax
	fails 'deep.dax' deep.dax
}

@test "bytes without a network are told once" {
	gen=gen:dag:shape=forkjoin,size=2,width=3,ccr=1,n=4
	accepted 'and there is no network: they cost nothing' \
		"$SOJOURN" run --no-store -w "$gen" -c nodes=2,cores=2 -p fifo -p easy -p firstfit
	[ "${#stderr_lines[@]}" -eq 1 ]
}

@test "200,000 edges into one task, and out of one" {
	c=nodes=10,cores=10
	run --separate-stderr timeout 60 "$SOJOURN" run --no-store --json -p fifo -c $c \
		-w "gen:dag:shape=mapreduce,size=200000,width=1,work=(det:1)"
	[ "$(jq '.runs[0].metrics.makespan_s' <<<"$output")" = 2001 ]
	run --separate-stderr timeout 60 "$SOJOURN" run --no-store --json -p fifo -c $c \
		-w "gen:dag:shape=forkjoin,size=1,width=200000,work=(det:1)"
	[ "$(jq '.runs[0].metrics.makespan_s' <<<"$output")" = 2002 ]
	# As a file: the line is long, and the job the same.
	"$SOJOURN" gen 'dag:shape=mapreduce,size=200000,width=1,work=(det:1)' -o g.jsonl 2>/dev/null
	[ "$(timeout 60 "$SOJOURN" run --no-store --json -p fifo -c $c -w g.jsonl |
		jq '.runs[0].metrics.makespan_s')" = 2001 ]
}
