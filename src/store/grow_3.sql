-- SPDX-License-Identifier: GPL-3.0-or-later
-- A results.db of version 2 becomes one of version 3, before something is added to it.
CREATE TABLE transfer (run INTEGER NOT NULL, job INTEGER NOT NULL, task INTEGER NOT NULL,
  from_task INTEGER,
  from_node INTEGER NOT NULL, to_node INTEGER NOT NULL, bytes INTEGER NOT NULL, began_ns INTEGER NOT NULL,
  flowing_ns INTEGER,
  ended_ns INTEGER NOT NULL,
  arrived INTEGER NOT NULL) STRICT;
CREATE TABLE link (run INTEGER NOT NULL, link INTEGER NOT NULL, name TEXT NOT NULL, bytes_per_s REAL NOT NULL,
  latency_ns INTEGER NOT NULL,
  bytes INTEGER NOT NULL,
  busy_ns INTEGER NOT NULL,
  peak_bytes_per_s REAL NOT NULL,
  PRIMARY KEY (run, link)) STRICT, WITHOUT ROWID;
CREATE TABLE sample_link (run INTEGER NOT NULL, link INTEGER NOT NULL, from_ns INTEGER NOT NULL, to_ns INTEGER NOT NULL,
  bytes INTEGER NOT NULL) STRICT;
CREATE INDEX transfer_by_job ON transfer (run, job);
CREATE INDEX sample_link_by_run ON sample_link (run, link, from_ns);
CREATE VIEW v_link AS SELECT l.run, l.link, l.name, l.bytes, l.bytes_per_s, l.latency_ns / 1e9 AS latency_s,
    l.bytes / l.bytes_per_s / m.value AS utilization_mean, l.peak_bytes_per_s / l.bytes_per_s AS utilization_peak,
    l.busy_ns / 1e9 AS busy_s
  FROM link l LEFT JOIN metric m ON m.run = l.run AND m.name = 'makespan_s';
PRAGMA user_version = 3;
