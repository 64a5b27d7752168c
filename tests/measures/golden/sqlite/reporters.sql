SELECT DISTINCT s.measure, c.ancestor, s.period
FROM facts AS f
JOIN spans AS s ON s.measure = f.measure AND s.starts <= f.day AND f.day < s.ends
JOIN closure AS c ON c.descendant = f.place
  AND (c.valid_from IS NULL OR c.valid_from <= f.day)
  AND (c.valid_to IS NULL OR f.day < c.valid_to)
WHERE c.ancestor IN (SELECT value FROM json_each(:places))
