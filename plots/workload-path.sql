-- SPDX-License-Identifier: GPL-3.0-or-later
-- workload-path: the file of a run's workload; no row for a generated one.
SELECT path FROM input WHERE run = :run AND role = 'workload' AND path <> '';
