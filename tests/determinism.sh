#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# determinism.sh [TRACES] - the same inputs must give the same digests whatever
# compiled the program (gcc -O0 and -O3, clang -O2, ASan+UBSan), on ten repeats,
# in another folder and under another locale. Closes with "N passed, N failed".
set -uf # specs have stars
cd "$(dirname "$0")/.." || exit 1
traces=$(realpath -m "${1:-../shared/traces}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

policies='fifo sjf ljf saf firstfit easy easy:candidates=sjf easy:order=saf
	easy:order=wfp3 easy:order=f1 easy:width=weak easy:pass=event conservative
	conservative:plan=compress balance:to=least,load=work balance balance:late=yes balance:batch=yes,late=yes
	delay delay:reset=launch,pool=user,wait=10s easy:order=(expr:(wait/estimate)^3*procs)
	easy:order=multifactor pyss-easy pyss-fcfs cqsim-easy accasim-easy
	stride lottery drr wfq:of=group drf quota:limit=40 themis migrate:by=speed foresight tune
	reserve:windows=(9h+8h:1),period=1d
	list hlfet hlfet:mode=hybrid hu lpt multifit min-min max-min sufferage met ect
	heft heft:mode=hybrid heft:mode=dynamic cpop peft dls lookahead:mode=hybrid
	heft:mode=hybrid,durations=percentile moore
	max-min:mode=hybrid hungarian lp-admission mip-admission lst transport drf-lp gavel gavel:objective=makespan,round=1h
	rotate:period=6h bandit:epoch=6h,algo=exp3,credit=end
	bandit:arms=(easy|las|conservative|rr),algo=linucb,jobs=50,reward=bsld
	replicate speculate:among=all,min_run=10s speculate:base=easy,how=wqr
	steal steal:victim=nearest,amount=half,seed=first,backoff=1ms
	steal:victim=richest,rule=dask,latency=1ms,backoff=100ms steal:plan=heft,amount=half,latency_node=1ms'
workloads='gen:lublin:n=3000 gen:poisson:load=0.8,n=20000 gen:heavytail:n=5000'
others='every failing graphs machines links shuffles files gpus training'
failures='mtbf=(weibull:shape=0.7,mean=90d),mttr=(lognormal:mu=8,sigma=1),retries=unlimited'
[ -r "$traces/swf/KTH-SP2-1996-2.swf.gz" ] &&
	workloads="$workloads $traces/swf/KTH-SP2-1996-2.swf.gz"

cat >"$work/links.yaml" <<END
network:
  topology: fat-tree:4
  failures: [{ links: "*aggregation*", mtbf: "weibull:shape=0.7,scale=2000", mttr: 60s }]
  background: [{ links: "node * up", load: 30%, on: 10s, off: "exponential:mean=60" }]
  storage: [{ name: disk, bandwidth: 2Gbit/s, read: 1GB/s, write: 500MB/s }]
nodes: [{ type: a, count: 16, cores: 4, nic: { bandwidth: 1Gbit/s, latency: 5us } }]
END
awk 'BEGIN {
	print "{\"schema\":\"sojourn.jobs/1\",\"comms\":[{\"op\":\"all-reduce\",\"way\":\"ring\",\"bytes\":50000000}]}"
	for (i = 0; i < 200; i++)
		printf "{\"submit_ns\":%d000000000,\"tasks\":[" \
		       "{\"runtime_ns\":%d000000000,\"reads\":[\"set\"],\"writes\":[\"out\"]}," \
		       "{\"ranks\":%d,\"steps\":4,\"comm\":1,\"runtime_ns\":%d000000000,\"reads\":[\"out\"]}]," \
		       "\"files\":[{\"name\":\"set\",\"bytes\":%d000000,\"at\":[\"disk\"],\"shared\":true}," \
		       "{\"name\":\"out\",\"bytes\":%d00000,\"to\":\"disk\"}]}\n",
		       i + 1, 3 + i % 11, 2 + i % 7, 5 + i % 13, 800, 1 + i % 90
}' >"$work/files.jsonl"

awk 'BEGIN {
	for (i = 0; i < 400; i++) {
		least = i % 3 == 0 ? "" : sprintf(",\"malleable\":true,\"ranks_min\":1,\"ranks_max\":%d," \
			"\"scaling\":{\"speedup\":\"amdahl\",\"serial\":0.%02d}", 16 + i % 16, 1 + i % 40)
		printf "{\"submit_ns\":%d000000000,\"runtime_ns\":%d000000000,\"estimate_ns\":%d000000000," \
		       "\"procs\":%d,\"user\":%d,\"weight\":%d%s}\n",
		       1 + i * 7, 20 + i * 37 % 300, 30 + i * 41 % 400, 1 + i % 15, i % 5, 1 + i % 3, least
	}
}' >"$work/sizes.jsonl"

# Coflows have no digest: the lines of every coflow under every order are hashed.
coflows='--order fair --order shares --order fifo --order sebf --order ncf:when=flow --order
	sebf:backfill=arrival,key=arrival --order scf:backfill=none --order aalo'

