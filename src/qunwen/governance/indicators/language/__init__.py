"""The language of definitions: restricted formulas, read from TOML, checked, worded, hashed. No database."""
