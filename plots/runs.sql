-- SPDX-License-Identifier: GPL-3.0-or-later
-- runs: what can be drawn. One row a run, in the order of the database.
SELECT r.id, r.seed, r.procs, r.jobs,
       coalesce((SELECT value FROM metric m WHERE m.run = r.id AND m.name = 'preemptions'), 0),
       r.clairvoyant, r.digest,
       r.policy, r.workload, r.cluster, r.clock, r.overrun, r.estimates,
       CASE r.job_limit WHEN 0 THEN 'none' ELSE CAST(r.job_limit AS TEXT) END,
       r.status
FROM run r ORDER BY r.id;
