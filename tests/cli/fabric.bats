# SPDX-License-Identifier: GPL-3.0-or-later
# fabric.bats - endpoints, sites, links and routes of one's own: what is shown, what is refused.

load helper

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	cat > own.yaml <<-'EOF'
		network:
		  topology: links
		  switches: [left, right]
		  links:
		    - { name: l, between: ["node:0-1", left], bandwidth: 8Gbit/s, latency: 1us }
		    - { name: r, between: ["node:2-3", right], bandwidth: 8Gbit/s, latency: 1us }
		    - { name: fast, between: [left, right], bandwidth: 40Gbit/s, latency: 5us }
		    - { name: slow, between: [left, right], bandwidth: 1Gbit/s, duplex: half }
		    - { name: s, between: [home, left], bandwidth: 8Gbit/s }
		  routes:
		    - { from: "node:0", to: "node:2", via: [l.0, slow, r.0] }
		  storage:
		    - { name: home, read: 4Gbit/s }
		nodes:
		  - { type: node, count: 4, cores: 1 }
	EOF
}

# The names of the links of a route, with blanks between.
links() {
	"$SOJOURN" cluster route "$@" --json | jq -r '[.links[].name] | join(", ")'
}

@test "cluster route: stated and shortest ways, storages, GPUs" {
	[ "$(links own.yaml 0 2)" = "l.0 to left, slow, r.0 to node 2" ]
	[ "$(links own.yaml n2 node:0)" = "r.0 to right, slow, l.0 to node 0" ]
	[ "$(links own.yaml 1 3)" = "l.1 to left, fast to right, r.1 to node 3" ]
	[ "$(links own.yaml home 3)" = "home reads, s to left, fast to right, r.1 to node 3" ]
	[ "$(links own.yaml 3 home)" = "r.1 to right, fast to left, s to home" ]
	gpus=nodes=4,gpus=2,bw=8Gbit/s,topology=star,pcie=16GB/s,nvlink=50GB/s,storage_bw=8Gbit/s
	[ "$(links $gpus n0.g0 n0.g1)" = "node 0 GPU 0 NVLink out, node 0 GPU 1 NVLink in" ]
	[ "$(links $gpus n0.g0 storage)" = "node 0 GPU 0 PCIe out, node 0 up, storage in" ]
	[ "$(links $gpus 1 n1)" = "" ]
	run -0 "$SOJOURN" cluster route own.yaml home 3 --bytes 1GB
	[[ "$output" =~ "Alone: after 6us, 4Gbit/s." ]]
	[[ "$output" =~ "1GB take 2.000006 s." ]]
}

@test "cluster route: sites over a WAN" {
	cat > sites.yaml <<-'EOF'
		network:
		  topology: star
		  wan:
		    - { between: [eu, us], bandwidth: 1Gbit/s, latency: 40ms }
		    - { name: pacific, between: [us, jp], bandwidth: 1Gbit/s, latency: 60ms }
		  sites:
		    - { site: us, topology: "tree:2x2" }
		nodes:
		  - { type: a, count: 2, cores: 1, site: eu, nic: { bandwidth: 8Gbit/s } }
		  - { type: b, count: 4, cores: 1, site: us, nic: { bandwidth: 8Gbit/s } }
		  - { type: c, count: 1, cores: 1, site: jp, nic: { bandwidth: 8Gbit/s } }
	EOF
	[ "$(links sites.yaml a:0 c:0)" = \
		"eu node 0 up, eu-us to us, pacific to jp, jp node 0 down" ]
	[ "$(links sites.yaml b:3 a:1)" = \
		"us node 3 up, us switch 1 up, eu-us to eu, eu node 1 down" ]
}

@test "cluster route: what is refused" {
	refused 2 "cluster route: expected a cluster and two endpoints" "$SOJOURN" cluster route own.yaml 1
	refused 2 'TO: "7" is not a node' "$SOJOURN" cluster route own.yaml 1 7
	refused 2 'FROM: "n1.g0" is not a node' "$SOJOURN" cluster route own.yaml n1.g0 1
	refused 2 "the machine states no network" "$SOJOURN" cluster route nodes=4 0 1
}

