#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-3.0-or-later
# Proportional shares: who may have what, what is said of it, what is refused.

load helper

jobs() {
	cat <<-END
	{"id":1,"submit_ns":0,"runtime_ns":3000000000,"user":1,"weight":3}
	{"id":2,"submit_ns":0,"runtime_ns":3000000000,"user":2}
	{"id":3,"submit_ns":1000000000,"runtime_ns":3000000000,"user":1}
	END
}

@test "shares: reasons tell passes, deficits and virtual finishes" {
	jobs >jobs.jsonl
	"$SOJOURN" run -w jobs.jsonl -c procs=1 -p stride:1s -p lottery:1s -p drr:quantum=1s \
		-p 'wfq:shares=(2:2)' -p ps:weight=job -p drf --explain -o s.db >/dev/null
	run -0 "$SOJOURN" explain s.db 2
	[[ "$output" == *"pass 1, 1 tickets"* ]]
	[[ "$output" == *"drawn with 1 of "*" tickets"* ]]
	[[ "$output" == *"turn of user 2 with a deficit of 3s, it costs 3s"* ]]
	[[ "$output" == *"virtual finish 1.5s of user 2"* ]]
	[[ "$output" == *"dominant share 0 of user 2 is the least"* ]]
	[[ "$output" == *"0.25 of its 1 processors"* ]]
}

@test "shares: a list that is none is refused" {
	jobs >jobs.jsonl
	for spec in 'drr:shares=(1:0)' 'wfq:shares=(1-2)' 'ps:among=users,user_shares=(x:1)' \
		'ps:among=groups,group_shares=(1:)'; do
		refused 2 'is not account:number, for example 7:3' "$SOJOURN" run -w jobs.jsonl \
			-c procs=1 -p "$spec" --no-store
	done
	refused 2 'quantum' "$SOJOURN" run -w jobs.jsonl -c procs=1 -p stride:0s --no-store
}

@test "shares: parts and limits beyond the machine are refused" {
	jobs >jobs.jsonl
	no() { refused 2 "$2" "$SOJOURN" run -w jobs.jsonl -c procs=8 -p "$1" --no-store; }
	no 'partition:sizes=(1:9)' 'queue 1: 9 processors, the machine has 8'
	no 'partition:sizes=(1:6,2:4)' 'queue 2: 4 processors more than are left, the machine has 8'
	no 'quota:limits=(3:12)' 'user 3: 12 processors, the machine has 8'
	no 'quota:limits=(3:1.5)' 'user 3: 1.5 is not a whole number of processors'
	no 'quota:unit=gpus,limits=(3:1)' 'user 3: 1 GPUs, the machine has 0'
	no 'quota:order=wfp3' 'order: "wfp3" changes with time'
}

@test "shares: windows that are none are refused" {
	jobs >jobs.jsonl
	no() { refused 2 "$2" "$SOJOURN" run -w jobs.jsonl -c procs=8 -p "$1" --no-store; }
	no 'reserve:windows=(8h+2h)' '"8h.2h" is not FROM.LENGTH:PROCESSORS, for example 8h.2h:64'
	no 'reserve:windows=(8h:4)' 'is not FROM'
	no 'reserve:windows=(8h+2h:9)' 'the machine has 8 processors'
	no 'reserve:windows=(8h+2h:4),period=1h' 'is longer than the period'
}
