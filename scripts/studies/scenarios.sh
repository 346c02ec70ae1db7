#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# scenarios.sh OUT - the runs of all canned scenarios, compared with what is known of them, and a
# figure of each: the commands are those that `sojourn gen --scenarios` lists.
set -eu
cd "$(dirname "$0")/../.."
out=$1
mkdir -p "$out"
./sojourn doctor --scenarios | tee "$out/scenarios.txt"
PATH=$PWD:$PATH
# The listing has a line "NAME: ...", then commands; it quotes them for a shell.
./sojourn gen --scenarios >"$out/list"
name=
while IFS= read -r line; do
	case $line in
	"  sojourn run "*)
		eval "${line#  } --allocs --transfers -o '$out/$name.db'" >/dev/null 2>&1 ||
			eval "${line#  } --allocs -o '$out/$name.db'" >/dev/null 2>&1 ;;
	"  sojourn plot "*)
		line=${line#  sojourn plot }
		./sojourn plot "${line%% *}" "$out/$name.db" --wide -o "$out/$name.png" ;;
	" "*) ;;
	*": "*) name=${line%%:*}
		rm -f "$out/$name.db" ;;
	esac
done <"$out/list"
rm -f "$out/list"
echo "figures: $out/*.png"
