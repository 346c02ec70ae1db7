# SPDX-License-Identifier: GPL-3.0-or-later
# network.bats - transfers, collectives, data of task graphs, and the readers of graphs.
load helper

# Task 0 feeds two others; they do not fit on one node.
fork_job() {
	cat <<-'END'
		{"id":1,"submit_ns":0,"tasks":[{"runtime_ns":10000000000},{"runtime_ns":10000000000},{"runtime_ns":10000000000}],"edges":[{"from":0,"to":1,"bytes":1000},{"from":0,"to":2,"bytes":1000}]}
	END
}

metric() { # NAME ARGS...: of one run
	local name=$1
	shift
	"$SOJOURN" run --no-store --json "$@" 2>/dev/null | jq -r ".runs[0].metrics.$name"
}

@test "flows: ends and rates" {
	cat >f.json <<-'END'
		{"links": {"A": 10, "B": {"bandwidth": "10B/s", "latency": "1s"}},
		 "flows": [{"id": "x", "bytes": 100, "path": ["A", "B"]}, {"bytes": 50, "path": ["A"]}]}
	END
	run --separate-stderr "$SOJOURN" flows --json f.json
	[ "$status" -eq 0 ]
	# y alone for a second, then half each to 9 s; x has sent 40 B by then.
	[ "$(jq -c '[.flows[].finish_s]' <<<"$output")" = "[15,9]" ]
	run --separate-stderr "$SOJOURN" flows --rates --json f.json
	[ "$(jq -c '[.flows[].rate_bytes_per_s]' <<<"$output")" = "[5,5]" ]
	run --separate-stderr "$SOJOURN" flows f.json
	[[ "$output" =~ "15.000000000" ]]
}

@test "flows: what is wrong with a file" {
	refused 2 'expected one file' "$SOJOURN" flows
	refused 3 'nowhere.json' "$SOJOURN" flows nowhere.json
	echo '{"links":{"A":1},"flows":[{"byte":3,"path":["A"]}]}' >f.json
	refused 3 'flows\[0\]: no key "byte"; did you mean "bytes"' "$SOJOURN" flows f.json
	echo '{"links":{"A":1},"flows":[{"bytes":3,"path":["B"]}]}' >f.json
	refused 3 'path: "B" is no link' "$SOJOURN" flows f.json
	echo '{"links":{"A":0},"flows":[{"bytes":3,"path":["A"]}]}' >f.json
	refused 3 'a bandwidth above 0' "$SOJOURN" flows f.json
	echo '{"links":{"A":1,"A":2},"flows":[]}' >f.json
	refused 3 'duplicate object key' "$SOJOURN" flows f.json
	echo '{"links":{"A":1},"flows":[{"bytes":3,"path":["A","A"]}]}' >f.json
	refused 3 'link "A" is there twice' "$SOJOURN" flows f.json
	printf '\0\1\2' >f.json
	refused 3 'not JSON' "$SOJOURN" flows f.json
}

@test "flows: between the nodes of a cluster" {
	star=nodes=4,cores=1,bw=1Gbit/s,topology=star
	echo '{"flows":[{"from":0,"to":1,"bytes":"1GB"},{"from":0,"to":2,"bytes":"1GB"},{"from":3,"to":3,"bytes":5}]}' >f.json
	run --separate-stderr "$SOJOURN" flows -c $star --json f.json
	[ "$status" -eq 0 ]
	# Both leave node 0 by one cable of 125 MB/s; what stays takes no time.
	[ "$(jq -c '[.flows[].finish_s]' <<<"$output")" = "[16,16,0]" ]
	echo '{"flows":[{"from":0,"to":4,"bytes":1}]}' >g.json
	refused 3 '"to": expected the number of a node' "$SOJOURN" flows -c $star g.json
	# Two GPUs of a node share its PCIe no more than its cable: each has its own.
	gpus=$star,gpus=2,pcie=1GB/s
	echo '{"flows":[{"from":"0:0","to":0,"bytes":"1GB"},{"from":"0:1","to":0,"bytes":"1GB"}]}' >g.json
	run --separate-stderr "$SOJOURN" flows -c $gpus --json g.json
	[ "$(jq -c '[.flows[].finish_s]' <<<"$output")" = "[1,1]" ]
	for to in '"0:2"' '"0:"' '"4:0"' '"0:0x"' '-1' '1.5' null; do
		echo "{\"flows\":[{\"from\":0,\"to\":$to,\"bytes\":1}]}" >g.json
		refused 3 '"to": expected the number of a node' "$SOJOURN" flows -c $gpus g.json
	done
	echo '{"flows":[{"from":0,"to":1,"path":[],"bytes":1}]}' >g.json
	refused 3 '"path": expected "from" and "to"' "$SOJOURN" flows -c $star g.json
	echo '{"links":{"A":1},"flows":[]}' >g.json
	refused 3 "they are the cluster's" "$SOJOURN" flows -c $star g.json
	refused 2 'has no network' "$SOJOURN" flows -c nodes=4,cores=1 f.json
	refused 2 'needs a cluster' "$SOJOURN" flows gen:pairs
	refused 2 'there is pairs' "$SOJOURN" flows -c $star gen:pear
	refused 2 'no parameter "m"' "$SOJOURN" flows -c $star gen:pairs:m=1
}

