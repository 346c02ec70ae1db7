# SPDX-License-Identifier: GPL-3.0-or-later
# cluster.bats - `sojourn cluster`, and runs on clusters from files.
load helper

mixed() {
	cat <<-'END'
		gpu_models: [A100, V100]
		reference: 32GFLOP/s
		nodes:
		  - type: big
		    count: 2
		    cores: 16
		    speed: 48GFLOP/s
		    memory: 256GiB
		    gpus: { count: 4, model: V100 }
		  - { type: small, count: 3, cores: 8 }
	END
}

# spec [FILE]: the spec in a document of `cluster show --json`.
spec() {
	sed -n 's/^  "spec": "\(.*\)",$/\1/p' "$@" | sed 's/\\"/"/g'
}

# ---- show -----------------------------------------------------------------------

@test "cluster show: types, numbers, totals" {
	mixed >c.yaml
	run --separate-stderr "$SOJOURN" cluster show c.yaml
	[ "$status" -eq 0 ]
	[[ "$output" =~ big\ +\|\ +2\ \|\ +0-1\ \|\ +16\ \|\ +1.5\ \|\ +256GiB\ \|\ +4\ \|\ V100\ \(2\) ]]
	[[ "$output" =~ small\ +\|\ +3\ \|\ +2-4\ \|\ +8\ \|\ +1\ \|\ +-\ \|\ +0\ \|\ - ]]
	[[ "$output" =~ all\ +\|\ +5\ \|\ +\|\ +56\ \|\ +\|\ +-\ \|\ +8\ \| ]]
	run --separate-stderr "$SOJOURN" cluster show procs=128
	[ "$output" = "one pool of 128 identical processors, no node boundaries" ]
}

@test "cluster show --json: one document; its spec is the same machine" {
	mixed >c.yaml
	"$SOJOURN" cluster show c.yaml --json >a.json
	grep -q '"schema": "sojourn.cluster/1"' a.json
	[ "$(grep -E '^  "(procs|nodes|gpus|kind)"' a.json | tr -d ' \n')" = \
		'"kind":"nodes","procs":56,"nodes":5,"gpus":8,' ]
	"$SOJOURN" cluster show "$(spec a.json)" --json >b.json
	cmp a.json b.json
	spec a.json >c.json
	"$SOJOURN" cluster show c.json --json | cmp a.json
}

rich() {
	cat <<-'END'
		nodes:
		  - type: big
		    count: 4
		    cores: 16
		    memory: 1GB
		    gpus: { count: 4, model: V100, memory: 32GiB, speed: 2, shares: 10, power: { idle: 50W, busy: 300W } }
		    nic: { bandwidth: 25Gbit/s, latency: 2us }
		    links: { pcie: 32GB/s }
		    racks: [r1]
		    site: lyon
		    power: { idle: 90W, busy: 300W }
		    failures: { mtbf: "weibull:shape=0.7,scale=20d", mttr: 4h }
		  - { type: small, count: 12, cores: 8, racks: 2, site: paris, power: { idle: 50W, busy: 100W } }
		interference: { scope: gpu, slowdown: [[1, 1.2], [1.1, 1]] }
	END
}

@test "cluster show: racks, sites, links, power and failures, with their sums" {
	rich >c.yaml
	run --separate-stderr "$SOJOURN" cluster show c.yaml
	[ "$status" -eq 0 ]
	[[ "$output" =~ big\ +\|\ r1\ +\|\ lyon\ +\|\ 32GiB\ +\|\ +2\ \|\ +10\ \|\ 25Gbit/s,\ 2us ]]
	[[ "$output" =~ small\ +\|\ 2:\ 1-2\ +\|\ paris ]]
	[[ "$output" =~ "In all: 3 racks, 2 sites." ]]
	[[ "$output" =~ "Memory of all GPUs: 512GiB." ]]
	# 4 x (90 + 4 x 50) + 12 x 50 and 4 x (300 + 4 x 300) + 12 x 100
	[[ "$output" =~ "idle to busy: 1760W-7200W." ]]
	[[ "$output" =~ "no network connects the nodes" ]]
	"$SOJOURN" cluster show c.yaml --json >c.json
	[ "$(jq -c '[.power_w.idle, .power_w.busy, .gpu_memory_bytes, .racks, .sites]' c.json)" = \
		'[1760,7200,549755813888,["r1",null,null],["lyon","paris"]]' ]
	[ "$(jq -c '.types[0] | [.gpu_shares, .nic_bytes_per_s, .nic_latency_ns, .racks.count, .mtbf, .mttr, .gpu_speed]' c.json)" = \
		'[10,3125000000,2000,1,"weibull:shape=0.7,scale=1728000","4h",2]' ]
	[ "$(jq -c '.types[1] | [.gpu_shares, .nic_bytes_per_s, .racks.first, .site, .mtbf]' c.json)" = '[null,null,1,1,null]' ]
	[ "$(jq -c .interference c.json)" = '{"scope":"gpu","slowdown":[[1,1.2],[1.1,1]]}' ]
}

