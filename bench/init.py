"""`qunwen init` for the five counties of the specification: seconds and memory, each in a fresh folder.

    python bench/init.py

Prints a table and fails when a county takes 10 s or 500 MB.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time

COUNTIES = ("510112", "610327", "441900", "469001", "150602")
SECONDS, MEGABYTES = 10.0, 500.0


def measure(code: str) -> tuple[dict[str, object], float, float]:
    """What init says, its seconds from outside, and the largest resident size of it in MB."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "QUNWEN_HOME": home, "QUNWEN_ENV": "production", "DATABASE_URL": ""}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        command = [sys.executable, "-m", "qunwen.faces.command.main", "init", "--county", code, "--json"]
        began = time.monotonic()
        process = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - began
        assert status == 0, output
        return json.loads(output.splitlines()[-1]), seconds, usage.ru_maxrss / 1024


def main() -> int:
    """Measure all; 1 when a limit is passed."""
    print("| county | towns | villages | seconds | MB |\n|---|---|---|---|---|")
    worst = [0.0, 0.0]
    for code in COUNTIES:
        facts, seconds, size = measure(code)
        print(f"| {facts['name']} {code} | {facts['towns']} | {facts['villages']} | {seconds:.1f} | {size:.0f} |")
        worst = [max(worst[0], seconds), max(worst[1], size)]
    good = worst[0] < SECONDS and worst[1] < MEGABYTES
    print(
        f"worst {worst[0]:.1f} s of {SECONDS:.0f}, {worst[1]:.0f} MB of {MEGABYTES:.0f}: {'good' if good else 'too much'}"
    )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
