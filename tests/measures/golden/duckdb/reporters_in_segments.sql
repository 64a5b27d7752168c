SELECT CASE WHEN f.day < $cut_1 THEN 0 ELSE 1 END AS segment, f.measure, BITSTRING_AGG(c.number, 0, $last) AS bits
FROM read_parquet($files) AS f
JOIN closure AS c ON c.descendant = f.place
WHERE f.measure IN (SELECT unnest($measures))
  AND f.day >= $starts
  AND f.day < $ends
GROUP BY f.measure, segment