@test "cluster show -o: a picture, the same each time, and its data" {
	rich >c.yaml
	"$SOJOURN" cluster show c.yaml -o a.svg
	"$SOJOURN" cluster show c.yaml -T svg -o b.svg
	cmp <(sed 's/b\.svg//' b.svg) <(sed 's/a\.svg//' a.svg)
	# 16 nodes, 4 x 4 GPUs, 3 racks
	[ "$(awk '/^$/ { next } /^#/ { n = $2; next } { c[n]++ } END { print c["nodes:"], c["GPUs:"], c["frames"] }' a.dat)" = "16 16 3" ]
	"$SOJOURN" cluster show c.yaml -T pdf --style usenix --wide -o c.pdf
	head -c 4 c.pdf | grep -q '%PDF'
	"$SOJOURN" cluster show nodes=20000,gpus=8 -o many.png
	refused 2 'say where with -o' "$SOJOURN" cluster show c.yaml -T png
	refused 2 'did you mean "svg"' "$SOJOURN" cluster show c.yaml -T svgg -o x
	refused 2 'a picture is pdf, svg' "$SOJOURN" cluster show c.yaml -o x.gif
	refused 2 'no nodes to be drawn' "$SOJOURN" cluster show procs=4 -o x.png
}

@test "cluster show --from-host: this machine, or why not" {
	run --separate-stderr "$SOJOURN" cluster show --from-host --json
	if [ "$status" -eq 2 ]; then
		[[ "$stderr" =~ "built without hwloc" ]]
		return
	fi
	[ "$status" -eq 0 ]
	[[ "$(spec <<<"$output")" =~ ^nodes=1,cores=[1-9] || "$(spec <<<"$output")" =~ ^nodes=1,mem= ]]
	refused 2 'expected one cluster' "$SOJOURN" cluster show --from-host procs=4
}

@test "cluster show --from-host: GPUs, as hwloc tells them" {
	# A machine of two packages and two A100, one of them seen by two libraries, beside
	# a display adapter.
	export HWLOC_XMLFILE="$BATS_TEST_DIRNAME/fixtures/host-gpus.xml" HWLOC_THISSYSTEM=0
	run --separate-stderr "$SOJOURN" cluster show --from-host --json
	[[ ! "$stderr" =~ "built without hwloc" ]] || skip "built without hwloc"
	[ "$(jq -r .spec <<<"$output")" = \
		'nodes=1,cores=2,gpus=2,gpu=(NVIDIA A100),mem=2GiB,gpu_mem=40GiB' ]
	[[ "$output" =~ "2 NUMA nodes" ]]
}

# ---- check ----------------------------------------------------------------------

