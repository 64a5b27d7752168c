SELECT f.*
FROM facts AS f
JOIN closure AS c ON c.descendant = f.place
  AND (c.valid_from IS NULL OR c.valid_from <= f.day)
  AND (c.valid_to IS NULL OR f.day < c.valid_to)
WHERE array_contains(:measures, f.measure)
  AND f.day >= :starts
  AND f.day < :ends
  AND array_contains(:filter_kind, f.dim_kind)
  AND array_contains(:grades, f.grade)
ORDER BY f.day, f.place, f.record_type, f.record, f.grade, f.value
LIMIT :limit OFFSET :offset