@test "cluster check: links and routes that cannot be, all at once" {
	cat > bad.yaml <<-'EOF'
		network:
		  topology: links
		  switches: [left, right, left]
		  links:
		    - { name: l, between: ["node:0-1", left], bandwidth: 8Gbit/s }
		    - { name: l, between: ["node:2", right], bandwidth: 8Gbit/s }
		  routes:
		    - { from: "node:0", to: nowhere, via: [l.0] }
		    - { from: "node:0", to: "node:1", via: [l.0, slow] }
		    - { from: "node:0", to: "node:1", via: [l.0] }
		    - { from: "node:0", to: right, via: [l.0] }
		nodes:
		  - { type: node, count: 4, cores: 1 }
	EOF
	run -3 --separate-stderr "$SOJOURN" cluster check bad.yaml
	[[ "$stderr" =~ 'bad.yaml:3:27: switch: "left" is named twice' ]]
	[[ "$stderr" =~ 'bad.yaml:5:5: links: nothing leads from "node:0" to "node:2"' ]]
	[[ "$stderr" =~ 'bad.yaml:5:5: links: nothing leads from "node:0" to "node:3"' ]]
	[[ "$stderr" =~ 'bad.yaml:6:15: name: the link "l" is named twice; already in line 5' ]]
	[[ "$stderr" =~ 'bad.yaml:8:29: to: "nowhere" is no node type, TYPE:N, storage or switch' ]]
	[[ "$stderr" =~ 'bad.yaml:9:50: via: no link "slow"' ]]
	[[ "$stderr" =~ 'bad.yaml:10:44: via: the links end at "left" and not at "node:1"' ]]
	[[ "$stderr" =~ 'bad.yaml:11:29: to: "right" is a switch' ]]
	sed '/name: l,/s/8Gbit/0Gbit/' own.yaml > zero.yaml
	refused 3 'zero.yaml:5:58: bandwidth: 0Gbit/s is outside' "$SOJOURN" cluster check zero.yaml
	refused 2 "links of one's own are stated in a cluster file" "$SOJOURN" cluster show \
		nodes=2,bw=1GB/s,topology=links
}

@test "run: a star written out as links decides as the built-in one" {
	cat > star.yaml <<-'EOF'
		network: { topology: star }
		nodes:
		  - { type: node, count: 6, cores: 2, nic: { bandwidth: 1MB/s, latency: 5ms } }
	EOF
	cat > links.yaml <<-'EOF'
		network:
		  topology: links
		  switches: [s]
		  links: [{ name: up, between: [node, s], bandwidth: 1MB/s, latency: 5ms }]
		nodes:
		  - { type: node, count: 6, cores: 2 }
	EOF
	for c in star links; do
		"$SOJOURN" run --no-store --json -w gen:dag:shape=cholesky,size=6,n=3,ccr=1,bw=1MB/s -c $c.yaml -p fifo \
			--check 2>/dev/null | jq -r '.runs[0] | .digest, .metrics.staging_s' >$c.out
	done
	[ "$(sed -n 2p star.out | cut -d. -f1)" -gt 0 ]
	diff star.out links.out
}

# Two tasks of 10 s follow one of 10 s on the other node of two; 1000 B at 100 B/s.
fork_job() {
	echo '{"id":1,"submit_ns":0,"tasks":[{"runtime_ns":10000000000},{"runtime_ns":10000000000},{"runtime_ns":10000000000}],"edges":[{"from":0,"to":1,"bytes":1000},{"from":0,"to":2,"bytes":1000}]}'
}

# makespan ARGS...
makespan() {
	"$SOJOURN" run --no-store --json -w f.jsonl -p fifo --check "$@" 2>/dev/null |
		jq -r '.runs[0].metrics.makespan_s'
}

