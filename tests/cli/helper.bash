# SPDX-License-Identifier: GPL-3.0-or-later
# helper.bash - what the command-line tests share. Each test works in a folder of
# its own; SOJOURN is the program.
bats_require_minimum_version 1.5.0

: "${SOJOURN:=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)/sojourn}"
: "${TRACES:=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)/../shared/traces}"

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
}

# job ID SUBMIT RUN PROCS REQUEST: one line of SWF.
job() {
	echo "$1 $2 -1 $3 $4 -1 -1 $4 $5 -1 1 1 1 -1 1 1 -1 -1"
}

# A log of five jobs for a machine of 4 processors.
small_log() {
	echo "; MaxProcs: 4"
	job 1 0 10 2 20
	job 2 1 5 4 5
	job 3 2 3 1 6
	job 4 2 8 2 8
	job 5 30 1 4 1
}

# refused STATUS PATTERN COMMAND...: ends with that status, says one sentence that
# matches the pattern (an extended regular expression), prints no data.
refused() {
	local want=$1 pattern=$2
	shift 2
	run --separate-stderr "$@"
	if [ "$status" -ne "$want" ]; then
		echo "status $status instead of $want: $*"
		echo "$stderr"
		return 1
	fi
	if ! [[ "$stderr" =~ $pattern ]]; then
		echo "no match of: $pattern"
		echo "in:          $stderr"
		return 1
	fi
	if [ "${#stderr_lines[@]}" -ne 1 ]; then
		echo "${#stderr_lines[@]} lines instead of one sentence:"
		echo "$stderr"
		return 1
	fi
	if [ -n "$output" ]; then
		echo "data on standard output: $output"
		return 1
	fi
}

# accepted PATTERN COMMAND...: ends with 0 and says what matches on stderr.
accepted() {
	local pattern=$1
	shift
	run --separate-stderr "$@"
	if [ "$status" -ne 0 ]; then
		echo "status $status: $*"
		echo "$stderr"
		return 1
	fi
	if ! [[ "$stderr" =~ $pattern ]]; then
		echo "no match of: $pattern"
		echo "in:          $stderr"
		return 1
	fi
}

# digests: every run's digest in the JSON document in $output, a line each.
digests() {
	grep -o '"digest": *"[0-9a-f]*"' <<<"$output" | sed 's/.*"\([0-9a-f]*\)"$/\1/'
}

# as_nobody COMMAND...: root may write anywhere, so rights are tried as another.
as_nobody() {
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	else
		"$@"
	fi
}

# little_memory: 300 MB of address space for what follows in this shell, unless the build
# reserves more than that to start (sanitizers do).
little_memory() {
	if (ulimit -v 300000 && "$SOJOURN" --version) >/dev/null 2>&1; then
		ulimit -v 300000
	fi
}
