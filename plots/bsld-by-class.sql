-- SPDX-License-Identifier: GPL-3.0-or-later
-- bsld-by-class: processors, run time and bounded slowdown (tau = 10 s) of every
-- job that ran to an end.
SELECT procs, busy_ns, max(1.0, 1.0 * (wait_ns + run_ns) / max(busy_ns, 10000000000))
FROM v_job_ns
WHERE id BETWEEN :first_id AND :last_id
  AND wait_ns IS NOT NULL AND run_ns IS NOT NULL;
