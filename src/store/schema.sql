-- SPDX-License-Identifier: GPL-3.0-or-later
-- results.db, version 4; migrate.c says how older files are read and grow. All times are integer nanoseconds. Documented in docs/MODEL.md and results/README.md.
-- One transaction per run, except that the run row itself is committed first as 'incomplete'.
CREATE TABLE run (
  id              INTEGER PRIMARY KEY,
  status          TEXT NOT NULL,     -- incomplete | complete | failed
  workload        TEXT NOT NULL,     -- as given
  cluster         TEXT NOT NULL,     -- canonical
  policy          TEXT NOT NULL,     -- canonical spec
  seed            INTEGER NOT NULL,
  clock           TEXT NOT NULL,     -- event | tick:D | round:D
  overrun         TEXT NOT NULL,     -- kill | extend
  estimates       TEXT NOT NULL,     -- request | exact
  job_limit       INTEGER NOT NULL,  -- 0 = all
  clairvoyant     INTEGER NOT NULL,
  procs           INTEGER NOT NULL,
  jobs            INTEGER NOT NULL DEFAULT 0,
  events          INTEGER NOT NULL DEFAULT 0,
  digest          TEXT NOT NULL DEFAULT '',
  wall_ns         INTEGER NOT NULL DEFAULT 0,  -- the simulation alone
  parse_ns        INTEGER NOT NULL DEFAULT 0,
  store_ns        INTEGER NOT NULL DEFAULT 0,
  peak_rss_bytes  INTEGER NOT NULL DEFAULT 0,
  decision_p50_ns INTEGER NOT NULL DEFAULT 0,
  decision_p99_ns INTEGER NOT NULL DEFAULT 0,
  decision_max_ns INTEGER NOT NULL DEFAULT 0,
  started_utc     TEXT NOT NULL,
  version         TEXT NOT NULL,
  commit_id       TEXT NOT NULL,
  compiler        TEXT NOT NULL,
  cflags          TEXT NOT NULL,
  command         TEXT NOT NULL,     -- the command line, shell-quoted
  error           TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE param (run INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
  PRIMARY KEY (run, key)) STRICT, WITHOUT ROWID;
CREATE TABLE input (run INTEGER NOT NULL, role TEXT NOT NULL, path TEXT NOT NULL, format TEXT NOT NULL,
  bytes INTEGER NOT NULL, sha256 TEXT NOT NULL, jobs INTEGER NOT NULL, dropped TEXT NOT NULL, -- JSON object
  PRIMARY KEY (run, role)) STRICT, WITHOUT ROWID;
-- id = run * 2^32 + job; job = 0, 1, 2 ... in (submit, line) order.
CREATE TABLE job (
  id          INTEGER PRIMARY KEY,
  trace_id    INTEGER,               -- NULL: job + 1
  submit_ns   INTEGER NOT NULL,
  wait_ns     INTEGER,               -- NULL: never started
  run_ns      INTEGER,               -- finish - start; NULL: never finished
  estimate_ns INTEGER,               -- NULL: equal to run_ns
  procs       INTEGER NOT NULL,
  who         INTEGER,               -- NULL: unknown; who.id may be negative
  outcome     INTEGER NOT NULL       -- 0 completed 1 killed 2 rejected 3 failed 4 cancelled
) STRICT;
-- Jobs that executed less than run_ns says: preempted or killed on their way, or of several tasks.
CREATE TABLE busy (id INTEGER PRIMARY KEY, busy_ns INTEGER NOT NULL, preemptions INTEGER NOT NULL,
  requeues INTEGER NOT NULL DEFAULT 0) STRICT; -- times that its tasks died with a node
CREATE TABLE who (id INTEGER PRIMARY KEY, user_id INTEGER NOT NULL, group_id INTEGER NOT NULL, queue INTEGER NOT NULL,
  UNIQUE (user_id, group_id, queue)) STRICT;
-- In task, alloc and decision, job is the number within the run: job.id = run << 32 | job.
CREATE TABLE task (id INTEGER PRIMARY KEY, job INTEGER NOT NULL, task INTEGER NOT NULL, submit_ns INTEGER NOT NULL,
  start_ns INTEGER, finish_ns INTEGER, outcome INTEGER NOT NULL) STRICT;
CREATE TABLE alloc (run INTEGER NOT NULL, job INTEGER NOT NULL, task INTEGER NOT NULL, from_ns INTEGER NOT NULL,
  to_ns INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, -- interval of processor numbers; 0 on nodes
  node INTEGER,                            -- NULL: a pool
  ranks INTEGER NOT NULL DEFAULT 0,        -- on this node, or on its shared GPU
  cores INTEGER NOT NULL DEFAULT 0,        -- of these ranks
  gpus INTEGER NOT NULL DEFAULT 0,         -- which GPUs of the node, as bits
  gpu_milli INTEGER NOT NULL DEFAULT 0,    -- thousandths of each of them
  mem_bytes INTEGER NOT NULL DEFAULT 0) STRICT;
CREATE TABLE sample (run INTEGER NOT NULL, at_ns INTEGER NOT NULL, busy INTEGER NOT NULL, running INTEGER NOT NULL,
  waiting INTEGER NOT NULL, wanted INTEGER NOT NULL,
  procs_up INTEGER, gpu_milli_busy INTEGER, gpu_milli_up INTEGER, -- NULL: written by version 1
  gpu_milli_frag INTEGER) STRICT;          -- expected fragmentation; NULL: not asked for (run --timelines)
-- What nodes and GPUs did over time (run --timelines): equal bins, those that follow each other with the same values
-- as one row, bins without use left out. Products with time are exact: their sum is the time of all allocations.
CREATE TABLE sample_node (run INTEGER NOT NULL, node INTEGER NOT NULL, -- the first of `nodes` that are summed up:
  nodes INTEGER NOT NULL,                  -- 1, unless there are more than can be kept apart
  from_ns INTEGER NOT NULL, to_ns INTEGER NOT NULL,
  core_ns INTEGER NOT NULL,                -- busy cores x time
  gpu_milli_ns INTEGER NOT NULL,           -- thousandths of GPUs x time
  mem_bytes INTEGER NOT NULL,              -- mean
  down_ns INTEGER NOT NULL) STRICT;        -- nodes x time failed or not there yet
CREATE TABLE sample_gpu (run INTEGER NOT NULL, node INTEGER NOT NULL, gpu INTEGER NOT NULL,
  from_ns INTEGER NOT NULL, to_ns INTEGER NOT NULL, milli_ns INTEGER NOT NULL) STRICT;
-- Data of task graphs and files on the network, in the order in which transfers ended (run --transfers); what ranks send
-- each other is not here. from_node and to_node are nodes by number, and behind them the storages.
CREATE TABLE transfer (run INTEGER NOT NULL, job INTEGER NOT NULL, task INTEGER NOT NULL, -- that it is for
  from_task INTEGER,                       -- of the same job, that made the data; NULL: none did
  from_node INTEGER NOT NULL, to_node INTEGER NOT NULL, bytes INTEGER NOT NULL, began_ns INTEGER NOT NULL,
  flowing_ns INTEGER,                      -- when its latency was over; NULL: it was given up before
  ended_ns INTEGER NOT NULL,
  arrived INTEGER NOT NULL) STRICT;        -- 0: given up, as its task was stopped or lost its node
-- Links that carried something (run --links).
CREATE TABLE link (run INTEGER NOT NULL, link INTEGER NOT NULL, name TEXT NOT NULL, bytes_per_s REAL NOT NULL,
  latency_ns INTEGER NOT NULL,
  bytes INTEGER NOT NULL,                  -- in all: the sum over sample_link
  busy_ns INTEGER NOT NULL,                -- with a flow that moved
  peak_bytes_per_s REAL NOT NULL,          -- of all flows together, at any instant
  PRIMARY KEY (run, link)) STRICT, WITHOUT ROWID;
-- What they carried: equal bins, those that follow each other with the same mean as one row, empty ones left out.
CREATE TABLE sample_link (run INTEGER NOT NULL, link INTEGER NOT NULL, from_ns INTEGER NOT NULL, to_ns INTEGER NOT NULL,
  bytes INTEGER NOT NULL) STRICT;
CREATE TABLE metric (run INTEGER NOT NULL, name TEXT NOT NULL, value REAL, PRIMARY KEY (run, name)) STRICT, WITHOUT ROWID;
CREATE TABLE decision (run INTEGER NOT NULL, at_ns INTEGER NOT NULL, job INTEGER NOT NULL, task INTEGER NOT NULL,
  kind TEXT NOT NULL, reason TEXT) STRICT;
-- Nodes that came and went; only what changed something.
CREATE TABLE node_event (run INTEGER NOT NULL, at_ns INTEGER NOT NULL, node INTEGER NOT NULL,
  change TEXT NOT NULL,                    -- fail | up | drain | join
  killed INTEGER NOT NULL) STRICT;         -- tasks that died with it
-- What learners did (policy bandit): the arms, and a row for each round whose reward became known.
CREATE TABLE arm (run INTEGER NOT NULL, arm INTEGER NOT NULL, -- from 1
  spec TEXT NOT NULL, learner TEXT NOT NULL, PRIMARY KEY (run, arm)) STRICT, WITHOUT ROWID;
CREATE TABLE learner (run INTEGER NOT NULL, round INTEGER NOT NULL, -- from 0, in the order of playing
  arm INTEGER NOT NULL,
  begin_ns INTEGER, end_ns INTEGER,        -- NULL: a round of another run (--learn-from)
  known INTEGER NOT NULL,                  -- 1, 2, ... in the order in which rewards became known
  cost REAL NOT NULL,                      -- mean over what was counted
  reward REAL NOT NULL,                    -- 0 .. 1
  regret REAL NOT NULL,                    -- the largest mean reward of an arm so far - reward
  counted INTEGER NOT NULL,                -- tasks that started in it
  waiting INTEGER NOT NULL,                -- tasks that waited at its end
  clipped INTEGER NOT NULL,                -- 1: the cost was beyond what reward 0 stands for
  probability REAL NOT NULL,               -- with which the arm was drawn; 1: it was not drawn; 0: it was not played (feedback=full)
  scores TEXT NOT NULL,                    -- JSON array: of each arm when this one was chosen
  context TEXT NOT NULL,                   -- JSON array
  PRIMARY KEY (run, known)) STRICT, WITHOUT ROWID;
CREATE TABLE warning (run INTEGER NOT NULL, text TEXT NOT NULL) STRICT;
CREATE INDEX alloc_by_job ON alloc (run, job);
CREATE INDEX sample_by_run ON sample (run, at_ns);
CREATE INDEX sample_node_by_run ON sample_node (run, node, from_ns);
CREATE INDEX sample_gpu_by_run ON sample_gpu (run, node, gpu, from_ns);
CREATE INDEX transfer_by_job ON transfer (run, job);
CREATE INDEX sample_link_by_run ON sample_link (run, link, from_ns);
CREATE INDEX node_event_by_run ON node_event (run, at_ns);
CREATE INDEX decision_by_job ON decision (run, job);
CREATE VIEW v_metric AS SELECT r.id AS run, r.workload, r.cluster, r.policy, r.seed, r.clairvoyant, m.name AS metric, m.value
  FROM run r JOIN metric m ON m.run = r.id;
-- How busy links were between the first submit and the last finish, 0 .. 1.
CREATE VIEW v_link AS SELECT l.run, l.link, l.name, l.bytes, l.bytes_per_s, l.latency_ns / 1e9 AS latency_s,
    l.bytes / l.bytes_per_s / m.value AS utilization_mean, l.peak_bytes_per_s / l.bytes_per_s AS utilization_peak,
    l.busy_ns / 1e9 AS busy_s
  FROM link l LEFT JOIN metric m ON m.run = l.run AND m.name = 'makespan_s';
-- The table of jobs with the time that each executed.
CREATE VIEW v_job_ns AS SELECT j.*, coalesce(b.busy_ns, j.run_ns) AS busy_ns, coalesce(b.preemptions, 0) AS preemptions,
  coalesce(b.requeues, 0) AS requeues
  FROM job j LEFT JOIN busy b ON b.id = j.id;
-- Batsim's columns, seconds.
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
PRAGMA user_version = 4;
PRAGMA application_id = 1397379150; -- "SJRN"