# digests JOBS: digests of all runs, of at most so many jobs each.
digests() {
	limit=$1
	for w in $workloads $others; do
		set --
		for p in $policies; do set -- "$@" -p "$p"; done
		case $w in
		every) # all policies of the program, jobs of one size and jobs of many
			set --
			for p in $("$program" policy list --json | sed -n 's/^      "name": "\(.*\)",$/\1/p'); do
				case $p in
				expr) set -- "$@" -p "expr:wait/estimate" ;;
				*) set -- "$@" -p "$p" ;;
				esac
			done
			set -- "$@" -c procs=64 --overrun extend
			w=$work/sizes.jsonl ;;
		failing) # nodes that fail, tasks that start again
			set -- "$@" -c nodes=64,cores=4 --failures "$failures"
			w=gen:lublin:n=1000 ;;
		graphs) # data over a network
			set -- "$@" -c "nodes=16,cores=2,bw=1GB/s,lat=5us,topology=(tree:4x4)"
			w=gen:dag:shape=cholesky,size=10,ccr=1,n=5,gap=500 ;;
		machines) # random graphs, unrelated machines
			set -- "$@" -c "nodes=16,cores=2,bw=1GB/s,lat=5us,topology=star"
			w=gen:dag:shape=random,size=500,degree=2.5,machines=16,ccr=1,ccr_of=edge,n=3 ;;
		links) # that fail and come back, beside other traffic
			set -- "$@" -c "$work/links.yaml"
			w=gen:dag:shape=layered,size=60,width=6,ccr=2,bw=1Gbit/s,n=20,gap=200 ;;
		shuffles) # coflows over a dragonfly, data ahead of its tasks
			set -- "$@" -c "nodes=24,cores=40,bw=1Gbit/s,lat=5us,topology=(dragonfly:3x4x2)" \
				--staging prefetch
			w=gen:coflow:n=40,ports=24 ;;
		files) # with copies, on a shared storage, and ranks that send each other gradients
			set -- "$@" -c "$work/links.yaml" --collectives flow --staging prefetch,copies=drop
			w=$work/files.jsonl ;;
		training) # rings over a shared uplink, stops, stragglers
			set -- -p fifo -p easy -p srtf -p las -p replicate \
				-p speculate:how=naive,among=all,min_run=5s --overrun extend --collectives flow \
				--stragglers lognormal:mu=0,sigma=0.1 -c \
				"nodes=16,cores=2,bw=1GB/s,lat=5us,topology=(tree:4x4),oversubscription=4"
			w="gen:poisson:load=0.6,procs=32,n=60,service=exp:60,width=list:values=1|3|8,comm=all-reduce,comm_bytes=50MB,overlap=0.5" ;;
		gpus) # shares, gangs, places, stops, noise, checkpoints
			set -- -p firstfit:place=frag -p easy:place=best -p conservative:place=spread \
				-p fifo:place=random -p srtf:place=dotprod -p las:place=worst \
				-p gittins:place=pack -c nodes=8,cores=96,gpus=8 --overrun extend \
				--stragglers lognormal:mu=0,sigma=0.3 \
				--checkpoint interval=10min,cost=10s,restart=30s
			w="gen:poisson:load=0.9,all_gpus=64,gang=8,gpu_cores=12,n=1000,gpus=(list:values=0.5|1|8|16,weights=2|5|2|1),service=(lognormal:mu=7,sigma=1)" ;;
		esac
		"$program" run -w "$w" "$@" --limit "$limit" --no-store --json 2>"$work/said" ||
			echo "ended with status $?: $(tail -n 1 "$work/said")"
	done | grep -o '"digest": *"[0-9a-f]*"\|ended with.*'
	csv=$(mktemp "$work/coflows.XXXXXX")
	# shellcheck disable=SC2086
	"$program" coflow $coflows --resamples 0 -o "$csv" gen:coflow:n=60,ports=40 \
		>/dev/null && sha256sum <"$csv"
}

# check NAME FILE FIRST: equal to what came first?
check() {
	if [ -s "$2" ] && cmp -s "$3" "$2"; then
		passed=$((passed + 1))
		echo "ok      $1"
	else
		failed=$((failed + 1))
		echo "FAILED  $1"
		diff "$3" "$2" | head -n 6
	fi
}

# build NAME TREE MAKE-ARGUMENTS...: trees that are there for other checks are used again.
build() {
	tree=$2
	shift 2
	program=$PWD/build/$tree/sojourn
	make -s -j2 "TREE=$tree" "$@" "build/$tree/sojourn" >"$work/said" 2>&1 || {
		cat "$work/said"
		return 1
	}
}

build gcc-O3 release || exit 1
digests 5000 >"$work/first"
digests 1000 >"$work/short"
runs=$(grep -c digest "$work/first")
echo "$runs runs of $(echo "$policies" | wc -w) policies on $(echo "$workloads" "$others" | wc -w) workloads"
grep -q 'ended with' "$work/first" && { cat "$work/first"; failed=1; }
for repeat in 1 3 5 7 9; do # two at a time: beside each other is one more difference
	digests 1000 >"$work/other" &
	digests 1000 >"$work/again"
	wait $!
	check "repeat $repeat" "$work/again" "$work/short"
	check "repeat $((repeat + 1))" "$work/other" "$work/short"
done
(cd / && LC_ALL=de_DE.UTF-8 TZ=Asia/Tokyo digests 1000) >"$work/again"
check "another folder and locale" "$work/again" "$work/short"

compare_build() {
	name=$1
	if build "$@"; then
		digests 5000 >"$work/again"
		check "$name" "$work/again" "$work/first"
	else
		failed=$((failed + 1))
		echo "FAILED  $name does not build"
	fi
}
compare_build gcc-O0 determinism-gcc-O0 CC=gcc CFLAGS=-O0
if command -v clang >/dev/null; then
	compare_build clang-O2 clang CC=clang CFLAGS=-O2
else
	echo "skipped clang -O2: clang is not installed"
fi
compare_build asan address-undefined SAN=address,undefined

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
