-- SPDX-License-Identifier: GPL-3.0-or-later
-- arm-names: what the arms of a run are, and the learner that chooses among them.
SELECT spec, learner FROM arm WHERE run = :run ORDER BY arm;
