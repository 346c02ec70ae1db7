-- SPDX-License-Identifier: GPL-3.0-or-later
-- cdf: the metric (:metric, times in seconds) of every job that ran to an end.
-- Bounded slowdown: max(1, response / max(run, 10 s)) (Feitelson et al. 1997).
SELECT CASE :metric
         WHEN 'wait' THEN wait_ns / 1e9
         WHEN 'response' THEN (wait_ns + run_ns) / 1e9
         WHEN 'bsld' THEN max(1.0, 1.0 * (wait_ns + run_ns) / max(busy_ns, 10000000000))
         ELSE 1.0 * (wait_ns + run_ns) / busy_ns
       END
FROM v_job_ns
WHERE id BETWEEN :first_id AND :last_id
  AND wait_ns IS NOT NULL AND run_ns IS NOT NULL
  AND (:metric <> 'slowdown' OR busy_ns > 0);
