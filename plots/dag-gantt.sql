-- SPDX-License-Identifier: GPL-3.0-or-later
-- dag-gantt: what the tasks of job :job had, by start: task, node, from, to since its submit; in a pool?
SELECT a.task, coalesce(a.node, 0), a.from_ns - j.submit_ns AS start, a.to_ns - j.submit_ns AS finish,
  a.node IS NULL AS pool
FROM alloc a JOIN job j ON j.id = :first_id + :job
WHERE a.run = :run AND a.job = :job
GROUP BY a.task, a.node, start, finish
ORDER BY start, finish, a.task, a.node;