@test "flows: drawn ones, and the same as links and paths" {
	tree=nodes=16,cores=1,bw=1Gbit/s,lat=10us,topology=tree:4x4,oversubscription=2
	ends() { jq -c '[.flows[].finish_s]'; }
	for spec in gen:pairs:n=200 'gen:pairs:n=200,group=4,gap=(exp:mean=0.1)'; do
		"$SOJOURN" flows -c $tree --json "$spec" | ends >drawn
		"$SOJOURN" flows -c $tree --write f.json "$spec"
		"$SOJOURN" flows --json f.json | ends >read
		cmp drawn read
		"$SOJOURN" flows -c $tree --seed 2 --json "$spec" | ends >other
		run cmp -s drawn other
		[ "$status" -eq 1 ]
	done
	# All of it or nothing: what was there stays.
	cp f.json before.json
	refused 3 'f.json: cannot be written: File too large' bash -c 'trap "" XFSZ; ulimit -f 1
		exec "$0" flows -c "$1" --write f.json gen:pairs:n=1000' "$SOJOURN" $tree
	cmp f.json before.json
	[ ! -e f.json.part ]
	# In a group of 4 below one switch a route has two links.
	[ "$(jq '[.flows[].path | length] | unique' -c f.json)" = "[2]" ]
}

@test "flows: shares by round-trip time" {
	# Latencies 1 s and 3 s: shares of 3 to 1.
	cat >f.json <<-'END'
		{"links": {"near": {"bandwidth": 100, "latency": 1}, "far": {"bandwidth": 100, "latency": 3}, "both": 8},
		 "flows": [{"bytes": 100, "path": ["near", "both"]}, {"bytes": 50, "path": ["far", "both"]}]}
	END
	run --separate-stderr "$SOJOURN" flows --rates --weights rtt --json f.json
	[ "$(jq -c '[.flows[].rate_bytes_per_s]' <<<"$output")" = "[6,2]" ]
	refused 2 'expected rtt' "$SOJOURN" flows --weights hops f.json
	echo '{"links":{"A":1},"flows":[{"bytes":3,"path":["A"]}]}' >f.json
	refused 2 'has no latency' "$SOJOURN" flows --weights rtt f.json
}

@test "collective: ways and the best" {
	run --separate-stderr "$SOJOURN" collective all-reduce --ranks 4 --bytes 1MB --alpha 10us \
		--beta 1e-9 --json
	[ "$status" -eq 0 ]
	[ "$(jq -r .best <<<"$output")" = halving ]
	[ "$(jq '.ways[] | select(.way == "ring") | .seconds' <<<"$output")" = 0.00156 ]
	refused 2 'did you mean "all-reduce"' "$SOJOURN" collective allreduce --ranks 2 --bytes 1B --bw 1B/s
	refused 2 'give --bw or --beta' "$SOJOURN" collective reduce --ranks 2 --bytes 1B
	refused 2 'expected 1 to' "$SOJOURN" collective reduce --ranks 0 --bytes 1B --bw 1B/s
}

@test "run: data comes over the network of the cluster" {
	fork_job >f.jsonl
	c=nodes=2,cores=1,bw=100B/s,lat=500ms,topology=star
	[ "$(metric makespan_s -w f.jsonl -c $c -p fifo --check)" = 31 ]
	[ "$(metric staging_s -w f.jsonl -c $c -p fifo)" = 11 ]
	[ "$(metric makespan_s -w f.jsonl -c $c -p fifo --network none)" = 20 ]
	[ "$(metric makespan_s -w f.jsonl -c nodes=2,cores=1 -p fifo)" = 20 ]
	accepted '2000 bytes, and there is no network' \
		"$SOJOURN" run --no-store -w f.jsonl -c nodes=2,cores=1 -p fifo -p easy
	[ "${#stderr_lines[@]}" -eq 1 ]
	cat >c.yaml <<-'END'
		network: { topology: star }
		nodes: [{ type: a, count: 2, cores: 1, nic: { bandwidth: 100B/s, latency: 500ms } }]
	END
	[ "$(metric makespan_s -w f.jsonl -c c.yaml -p fifo)" = 31 ]
	"$SOJOURN" run -w f.jsonl -c c.yaml -p fifo -o x.db 2>/dev/null
	"$SOJOURN" repro x.db
}