@test "run: links fail, come back and change by a file of events" {
	fork_job > f.jsonl
	c=nodes=2,cores=1,bw=100B/s,topology=star
	[ "$(makespan -c $c)" = 30 ]
	printf 'time,node,change\n12s,link node 1 *,fail\n15s,link node 1 *,up\n' > gap.csv
	[ "$(makespan -c $c --failures gap.csv)" = 33 ]
	echo '{"time":"15s","link":"node 1 down","change":"50B/s"}' > slow.jsonl
	[ "$(makespan -c $c --failures slow.jsonl)" = 35 ]
	printf '12s,link node 1 down,fail\n' > cut.csv
	run -4 --separate-stderr "$SOJOURN" run --no-store -w f.jsonl -c $c -p fifo --failures cut.csv
	[[ "$stderr" =~ 'data for task 2 of job 1 stands still at link "node 1 down", which does not come back' ]]
	printf '12s,link node 1 dwn,fail\n' > bad.csv
	refused 3 'bad.csv:1: link: "node 1 dwn" is not a link of the machine .*did you mean "node 1 down"' \
		"$SOJOURN" run --no-store -w f.jsonl -c $c -p fifo --failures bad.csv
	printf '12s,link core*,fail\n' > bad.csv
	refused 3 'bad.csv:1: link: "core[*]" is not a pattern that any link' \
		"$SOJOURN" run --no-store -w f.jsonl -c $c -p fifo --failures bad.csv
	printf '12s,link node 1 up,drain\n' > bad.csv
	refused 3 'bad.csv:1: change: "drain" is not fail, up, or a bandwidth' \
		"$SOJOURN" run --no-store -w f.jsonl -c $c -p fifo --failures bad.csv
	printf '12s,link node 1 up,fail\n11s,0,fail\n' > bad.csv
	refused 3 'bad.csv:2: time: "11s" is not at or after' \
		"$SOJOURN" run --no-store -w f.jsonl -c $c -p fifo --failures bad.csv
	refused 3 'bad.csv:1: link: the machine has no network' \
		"$SOJOURN" run --no-store -w f.jsonl -c nodes=2 -p fifo --failures bad.csv
}

@test "run: links fail by laws, and background traffic; stored and run again" {
	fork_job > f.jsonl
	cat > c.yaml <<-'EOF'
		network:
		  topology: star
		  failures:
		    - { links: "node 1 down", mtbf: "deterministic:value=14", mttr: "deterministic:value=2" }
		  background:
		    - { links: "node 0 up", load: 20% }
		nodes:
		  - { type: a, count: 2, cores: 1, nic: { bandwidth: 100B/s } }
	EOF
	# 4 s at 80 B/s, 2 s down, 680 B at 80 B/s: 10 + 4 + 2 + 8.5 + 10.
	[ "$(makespan -c c.yaml)" = 34.5 ]
	"$SOJOURN" run -w f.jsonl -c c.yaml -p fifo -o x.db 2>/dev/null
	"$SOJOURN" repro x.db
}

@test "cluster check: links that fail and background that cannot be" {
	cat > bad.yaml <<-'EOF'
		network:
		  topology: star
		  reroute: yes
		  background:
		    - { links: "node 0 up", load: 120% }
		    - { links: "node\"1", load: 10% }
		    - { links: "node 1 *", load: 10%, on: 10s }
		nodes:
		  - { type: a, count: 2, cores: 1, nic: { bandwidth: 100B/s } }
	EOF
	run -3 --separate-stderr "$SOJOURN" cluster check bad.yaml
	[ "${#stderr_lines[@]}" -eq 4 ]
	[[ "$stderr" =~ 'bad.yaml:3:12: reroute: this topology has one way for each pair' ]]
	[[ "$stderr" =~ 'bad.yaml:5:35: load: "120%"; expected a rate, or above 0% to 100%' ]]
	[[ "$stderr" =~ 'bad.yaml:6:16: links: expected a name of links' ]]
	[[ "$stderr" =~ 'bad.yaml:7:7: background: on and off go together' ]]
	cat > bad.yaml <<-'EOF'
		network:
		  topology: star
		  failures:
		    - { links: "core*", mtbf: 10d, mttr: 1h }
		  background:
		    - { links: "node 0 up", load: 100B/s }
		nodes:
		  - { type: a, count: 2, cores: 1, nic: { bandwidth: 100B/s } }
	EOF
	run -3 --separate-stderr "$SOJOURN" cluster check bad.yaml
	[[ "$stderr" =~ 'bad.yaml:4:16: network: failures: no link is called "core*"' ]]
	[[ "$stderr" =~ 'bad.yaml:6:16: network: background leaves nothing of link "node 0 up"' ]]
}

