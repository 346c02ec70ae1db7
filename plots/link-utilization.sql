-- SPDX-License-Identifier: GPL-3.0-or-later
-- link-utilization: what links carried: number, name, bandwidth, and stretches by time:
-- from, to since the first submit, bytes. Of a run made with --links.
SELECT l.link, l.name, l.bytes_per_s, s.from_ns - o.zero, s.to_ns - o.zero, s.bytes
FROM (SELECT min(submit_ns) AS zero FROM job WHERE id BETWEEN :first_id AND :last_id) o
JOIN link l ON l.run = :run
JOIN sample_link s ON s.run = :run AND s.link = l.link
ORDER BY l.link, s.from_ns;
