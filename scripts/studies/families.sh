#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# families.sh TRACES OUT - one policy of each family on a generated log and on two real ones.
# Called by `make studies`; docs/STUDIES.md has the results. OUT/families.db, .txt, .png. Logs
# that are not in TRACES are skipped.
set -eu
cd "$(dirname "$0")/../.."
traces=$1
out=$2
mkdir -p "$out"
rm -f "$out/families.db"
sojourn=$PWD/sojourn
for log in gen:lublin:n=20000,users=50 swf/KTH-SP2-1996-2.swf.gz swf/hpc2n.swf.gz; do
	case $log in
	gen:*) ;;
	*) [ -f "$traces/$log" ] || { echo "skipped: $traces/$log is not there"; continue; }
	   log=$traces/$log ;;
	esac
	"$sojourn" run -w "$log" -p fifo -p firstfit -p sjf -p easy -p easy:order=sjf \
		-p easy:order=wfp3 -p conservative -p srtf-est -p las -p rr -p stride -p wfq -p drr \
		-p themis -p easy:order=multifactor -p lp-admission -p hungarian \
		-p "bandit:arms=(easy|easy:order=sjf|easy:order=saf),epoch=1d" -p foresight -p tune \
		--bound -o "$out/families.db" >/dev/null
done
"$sojourn" compare --rank -m bsld -m response "$out/families.db" | tee "$out/families.txt"
"$sojourn" plot ratios "$out/families.db" -m bsld_10s_mean -o "$out/families.png"
