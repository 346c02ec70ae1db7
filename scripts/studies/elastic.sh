#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# elastic.sh TRACES OUT - five days of the Philly log of GPU jobs, as they are and with sizes
# that may change, on 24 nodes of 8 GPUs. Called by `make studies`; docs/STUDIES.md has the
# results. OUT/elastic.db, OUT/elastic.txt. Skipped when the log is not in TRACES.
set -eu
cd "$(dirname "$0")/../.."
log=$1/gpu/pollux-philly.csv.gz
out=$2
[ -f "$log" ] || { echo "skipped: $log is not there"; exit 0; }
mkdir -p "$out"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
sojourn=$PWD/sojourn
rm -f "$out/elastic.db"
for day in 1507161600 1507248000 1507593600 1507766400 1508457600; do # 5, 6, 10, 12, 20 October 2017
	"$sojourn" trace cut "$log" --from ${day}s --to $((day + 86400))s -o "$tmp/day.jsonl" --force
	"$sojourn" trace elastic "$tmp/day.jsonl" --most 16 -o "$tmp/$day.jsonl"
	"$sojourn" run -w "$tmp/$day.jsonl" -c nodes=24,cores=16,gpus=8 --overrun extend \
		--checkpoint interval=none,restart=30s -p fifo -p firstfit -p easy -p themis \
		-p equi:every=1min -p elastic:every=1min -p elastic -p goodput -p goodput:fair=0.5 \
		-o "$out/elastic.db" >/dev/null
done 2>"$tmp/log" || { cat "$tmp/log"; exit 1; }
"$sojourn" compare --rank -m response -m bsld -m gpu_utilization "$out/elastic.db" | tee "$out/elastic.txt"
"$sojourn" query "SELECT policy, round(avg(value) FILTER (WHERE metric = 'response_mean_s')) AS response_s,
	round(avg(value) FILTER (WHERE metric = 'bsld_10s_mean'), 2) AS slowdown,
	round(avg(value) FILTER (WHERE metric = 'gpu_utilization'), 3) AS gpus_in_use,
	sum(value) FILTER (WHERE metric LIKE '%.resizes') AS resizes
	FROM v_metric GROUP BY policy ORDER BY response_s" "$out/elastic.db" | tee -a "$out/elastic.txt"
