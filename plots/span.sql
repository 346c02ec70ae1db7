-- SPDX-License-Identifier: GPL-3.0-or-later
-- span: one run of one job that is a graph: makespan, work T1 (busy processors x time), span
-- Tinf (its longest path), and what a stealing policy counted (NULL: nothing).
SELECT makespan, utilization * procs * makespan, span,
       requests, hits, way_ns / 1e9
FROM (SELECT procs,
             (SELECT value FROM metric WHERE run = :run AND name = 'makespan_s') AS makespan,
             (SELECT value FROM metric WHERE run = :run AND name = 'utilization') AS utilization,
             (SELECT value FROM metric WHERE run = :run AND name = 'critical_path_mean_s') AS span,
             (SELECT value FROM metric WHERE run = :run AND name = 'steal.hits') AS hits,
             (SELECT value FROM metric WHERE run = :run AND name = 'steal.requests') AS requests,
             (SELECT value FROM metric WHERE run = :run AND name = 'steal.way_ns') AS way_ns
      FROM run WHERE id = :run AND jobs = 1)
WHERE makespan > 0 AND utilization > 0 AND span > 0;
