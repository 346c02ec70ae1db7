-- SPDX-License-Identifier: GPL-3.0-or-later
-- bars: the values behind a mean over jobs, in submit order, for its interval.
-- :metric is the name of the result; times in seconds.
SELECT CASE :metric
         WHEN 'wait_mean_s' THEN wait_ns / 1e9
         WHEN 'response_mean_s' THEN (wait_ns + run_ns) / 1e9
         WHEN 'bsld_10s_mean' THEN max(1.0, 1.0 * (wait_ns + run_ns) / max(busy_ns, 10000000000))
         ELSE 1.0 * (wait_ns + run_ns) / busy_ns
       END
FROM v_job_ns
WHERE id BETWEEN :first_id AND :last_id
  AND wait_ns IS NOT NULL AND run_ns IS NOT NULL
  AND (:metric <> 'slowdown_mean' OR busy_ns > 0)
ORDER BY id;