@test "cluster check: all errors at once, in order, status 3" {
	cat >bad.yaml <<-'END'
		nodes:
		  - type: big
		    count: 2
		    cores: 0
		    memory: -1GiB
		  - type: big
		    count: 1000000000
		    core: 4
		    gpus: { count: 1, shares: 1001 }
		    power: 300W
	END
	run --separate-stderr "$SOJOURN" cluster check bad.yaml
	[ "$status" -eq 3 ]
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" -eq 8 ]
	[[ "${stderr_lines[0]}" =~ bad.yaml:4:12:\ cores:\ 0\ is\ outside ]]
	[[ "${stderr_lines[1]}" =~ bad.yaml:5:13:\ memory:\ .*negative ]]
	[[ "${stderr_lines[2]}" =~ bad.yaml:6:5:\ cores\ is\ missing ]]
	[[ "${stderr_lines[3]}" =~ bad.yaml:6:11:\ type:\ .*named\ twice ]]
	[[ "${stderr_lines[4]}" =~ bad.yaml:7:12:\ count:\ 1000000000\ is\ outside ]]
	[[ "${stderr_lines[5]}" =~ bad.yaml:8:5:.*did\ you\ mean\ \"cores\" ]]
	[[ "${stderr_lines[6]}" =~ bad.yaml:9:31:\ shares:\ 1001\ is\ outside ]]
	[[ "${stderr_lines[7]}" =~ bad.yaml:10:12:\ power:\ .*expected\ a\ mapping ]]
	run --separate-stderr "$SOJOURN" cluster check --json bad.yaml
	[ "$status" -eq 3 ]
	[[ "$output" =~ "sojourn.cluster-check/1" ]]
	[[ "$output" =~ \"ok\":\ false ]]
	[[ "$output" =~ \"errors\":\ 8 ]]
	[ "$(grep -c 'bad.yaml:[0-9]*:[0-9]*: ' <<<"$output")" -eq 8 ]
}

@test "cluster check: a good file, packed or from a pipe" {
	mixed >c.yaml
	run --separate-stderr "$SOJOURN" cluster check c.yaml
	[ "$status" -eq 0 ]
	[[ "$output" =~ types\ 2,\ nodes\ 5,\ processors\ 56 ]]
	gzip -k c.yaml
	"$SOJOURN" cluster check c.yaml.gz
	mixed | "$SOJOURN" cluster check -
}

@test "cluster check: files that are none" {
	refused 3 'none.yaml: no such file' "$SOJOURN" cluster check none.yaml
	refused 3 'is a directory' "$SOJOURN" cluster check .
	: >empty.yaml
	refused 3 'empty.yaml:1:1: the file is empty' "$SOJOURN" cluster check empty.yaml
	head -c 6000000 /dev/zero | tr '\0' '#' >large.yaml
	refused 3 'larger than 4 MiB' "$SOJOURN" cluster check large.yaml
	printf 'a: &a [1,1]\nb: &b [*a,*a]\nprocs: 4\n' >bomb.yaml
	run "$SOJOURN" cluster check bomb.yaml
	[ "$status" -eq 3 ]
	[[ "$output" =~ "an anchor (&a)" ]]
}

@test "cluster: wrong usage" {
	refused 2 'expected one file' "$SOJOURN" cluster check
	refused 2 'expected one cluster' "$SOJOURN" cluster show
	refused 2 'did you mean "show"' "$SOJOURN" cluster shwo
	refused 2 'either flags' "$SOJOURN" cluster gen --nodes 2 procs=4
}

# ---- gen ------------------------------------------------------------------------

@test "cluster gen: what it writes is valid and as asked for" {
	"$SOJOURN" cluster gen --nodes 4 --cores 8 --mem 64GiB --gpus 2 --gpu V100 -o g.yaml
	"$SOJOURN" cluster check g.yaml
	[ "$("$SOJOURN" cluster show g.yaml --json | spec)" = \
		nodes=4,cores=8,gpus=2,gpu=V100,mem=64GiB ]
	refused 2 'g.yaml exists; say --force' "$SOJOURN" cluster gen -o g.yaml
	"$SOJOURN" cluster gen --force -o g.yaml
	[ "$("$SOJOURN" cluster show g.yaml --json | spec)" = nodes=16 ]
	refused 2 'cores' "$SOJOURN" cluster gen --cores 0
	refused 2 'is not a name' "$SOJOURN" cluster gen --gpus 1 --gpu 'a"b'
	mixed >c.yaml
	"$SOJOURN" cluster gen c.yaml >again.yaml
	cmp <("$SOJOURN" cluster show c.yaml --json) <("$SOJOURN" cluster show again.yaml --json)
}

# ---- platforms in XML -------------------------------------------------------------

platform_xml() {
	cat <<-'END'
		<?xml version='1.0'?>
		<!DOCTYPE platform SYSTEM "https://simgrid.org/simgrid.dtd">
		<platform version="4.1">
		  <zone id="world" routing="Full">
		    <host id="master_host" speed="1Gf"/>
		    <cluster id="fast" prefix="f-" suffix="" radical="0-1" speed="3Gf" core="4" bw="125MBps" lat="50us">
		      <prop id="wattage_per_state" value="95.0:190.5"/>
		    </cluster>
		    <host id="slow" speed="1.5Gf" core="4"/>
		    <link id="l" bandwidth="1Gbps" latency="10us"/>
		    <route src="slow" dst="f-1"><link_ctn id="l"/></route>
		  </zone>
		</platform>
	END
}

@test "cluster: a platform of SimGrid in XML is shown, checked, converted, and run on" {
	platform_xml >p.xml
	[ "$("$SOJOURN" cluster show p.xml --json | jq -r .spec)" = \
		'{"nodes":[{"type":"fast","count":2,"cores":4,"nic":{"bandwidth":"1Gbit/s","latency":"50us"},"power":{"idle":"95W","busy":"190.5W"}},{"type":"slow","count":1,"cores":4,"speed":0.5}]}' ]
	run --separate-stderr "$SOJOURN" cluster check p.xml
	[ "$status" -eq 0 ]
	[[ "$output" =~ "nodes 3, processors 12" ]]
	[[ "$output" =~ "p.xml: note: no network was made of 3 links, 0 routers and 1 routes" ]]
	[[ "$output" =~ "1 master, 0 storage" ]]
	"$SOJOURN" cluster convert p.xml -o p.yaml
	grep -q '^# Note: speed 1 is that of the first host, 3GFLOP/s' p.yaml
	[ "$("$SOJOURN" cluster show p.yaml --json | jq -r .spec)" = \
		"$("$SOJOURN" cluster show p.xml --json | jq -r .spec)" ]
	refused 2 'p.yaml exists; say --force' "$SOJOURN" cluster convert p.xml -o p.yaml
	gzip p.xml
	{ job 1 0 90 8 200; job 2 0 90 4 200; } >log.swf
	run --separate-stderr "$SOJOURN" run -w log.swf -c p.xml.gz -p fifo --check --no-store --jobs-csv -
	[ "$status" -eq 0 ]
	# 90 s at half the speed are 180 s.
	[ "$(sed 1d <<<"$output" | cut -d, -f1,10 | tr '\n' ' ')" = "1,90 2,180 " ]
	[[ "$stderr" =~ "no network was made of 3 links" ]]
}

@test "cluster check: an XML entity bomb is refused in little time and memory" {
	{
		echo '<?xml version="1.0"?><!DOCTYPE platform ['
		echo '<!ENTITY a0 "lollollollollollollollollol">'
		for i in 1 2 3 4 5 6 7 8 9; do
			echo "<!ENTITY a$i \"&a$((i - 1));&a$((i - 1));&a$((i - 1));&a$((i - 1));&a$((i - 1));&a$((i - 1));\">"
		done
		echo ']><platform version="4.1"><zone id="&a9;"/></platform>'
	} >bomb.xml
	( little_memory; refused 3 'bomb.xml:2:[0-9]*: an entity .a0.: entities are not understood' \
		timeout 5 "$SOJOURN" cluster check bomb.xml )
	platform_xml | sed 's/radical="0-1"/radical="0-999999999"/' >many.xml
	( little_memory; refused 3 'radical: 1000000000 hosts; at most 10000000' \
		timeout 5 "$SOJOURN" cluster check many.xml )
	echo 'nodes: [{type: a, count: 1000000000, cores: 1}]' >many.yaml
	( little_memory; refused 3 'count: 1000000000 is outside 1 .. 10000000' \
		timeout 5 "$SOJOURN" cluster check many.yaml )
}

# ---- runs -----------------------------------------------------------------------

# digest_on CLUSTER: of the runs of log.swf under three policies, with all checks.
digest_on() {
	run --separate-stderr "$SOJOURN" run -w log.swf -c "$1" -p fifo -p easy -p conservative \
		--check --no-store --json
	[ "$status" -eq 0 ] || { echo "$stderr"; return 1; }
	digests
}

busy_log() {
	seq 1 400 | awk '{ print $1, $1 * 40, -1, 50 + $1 * 37 % 700, 1 + $1 % 7, -1, -1,
		1 + $1 % 7, 900, -1, 1, 1, 1, -1, 1, 1, -1, -1 }'
}

@test "run -c FILE: a file says the same machine as the inline notation" {
	busy_log >log.swf
	echo 'procs: 16' >pool.yaml
	[ "$(digest_on pool.yaml)" = "$(digest_on procs=16)" ]
	echo 'nodes: [{type: a, count: 4, cores: 4}]' >one.yaml
	[ "$(digest_on one.yaml)" = "$(digest_on nodes=4,cores=4)" ]
	# Types that differ by name only are one type.
	echo '{"nodes": [{"type": "a", "count": 1, "cores": 4}, {"type": "b", "count": 3, "cores": 4}]}' >two.json
	[ "$(digest_on two.json)" = "$(digest_on nodes=4,cores=4)" ]
}

@test "run -c FILE: fast nodes come first, the slowest node paces the job" {
	{ job 1 0 90 4 90; job 2 0 90 4 90; job 3 0 90 2 90; } >log.swf
	cat >c.yaml <<-'END'
		reference: 32GFLOP/s
		nodes:
		  - { type: fast, count: 1, cores: 5, speed: 48GFLOP/s }
		  - { type: slow, count: 1, cores: 5 }
	END
	"$SOJOURN" run -w log.swf -c c.yaml -p fifo --check --no-store --jobs-csv - |
		sed 1d | cut -d, -f1,10 >times
	# 90 s at 1.5 are 60 s; job 3 lies across both nodes.
	[ "$(tr '\n' ' ' <times)" = "1,60 2,90 3,90 " ]
}

@test "run -c FILE: a job gets the GPU model that it names by number" {
	cat >log.jsonl <<-'END'
		{"id":1,"submit_ns":0,"procs":1,"gpu_milli":1000,"gpu_model":2,"runtime_ns":1000000000}
		{"id":2,"submit_ns":0,"procs":1,"gpu_milli":1000,"gpu_model":2,"runtime_ns":1000000000}
		{"id":3,"submit_ns":0,"procs":1,"gpu_milli":1000,"gpu_model":1,"runtime_ns":1000000000}
		{"id":4,"submit_ns":0,"procs":1,"gpu_milli":1000,"gpu_model":3,"runtime_ns":1000000000}
	END
	cat >c.yaml <<-'END'
		gpu_models: [A100, V100]
		nodes:
		  - { type: v, count: 1, cores: 8, gpus: { count: 1, model: V100 } }
		  - { type: a, count: 1, cores: 8, gpus: { count: 1, model: A100 } }
	END
	"$SOJOURN" run -w log.jsonl -c c.yaml -p easy --check --no-store --jobs-csv jobs.csv
	# Two wait for one V100; nobody has a third model.
	[ "$(sed 1d jobs.csv | cut -d, -f1,8,9 | tr '\n' ' ')" = \
		"1,COMPLETED_SUCCESSFULLY,0 2,COMPLETED_SUCCESSFULLY,1 3,COMPLETED_SUCCESSFULLY,0 4,REJECTED, " ]
}

@test "run -c FILE: interference, failures and power of the file are those of the run" {
	cat >log.jsonl <<-'END'
		{"id":1,"submit_ns":0,"procs":1,"runtime_ns":60000000000,"app":1}
		{"id":2,"submit_ns":0,"procs":1,"runtime_ns":60000000000,"app":2}
	END
	cat >c.yaml <<-'END'
		nodes: [{ type: a, count: 1, cores: 2, power: { idle: 100W, busy: 300W } }]
		interference: { slowdown: [[1, 1.5], [2, 1]] }
	END
	"$SOJOURN" run -w log.jsonl -c c.yaml -p fifo --overrun extend --check -o r.db --jobs-csv jobs.csv >/dev/null
	# 1 takes 60 x 1.5. By then half of 90 s of 2 are work; it has 15 s left, alone.
	[ "$(sed 1d jobs.csv | cut -d, -f1,10 | tr '\n' ' ')" = "1,90 2,105 " ]
	rm c.yaml
	"$SOJOURN" repro r.db
	# Both cores for 60 s, then nothing.
	"$SOJOURN" run -w log.jsonl -c nodes=1,cores=2,idle=100W,busy=300W -p fifo --no-store --json >p.json
	[ "$(jq .runs[0].metrics.energy_j p.json)" = 18000 ]
	"$SOJOURN" run -w log.jsonl -c '{nodes: [{type: a, count: 1, cores: 2, failures: {mtbf: "det:value=40s", mttr: 5s}}]}' \
		-p fifo --check --no-store --json >f.json
	[ "$(jq '.runs[0].metrics.node_failures > 0 and .runs[0].metrics.task_kills > 1' f.json)" = true ]
}

@test "run -c FILE: stored so that it can be reproduced without the file" {
	busy_log >log.swf
	echo 'nodes: [{type: a, count: 2, cores: 4}, {type: b, count: 1, cores: 8, speed: 2}]' >c.yaml
	"$SOJOURN" run -w log.swf -c c.yaml -o r.db >/dev/null
	rm c.yaml
	"$SOJOURN" repro r.db
	[ "$(sqlite3 r.db 'SELECT DISTINCT cluster FROM run')" = \
		'{"nodes":[{"type":"a","count":2,"cores":4},{"type":"b","count":1,"cores":8,"speed":2}]}' ]
}

@test "run -c FILE: one sentence for a bad file" {
	busy_log >log.swf
	printf 'nodes:\n  - type: a\n' >c.yaml
	refused 3 'c.yaml:2:5: count is missing.*and 1 more: `sojourn cluster check`' \
		"$SOJOURN" run -w log.swf -c c.yaml --no-store
	refused 3 'none.yaml: no such file' "$SOJOURN" run -w log.swf -c none.yaml --no-store
	refused 2 'cluster:1:2: no key "node"; did you mean "nodes"' \
		"$SOJOURN" run -w log.swf -c '{node: 4, procs: 4}' --no-store
}

nodes_csv() {
	printf 'sn,cpu_milli,memory_mib,gpu,model\nn0,32000,1024,0,\nn1,8000,2048,2,T4\n'
	printf 'n2,32000,1024,0,\r\nn3,8500,2048,2,P100\n'
}

@test "cluster: a list of nodes is a machine, alike ones are one type" {
	nodes_csv | gzip >nodes.csv.gz
	run -0 "$SOJOURN" cluster show nodes.csv.gz --json
	for want in '"nodes": 4' '"procs": 80' '"gpus": 4' '"type": "cpu-1"' '"type": "T4-2"' \
		'"type": "P100-3"'; do
		grep -qF -- "$want" <<<"$output" || { echo "no $want"; echo "$output"; false; }
	done
	run -0 "$SOJOURN" cluster check nodes.csv.gz
	grep -q 'node types 3, nodes 4, processors 80' <<<"$output"
	small_log >log.swf
	"$SOJOURN" run -w log.swf -c nodes.csv.gz -p fifo -o r.db >/dev/null
	rm nodes.csv.gz
	"$SOJOURN" repro r.db
	printf 'gpu_model,gpu_capacity_num,cpu_num,node_name\nA10,1,128,0\nA10,1,128,1\n' >spot.csv
	run -0 "$SOJOURN" cluster show spot.csv --json
	grep -q '"procs": 256' <<<"$output"
}

@test "cluster: one sentence for a bad list of nodes" {
	{ nodes_csv; echo 'n4,8000,2048,65,T4'; } >nodes.csv
	refused 3 'nodes.csv:6: field 4: "65" is not a whole number up to 64' "$SOJOURN" cluster check nodes.csv
	{ nodes_csv; echo 'n4,-8000,2048,1,T4'; } >nodes.csv
	refused 3 'nodes.csv:6: field 2: "-8000" is not' "$SOJOURN" cluster show nodes.csv
	{ nodes_csv; echo 'n4,800,2048,1,T4'; } >nodes.csv
	refused 3 'nodes.csv:6: the node has no whole core' "$SOJOURN" cluster show nodes.csv
	{ nodes_csv; echo 'n4,8000,2048,1,T4,7'; } >nodes.csv
	refused 3 'nodes.csv:6: the line has 6 fields, and the first line names 5' "$SOJOURN" cluster show nodes.csv
	{ nodes_csv; echo 'n4,8000,2048,1,"T4"'; } >nodes.csv
	refused 3 'nodes.csv:6: model' "$SOJOURN" cluster show nodes.csv
	printf 'a,b\n1,2\n' >nodes.csv
	refused 3 'nodes.csv:1: the first line of a list of nodes names its columns' "$SOJOURN" cluster show nodes.csv
	nodes_csv | head -1 >nodes.csv
	refused 3 'nodes.csv: 0 nodes of 0 cores' "$SOJOURN" cluster show nodes.csv
	refused 3 'none.csv: no such file' "$SOJOURN" cluster show none.csv
}
