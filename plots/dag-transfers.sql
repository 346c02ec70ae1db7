-- SPDX-License-Identifier: GPL-3.0-or-later
-- dag-transfers: data that came for job :job, the largest first: task, the task that made it,
-- from and to node, bytes, begin and end since its submit. Of a run made with --transfers.
SELECT t.task, coalesce(t.from_task, -1), t.from_node, t.to_node, t.bytes, t.began_ns - j.submit_ns,
       t.ended_ns - j.submit_ns
FROM transfer t JOIN job j ON j.id = :first_id + :job
WHERE t.run = :run AND t.job = :job AND t.arrived
ORDER BY t.bytes DESC, t.rowid;
