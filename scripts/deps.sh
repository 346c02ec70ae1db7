#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# deps.sh [--test|--dev] - installs what is missing to build and run Sojourn, on Debian and its kin.
# Elsewhere it prints the list and stops. --test adds what the command-line tests use,
# --dev what `make check` uses.
set -eu

need="gcc make pkg-config libgsl-dev libglpk-dev libsqlite3-dev libjansson-dev libyaml-dev zlib1g-dev
libzstd-dev libmd-dev libxxhash-dev librandom123-dev libexpat1-dev gnuplot-nox fonts-liberation"
test="bats sqlite3 jq zstd graphviz"
dev="$test g++ clang libclang-rt-14-dev valgrind shellcheck"
case "${1:-}" in
--test) need="$need $test" ;;
--dev) need="$need $dev" ;;
esac

if ! command -v apt-get >/dev/null 2>&1; then
	echo "Sojourn needs these packages (Debian's names); install them and try again:" >&2
	echo "$need" >&2
	exit 1
fi
missing=""
for p in $need; do
	dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'ok installed' || missing="$missing $p"
done
[ -z "$missing" ] && exit 0

as_root=""
if [ "$(id -u)" != 0 ]; then
	if ! command -v sudo >/dev/null 2>&1; then
		echo "Missing packages, and neither root nor sudo to install them:$missing" >&2
		exit 1
	fi
	as_root="sudo"
fi
echo "installing:$missing"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086
$as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null 2>&1 || {
	$as_root apt-get update -qq
	$as_root apt-get install -y -qq --no-install-recommends $missing >/dev/null
}
