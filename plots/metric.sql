-- SPDX-License-Identifier: GPL-3.0-or-later
-- metric: one stored result of one run; no row when it is undefined.
SELECT value FROM metric WHERE run = :run AND name = :metric AND value IS NOT NULL;
