-- SPDX-License-Identifier: GPL-3.0-or-later
-- heatmap of GPUs: node, GPU, from and to since the first submit, thousandths x time.
SELECT s.node, s.gpu, s.from_ns - o.zero, s.to_ns - o.zero, s.milli_ns
FROM (SELECT min(submit_ns) AS zero FROM job WHERE id BETWEEN :first_id AND :last_id) o
JOIN sample_gpu s ON s.run = :run
ORDER BY s.node, s.gpu, s.from_ns;
