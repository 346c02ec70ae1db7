-- SPDX-License-Identifier: GPL-3.0-or-later
-- arms: arm, begin and end of every round that was played in this run.
SELECT arm, begin_ns, end_ns FROM learner
WHERE run = :run AND begin_ns IS NOT NULL AND probability > 0
ORDER BY begin_ns;
