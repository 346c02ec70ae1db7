-- SPDX-License-Identifier: GPL-3.0-or-later
-- heatmap: what nodes did: node, how many are summed up, from and to since the first
-- submit, and, each times the time, cores, thousandths of GPUs, bytes, nodes down.
SELECT s.node, s.nodes, s.from_ns - o.zero, s.to_ns - o.zero, s.core_ns, s.gpu_milli_ns,
       1.0 * s.mem_bytes * (s.to_ns - s.from_ns), s.down_ns
FROM (SELECT min(submit_ns) AS zero FROM job WHERE id BETWEEN :first_id AND :last_id) o
JOIN sample_node s ON s.run = :run
ORDER BY s.node, s.from_ns;
