-- SPDX-License-Identifier: GPL-3.0-or-later
-- dag-job: the job named :name, or (:name NULL) the first of those with most tasks: number in
-- the run, name, submit, tasks that were placed. Of a run made with --allocs.
SELECT j.id & 4294967295 AS number, coalesce(j.trace_id, (j.id & 4294967295) + 1) AS name, j.submit_ns,
       (SELECT count(DISTINCT task) FROM alloc WHERE run = :run AND job = (j.id & 4294967295)) AS tasks
FROM job j
WHERE j.id BETWEEN :first_id AND :last_id AND (:name IS NULL OR name = :name)
ORDER BY tasks DESC, j.id
LIMIT 1;
