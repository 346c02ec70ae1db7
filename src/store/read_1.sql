-- SPDX-License-Identifier: GPL-3.0-or-later
-- A results.db of version 1, opened for reading: what it lacks, as temporary views that stand before its tables.
PRAGMA temp_store = MEMORY;
CREATE TEMP VIEW alloc AS SELECT rowid AS rowid, *, NULL AS node, 0 AS ranks, 0 AS cores, 0 AS gpus, 0 AS gpu_milli,
  0 AS mem_bytes FROM main.alloc;
CREATE TEMP VIEW sample AS SELECT rowid AS rowid, *, NULL AS procs_up, NULL AS gpu_milli_busy, NULL AS gpu_milli_up,
  NULL AS gpu_milli_frag FROM main.sample;
CREATE TEMP TABLE sample_node (run INTEGER, node INTEGER, nodes INTEGER, from_ns INTEGER, to_ns INTEGER,
  core_ns INTEGER, gpu_milli_ns INTEGER, mem_bytes INTEGER, down_ns INTEGER);
CREATE TEMP TABLE sample_gpu (run INTEGER, node INTEGER, gpu INTEGER, from_ns INTEGER, to_ns INTEGER, milli_ns INTEGER);
CREATE TEMP VIEW busy AS SELECT *, 0 AS requeues FROM main.busy;
CREATE TEMP VIEW v_job_ns AS SELECT *, 0 AS requeues FROM main.v_job_ns;
CREATE TEMP TABLE node_event (run INTEGER, at_ns INTEGER, node INTEGER, change TEXT, killed INTEGER);
CREATE TEMP TABLE transfer (run INTEGER, job INTEGER, task INTEGER, from_task INTEGER, from_node INTEGER,
  to_node INTEGER, bytes INTEGER, began_ns INTEGER, flowing_ns INTEGER, ended_ns INTEGER, arrived INTEGER);
CREATE TEMP TABLE link (run INTEGER, link INTEGER, name TEXT, bytes_per_s REAL, latency_ns INTEGER, bytes INTEGER,
  busy_ns INTEGER, peak_bytes_per_s REAL);
CREATE TEMP TABLE sample_link (run INTEGER, link INTEGER, from_ns INTEGER, to_ns INTEGER, bytes INTEGER);
CREATE TEMP VIEW v_link AS SELECT 0 AS run, 0 AS link, '' AS name, 0 AS bytes, 0 AS bytes_per_s, 0 AS latency_s,
  0 AS utilization_mean, 0 AS utilization_peak, 0 AS busy_s WHERE 0;
CREATE TEMP TABLE arm (run INTEGER, arm INTEGER, spec TEXT, learner TEXT);
CREATE TEMP TABLE learner (run INTEGER, round INTEGER, arm INTEGER, begin_ns INTEGER, end_ns INTEGER, known INTEGER,
  cost REAL, reward REAL, regret REAL, counted INTEGER, waiting INTEGER, clipped INTEGER, probability REAL, scores TEXT,
  context TEXT);