@test "gen:dag: shapes run, and are the same twice" {
	for s in layered forkjoin intree split lu cholesky fft gauss montage mapreduce pipeline; do
		size=8
		a=$("$SOJOURN" run --no-store --json -w "gen:dag:shape=$s,size=$size,layers=4,width=3,n=2" \
			-c procs=4 -p easy --check 2>/dev/null | jq -r '.runs[0].digest')
		b=$("$SOJOURN" run --no-store --json -w "gen:dag:shape=$s,size=$size,layers=4,width=3,n=2" \
			-c procs=4 -p easy 2>/dev/null | jq -r '.runs[0].digest')
		[ -n "$a" ] && [ "$a" = "$b" ]
	done
	refused 2 'a power of two' "$SOJOURN" run --no-store -w gen:dag:shape=fft,size=12 -p fifo
}

@test "graphs: readers, circles, entities" {
	printf '2\n0 0 0\n1 8 1 0\n2 5 1 0\n3 0 2 1 2\n# end\n' >g.stg
	[ "$(metric makespan_s -w g.stg -c procs=1 -p fifo)" = 13 ]
	printf '1\n0 0 0\n1 8 1 2\n2 5 1 1\n' >bad.stg
	refused 3 'in a circle: 1 -> 2 -> 1' "$SOJOURN" run --no-store -w bad.stg -c procs=1 -p fifo
	printf '1\n0 0 0\n1 8 1 x\n' >bad.stg
	refused 3 'bad.stg:3: predecessor: "x" is not a whole number' \
		"$SOJOURN" run --no-store -w bad.stg -c procs=1 -p fifo
	cat >g.dax <<-'END'
		<adag><job id="a" runtime="3"><uses file="f" link="output" size="100"/></job>
		<job id="b" runtime="4"><uses file="f" link="input" size="100"/></job>
		<child ref="b"><parent ref="a"/></child></adag>
	END
	[ "$(metric makespan_s -w g.dax -c procs=2 -p fifo)" = 7 ]
	sed 's/ref="a"/ref="c"/' g.dax >bad.dax
	refused 3 'task "c", which is not there' "$SOJOURN" run --no-store -w bad.dax -c procs=1 -p fifo
	echo '<!DOCTYPE a [<!ENTITY x "y">]><adag><job id="a" runtime="1"/></adag>' >bad.dax
	refused 3 'defines the entity "x"' "$SOJOURN" run --no-store -w bad.dax -c procs=1 -p fifo
	cat >g.gxl <<-'END'
		<gxl><graph id="g"><attr name="Number of processors"><int>2</int></attr>
		<node id="1"><attr name="Weight"><int>5</int></attr></node>
		<node id="2"><attr name="Weight"><int>6</int></attr></node>
		<edge from="1" to="2"><attr name="Weight"><int>3</int></attr></edge></graph></gxl>
	END
	[ "$(metric makespan_s -w g.gxl -p fifo)" = 11 ]
	cat >g.json <<-'END'
		{"name":"w","schemaVersion":"1.5","workflow":{"specification":{"tasks":[
		{"id":"a","parents":[],"outputFiles":["f"]},{"id":"b","parents":["a"],"inputFiles":["f"]}],
		"files":[{"id":"f","sizeInBytes":7}]},"execution":{"makespanInSeconds":9,"tasks":[
		{"id":"a","runtimeInSeconds":1.5},{"id":"b","runtimeInSeconds":2,"coreCount":2}],
		"machines":[{"cpu":{"coreCount":2}}]}}}
	END
	[ "$(metric makespan_s -w g.json -p fifo)" = 3.5 ]
	sed 's/"f","sizeInBytes":7/"f","sizeInBytes":-7/' g.json >bad.json
	refused 3 'files\[0\]: "sizeInBytes": expected a whole number' \
		"$SOJOURN" run --no-store -w bad.json -p fifo
}
