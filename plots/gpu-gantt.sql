-- SPDX-License-Identifier: GPL-3.0-or-later
-- gpu-gantt: what tasks had of GPUs of the nodes [:node, :last_node] in [:from, :to) since
-- the first submit, of the first :jobs jobs, by start: number, the trace's id, user, node,
-- from, to, GPUs as bits, thousandths of each.
SELECT a.job, coalesce(j.trace_id, a.job + 1), coalesce(w.user_id, 0), a.node,
       a.from_ns - o.zero AS start, a.to_ns - o.zero AS finish, a.gpus, a.gpu_milli
FROM (SELECT min(submit_ns) AS zero FROM job WHERE id BETWEEN :first_id AND :last_id) o
JOIN alloc a ON a.run = :run
JOIN job j ON j.id = :first_id + a.job
LEFT JOIN who w ON w.id = j.who
WHERE a.gpus <> 0 AND a.node BETWEEN :node AND :last_node AND a.job < :jobs
  AND start < :to AND finish > :from AND start < finish
ORDER BY start, finish, a.job, a.node, a.rowid;
