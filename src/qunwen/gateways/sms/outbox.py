"""The honest stand-in: nothing leaves the machine, the demonstration shows the messages on screen."""

from __future__ import annotations

import hashlib

from .errors import SmsRefused

# Numbers with this beginning are refused, as a real gateway refuses numbers that do not exist.
REFUSED_BEGINNING = "19999"


class OutboxGateway:
    """Keeps messages in the table; /demo/outbox/ shows them, newest first."""

    keeps_text = True

    def deliver(self, *, phone: str, text: str, key: str) -> str:
        """Accept the message. Raises SmsRefused for numbers that begin with 19999."""
        if phone.startswith(REFUSED_BEGINNING):
            raise SmsRefused("空号")
        return f"outbox-{hashlib.sha256(key.encode()).hexdigest()[:16]}"
