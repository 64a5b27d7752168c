"""A provider of texts seen from outside: it keeps one file per key, and takes its time."""

import hashlib
import os
import time
from pathlib import Path


class FileGateway:
    keeps_text = True

    def deliver(self, *, phone, text, key):
        name = hashlib.sha256(key.encode()).hexdigest()[:24]
        folder = Path(os.environ["QUNWEN_TEST_SENT"])
        time.sleep(0.002)
        with (folder / "calls").open("a") as calls:
            calls.write(f"{name}\n")
        try:
            os.close(os.open(folder / f"{name}.sent", os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return name
        time.sleep(0.002)
        return name