@test "cluster show: what the network is" {
	c=nodes=16,bw=10Gbit/s,lat=2us,topology=tree:4x4,oversubscription=2,switch_lat=1us
	run -0 "$SOJOURN" cluster show $c,storage_bw=10Gbit/s
	[[ "$output" =~ "Network: tree:4x4, 42 links." ]]
	[[ "$output" == *"switch N up "*" 4 "*" 20Gbit/s "*" 1us "*" 80Gbit/s"* ]]
	[[ "$output" =~ "Longest route: 4 links; longest latency: 6us." ]]
	[[ "$output" =~ "Half of the nodes to the other half, all at once: 40Gbit/s." ]]
	# Full bisection: all 8 at their own bandwidth; in half duplex the cables are 48.
	network() { "$SOJOURN" cluster show "$1" --json | jq -r ".network | $2"; }
	[ "$(network nodes=16,bw=8Gbit/s,topology=fat-tree:4 .half_to_half_bytes_per_s)" = 8000000000 ]
	[ "$(network nodes=16,bw=8Gbit/s,topology=fat-tree:4,duplex=half '.links, .half_duplex' |
		tr '\n' ' ')" = "48 true " ]
	[ "$(network nodes=4 .)" = null ]
	"$SOJOURN" cluster show $c -o a.svg
	grep -q "network: tree:4x4" a.svg || grep -rq "network: tree:4x4" a.*
}

@test "cluster: a cluster of SimGrid with its backbone is a star with one" {
	cat > one.xml <<-'EOF'
		<?xml version="1.0"?>
		<platform version="4.1">
		  <zone id="all" routing="Full">
		    <cluster id="c" prefix="c" suffix="" radical="0-3" speed="1Gf" bw="1GBps" lat="5us"
		             bb_bw="3GBps" bb_lat="3us"/>
		    <cluster id="m" prefix="m" suffix="" radical="0-0" speed="1Gf" bw="1GBps" lat="5us">
		      <prop id="role" value="master"/>
		    </cluster>
		  </zone>
		</platform>
	EOF
	run -0 --separate-stderr "$SOJOURN" cluster check one.xml
	[[ "$output" =~ "note: the network is that of the only cluster that computes" ]]
	[ "$("$SOJOURN" cluster show one.xml --json | jq -r .spec)" = \
		"nodes=4,bw=8Gbit/s,lat=5us,topology=star,backbone=24Gbit/s,backbone_lat=3us" ]
	[ "$(links one.xml 0 3)" = "node 0 up, backbone, node 3 down" ]
	[ "$("$SOJOURN" cluster route one.xml 0 3 --bytes 1GB --json | jq .alone_s)" = 1.000013 ]
	# All that is sent shares the backbone, both ways.
	[ "$("$SOJOURN" cluster show nodes=4,bw=8Gbit/s,topology=star,backbone=8Gbit/s --json |
		jq .network.half_to_half_bytes_per_s)" = 1000000000 ]
	refused 2 'topology tree: a backbone is that of a star' \
		"$SOJOURN" cluster show nodes=4,bw=8Gbit/s,topology=tree:2x2,backbone=8Gbit/s
	sed 's/ bb_bw/ topology="TORUS" topo_parameters="2,2" bb_bw/' one.xml > torus.xml
	run -0 --separate-stderr "$SOJOURN" cluster check torus.xml
	[[ "$output" =~ "note: no network was made of" ]]
}

@test "cluster failures: events of links, which a run without laws repeats" {
	fork_job > f.jsonl
	cat > laws.yaml <<-'EOF'
		network:
		  topology: star
		  failures:
		    - { links: "node ? up", mtbf: 20s, mttr: 5s }
		nodes:
		  - { type: a, count: 2, cores: 1, nic: { bandwidth: 100B/s } }
	EOF
	sed '/failures/d; /links/d' laws.yaml > bare.yaml
	"$SOJOURN" cluster failures laws.yaml --until 1000s --seed 3 > events.csv
	grep -q '^[0-9.a-z]*,link node 1 down,fail$' events.csv
	[ "$(grep -c ',fail$' events.csv)" -gt 20 ]
	a=$("$SOJOURN" run --no-store --json -w f.jsonl -c laws.yaml -p fifo --seed 3 2>/dev/null |
		jq -r '.runs[0] | .digest, .metrics.makespan_s')
	b=$("$SOJOURN" run --no-store --json -w f.jsonl -c bare.yaml -p fifo --seed 3 \
		--failures events.csv 2>/dev/null | jq -r '.runs[0] | .digest, .metrics.makespan_s')
	[ -n "$a" ] && [ "$a" = "$b" ]
	[ "$(tail -1 <<<"$a")" != 30 ]
}

