-- SPDX-License-Identifier: GPL-3.0-or-later
-- queue: first submit of the run, submit, start, processors, finish of every job
-- that was started.
SELECT (SELECT min(submit_ns) FROM job WHERE id BETWEEN :first_id AND :last_id),
       submit_ns, submit_ns + wait_ns, procs,
       submit_ns + wait_ns + coalesce(run_ns, 0)
FROM job
WHERE id BETWEEN :first_id AND :last_id
  AND wait_ns IS NOT NULL;
