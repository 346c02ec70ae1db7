-- SPDX-License-Identifier: GPL-3.0-or-later
-- A results.db of version 3 becomes one of version 4, before something is added to it.
CREATE TABLE arm (run INTEGER NOT NULL, arm INTEGER NOT NULL,
  spec TEXT NOT NULL, learner TEXT NOT NULL, PRIMARY KEY (run, arm)) STRICT, WITHOUT ROWID;
CREATE TABLE learner (run INTEGER NOT NULL, round INTEGER NOT NULL,
  arm INTEGER NOT NULL,
  begin_ns INTEGER, end_ns INTEGER,
  known INTEGER NOT NULL,
  cost REAL NOT NULL,
  reward REAL NOT NULL,
  regret REAL NOT NULL,
  counted INTEGER NOT NULL,
  waiting INTEGER NOT NULL,
  clipped INTEGER NOT NULL,
  probability REAL NOT NULL,
  scores TEXT NOT NULL,
  context TEXT NOT NULL,
  PRIMARY KEY (run, known)) STRICT, WITHOUT ROWID;
PRAGMA user_version = 4;
