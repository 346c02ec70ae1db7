-- SPDX-License-Identifier: GPL-3.0-or-later
-- fragmentation: time since the first submit, thousandths of GPUs that are busy, that
-- there are, and that are expected to be lost to fragmentation (NULL: not kept).
SELECT s.at_ns - o.zero, s.gpu_milli_busy, s.gpu_milli_up, s.gpu_milli_frag
FROM (SELECT min(submit_ns) AS zero FROM job WHERE id BETWEEN :first_id AND :last_id) o
JOIN sample s ON s.run = :run
ORDER BY s.at_ns, s.rowid;
