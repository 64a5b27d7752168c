"""Prints the files that mypy checks: what other areas call (actions, queries, access) and the base of rows."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent / "src" / "qunwen"
NAMES = {"actions.py", "queries.py", "access.py"}

for path in sorted(ROOT.rglob("*.py")):
    inside = {"actions", "queries"} & set(path.relative_to(ROOT).parts[:-1])
    if path.name in NAMES or inside or path.is_relative_to(ROOT / "base" / "scope"):
        print(path.relative_to(ROOT.parent.parent))
