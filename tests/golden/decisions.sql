-- SPDX-License-Identifier: GPL-3.0-or-later
-- The decision log, a line each: seconds, the log's own number of the job, what was
-- decided about it, and why.
SELECT r.policy, d.at_ns / 1000000000 AS at, coalesce(j.trace_id, d.job + 1) AS job,
  d.kind AS decision, coalesce(d.reason, '') AS reason
FROM decision d JOIN run r ON r.id = d.run JOIN job j ON j.id = (d.run << 32) + d.job
ORDER BY d.run, d.rowid