# A flat platform: l2 is in two halves; the master has no node, and loopbacks no use.
flat_xml() {
	cat <<-'EOF'
		<?xml version="1.0"?>
		<platform version="4.1">
		  <zone id="all" routing="Full">
		    <host id="master_host" speed="1Gf"/>
		    <host id="a" speed="1Gf"/>
		    <host id="b" speed="1Gf"/>
		    <host id="c" speed="2Gf"/>
		    <link id="l1" bandwidth="1GBps" latency="5us"/>
		    <link id="l2" bandwidth="2GBps" latency="3us" sharing_policy="SPLITDUPLEX"/>
		    <link id="loop" bandwidth="9GBps" sharing_policy="FATPIPE"/>
		    <route src="a" dst="a"><link_ctn id="loop"/></route>
		    <route src="master_host" dst="a"><link_ctn id="loop"/></route>
		    <route src="a" dst="b"><link_ctn id="l1"/><link_ctn id="l2" direction="UP"/></route>
		    <route src="a" dst="c"><link_ctn id="l2" direction="DOWN"/></route>
		    <route src="b" dst="c" symmetrical="NO"><link_ctn id="l1"/></route>
		    <route src="c" dst="b" symmetrical="NO"><link_ctn id="l2_UP"/></route>
		  </zone>
		</platform>
	EOF
}

@test "cluster: hosts of SimGrid with a route for every two of them are a network" {
	flat_xml > flat.xml
	run -0 --separate-stderr "$SOJOURN" cluster check flat.xml
	[[ "$output" =~ "note: the network is that of 3 links and 6 routes" ]]
	[ "$(links flat.xml 0 1)" = "l1, l2_UP" ]
	[ "$(links flat.xml 1 0)" = "l2_DOWN, l1" ]
	[ "$(links flat.xml 2 0)" = "l2_UP" ]
	[ "$(links flat.xml 1 2)" = "l1" ]
	[ "$(links flat.xml 2 1)" = "l2_UP" ]
	[ "$("$SOJOURN" cluster route flat.xml 0 1 --bytes 1GB --json | jq .alone_s)" = 1.000008 ]
	"$SOJOURN" cluster convert flat.xml -o flat.yaml
	[ "$("$SOJOURN" cluster show flat.yaml --json | jq -r .spec)" = \
		"$("$SOJOURN" cluster show flat.xml --json | jq -r .spec)" ]
	fork_job > f.jsonl
	[ "$(makespan -c flat.xml)" = "$(makespan -c flat.yaml)" ]
	# A pair without a route, or a link that is not shared like others: no network.
	sed '/src="c" dst="b"/d' flat.xml > gap.xml
	run -0 --separate-stderr "$SOJOURN" cluster check gap.xml
	[[ "$output" =~ "note: no network was made of" ]]
	sed 's/SPLITDUPLEX/FATPIPE/; s/l2_UP/l2/' flat.xml > fat.xml
	run -0 --separate-stderr "$SOJOURN" cluster check fat.xml
	[[ "$output" =~ "note: no network was made of" ]]
}

@test "cluster check: links without ends" {
	cat > bad.yaml <<-'EOF'
		network:
		  topology: links
		  links:
		    - { name: x, bandwidth: 1GB/s }
		    - { name: y, bandwidth: 1GB/s, duplex: half }
		    - { name: z, between: ["n:0", "n:1"], bandwidth: 1GB/s }
		  routes:
		    - { from: "n:0", to: "n:1", via: [x, z] }
		nodes:
		  - { type: n, count: 2, cores: 1 }
	EOF
	run -3 --separate-stderr "$SOJOURN" cluster check bad.yaml
	[[ "$stderr" =~ 'bad.yaml:5:44: duplex: a link without ends is one for both directions' ]]
	[[ "$stderr" =~ 'bad.yaml:8:42: via: "z": links with ends and links without do not mix' ]]
}
