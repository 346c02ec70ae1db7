-- SPDX-License-Identifier: GPL-3.0-or-later
-- A results.db of version 3, opened for reading: what it lacks, beside its tables.
PRAGMA temp_store = MEMORY;
CREATE TEMP TABLE arm (run INTEGER, arm INTEGER, spec TEXT, learner TEXT);
CREATE TEMP TABLE learner (run INTEGER, round INTEGER, arm INTEGER, begin_ns INTEGER, end_ns INTEGER, known INTEGER,
  cost REAL, reward REAL, regret REAL, counted INTEGER, waiting INTEGER, clipped INTEGER, probability REAL, scores TEXT,
  context TEXT);
