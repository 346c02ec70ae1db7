-- SPDX-License-Identifier: GPL-3.0-or-later
-- gantt: jobs that run in [:from, :to) since the first submit, of the first :jobs
-- jobs, by start; number, the trace's id, start, finish, processors and, when the
-- run recorded them, an interval of processor numbers (a row each). On nodes there are
-- no such numbers, only times and cores.
SELECT j.id & 4294967295 AS number, coalesce(j.trace_id, (j.id & 4294967295) + 1),
       coalesce(a.from_ns, j.submit_ns + j.wait_ns) - o.zero AS start,
       coalesce(a.to_ns, j.submit_ns + j.wait_ns + j.run_ns) - o.zero AS finish,
       coalesce(a.cores, j.procs) AS procs, a.first, a.last
FROM (SELECT min(submit_ns) AS zero FROM job WHERE id BETWEEN :first_id AND :last_id) o
JOIN job j ON j.id BETWEEN :first_id AND :last_id
LEFT JOIN (SELECT job, from_ns, to_ns, NULL AS cores, first, last
           FROM alloc WHERE run = :run AND node IS NULL
           UNION ALL
           SELECT job, from_ns, to_ns, sum(cores), NULL, NULL
           FROM alloc WHERE run = :run AND node IS NOT NULL
           GROUP BY job, task, from_ns, to_ns) a ON a.job = (j.id & 4294967295)
WHERE j.wait_ns IS NOT NULL AND j.run_ns IS NOT NULL
  AND number < :jobs AND start < :to AND finish >= :from AND coalesce(a.cores, j.procs) > 0
ORDER BY start, finish, number, a.first;
