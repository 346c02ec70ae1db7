-- SPDX-License-Identifier: GPL-3.0-or-later
-- A results.db of version 1 becomes one of version 2, before something is added to it.
ALTER TABLE alloc ADD COLUMN node INTEGER;
ALTER TABLE alloc ADD COLUMN ranks INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alloc ADD COLUMN cores INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alloc ADD COLUMN gpus INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alloc ADD COLUMN gpu_milli INTEGER NOT NULL DEFAULT 0;
ALTER TABLE alloc ADD COLUMN mem_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sample ADD COLUMN procs_up INTEGER;
ALTER TABLE sample ADD COLUMN gpu_milli_busy INTEGER;
ALTER TABLE sample ADD COLUMN gpu_milli_up INTEGER;
ALTER TABLE sample ADD COLUMN gpu_milli_frag INTEGER;
CREATE TABLE sample_node (run INTEGER NOT NULL, node INTEGER NOT NULL, nodes INTEGER NOT NULL, from_ns INTEGER NOT NULL,
  to_ns INTEGER NOT NULL, core_ns INTEGER NOT NULL, gpu_milli_ns INTEGER NOT NULL, mem_bytes INTEGER NOT NULL,
  down_ns INTEGER NOT NULL) STRICT;
CREATE TABLE sample_gpu (run INTEGER NOT NULL, node INTEGER NOT NULL, gpu INTEGER NOT NULL, from_ns INTEGER NOT NULL,
  to_ns INTEGER NOT NULL, milli_ns INTEGER NOT NULL) STRICT;
ALTER TABLE busy ADD COLUMN requeues INTEGER NOT NULL DEFAULT 0;
DROP VIEW v_job_ns;
CREATE VIEW v_job_ns AS SELECT j.*, coalesce(b.busy_ns, j.run_ns) AS busy_ns, coalesce(b.preemptions, 0) AS preemptions,
  coalesce(b.requeues, 0) AS requeues
  FROM job j LEFT JOIN busy b ON b.id = j.id;
CREATE TABLE node_event (run INTEGER NOT NULL, at_ns INTEGER NOT NULL, node INTEGER NOT NULL, change TEXT NOT NULL,
  killed INTEGER NOT NULL) STRICT;
CREATE INDEX node_event_by_run ON node_event (run, at_ns);
CREATE INDEX sample_node_by_run ON sample_node (run, node, from_ns);
CREATE INDEX sample_gpu_by_run ON sample_gpu (run, node, gpu, from_ns);
DROP VIEW v_jobs;
CREATE VIEW v_jobs AS
  SELECT j.id >> 32 AS run, coalesce(j.trace_id, (j.id & 4294967295) + 1) AS job_id, r.workload AS workload_name,
    coalesce(j.trace_id, (j.id & 4294967295) + 1) AS profile, j.submit_ns / 1e9 AS submission_time,
    j.procs AS requested_number_of_resources, coalesce(j.estimate_ns, j.run_ns) / 1e9 AS requested_time,
    j.outcome = 0 AS success,
    CASE j.outcome WHEN 0 THEN 'COMPLETED_SUCCESSFULLY' WHEN 1 THEN 'COMPLETED_WALLTIME_REACHED' WHEN 2 THEN 'REJECTED'
      WHEN 3 THEN 'COMPLETED_FAILED' ELSE 'COMPLETED_KILLED' END AS final_state,
    (j.submit_ns + j.wait_ns) / 1e9 AS starting_time, j.run_ns / 1e9 AS execution_time,
    (j.submit_ns + j.wait_ns + j.run_ns) / 1e9 AS finish_time, j.wait_ns / 1e9 AS waiting_time,
    (j.wait_ns + j.run_ns) / 1e9 AS turnaround_time,
    CASE WHEN j.run_ns > 0 THEN 1.0 * (j.wait_ns + j.run_ns) / j.run_ns END AS stretch,
    w.user_id, w.group_id, w.queue,
    -- Processor numbers, or nodes, as an interval set ("0-3 7"); NULL: not kept (run --allocs).
    (SELECT group_concat(CASE lo WHEN hi THEN lo ELSE lo || '-' || hi END, ' ') FROM
      (SELECT min(lo) AS lo, max(hi) AS hi FROM
        (SELECT lo, hi, sum(gap) OVER (ORDER BY lo, hi) AS island FROM
          (SELECT lo, hi, lo > 1 + coalesce(max(hi) OVER (ORDER BY lo, hi ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
             lo) AS gap FROM
            (SELECT DISTINCT coalesce(a.node, a.first) AS lo, coalesce(a.node, a.last) AS hi FROM alloc a
             WHERE a.run = j.id >> 32 AND a.job = j.id & 4294967295)))
       GROUP BY island ORDER BY 1)) AS allocated_resources
  FROM job j JOIN run r ON r.id = j.id >> 32 LEFT JOIN who w ON w.id = j.who;
PRAGMA user_version = 2;
