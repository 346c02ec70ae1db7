-- SPDX-License-Identifier: GPL-3.0-or-later
-- gantt: jobs that run in [:from, :to) since the first submit, of the first :jobs
-- jobs, by start; number, the trace's id, start, finish, processors and, when the
-- run recorded them, an interval of processor numbers (a row each).
SELECT j.id & 4294967295 AS number, coalesce(j.trace_id, (j.id & 4294967295) + 1),
       coalesce(a.from_ns, j.submit_ns + j.wait_ns) - o.zero AS start,
       coalesce(a.to_ns, j.submit_ns + j.wait_ns + j.run_ns) - o.zero AS finish,
       j.procs, a.first, a.last
FROM (SELECT min(submit_ns) AS zero FROM job WHERE id BETWEEN :first_id AND :last_id) o
JOIN job j ON j.id BETWEEN :first_id AND :last_id
LEFT JOIN alloc a ON a.run = :run AND a.job = (j.id & 4294967295)
WHERE j.wait_ns IS NOT NULL AND j.run_ns IS NOT NULL
  AND number < :jobs AND start < :to AND finish >= :from
ORDER BY start, finish, number, a.first;
