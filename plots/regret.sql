-- SPDX-License-Identifier: GPL-3.0-or-later
-- regret: begin, end and reward of every round that was played in this run.
SELECT begin_ns, end_ns, reward FROM learner
WHERE run = :run AND begin_ns IS NOT NULL AND probability > 0
ORDER BY begin_ns;
