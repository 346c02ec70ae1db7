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
PRAGMA user_version = 2;
