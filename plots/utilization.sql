-- SPDX-License-Identifier: GPL-3.0-or-later
-- utilization: first submit of the run, start, finish, processors, finish of every
-- job that ran.
SELECT (SELECT min(submit_ns) FROM job WHERE id BETWEEN :first_id AND :last_id),
       submit_ns + wait_ns, submit_ns + wait_ns + run_ns, procs,
       submit_ns + wait_ns + run_ns
FROM job
WHERE id BETWEEN :first_id AND :last_id
  AND wait_ns IS NOT NULL AND run_ns IS NOT NULL;
