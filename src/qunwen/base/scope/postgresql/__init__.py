"""Django's PostgreSQL, whose statements carry the wall of row-level security with them."""
