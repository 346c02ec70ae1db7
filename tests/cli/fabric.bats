#!/usr/bin/env bats
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
