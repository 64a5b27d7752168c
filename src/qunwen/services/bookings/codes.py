"""Short codes people read aloud and type: no 0, O, 1, I or L, and the last character checks the rest."""

from __future__ import annotations

import secrets
import unicodedata

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # 31 symbols, a prime: every single slip and swap is found
LENGTH = 8


def fresh() -> str:
    """A new random code: seven symbols (27.5 thousand million of them) and one that checks."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return body + check_symbol(body)


def check_symbol(body: str) -> str:
    """The symbol that makes the weighted sum divisible by 31."""
    total = sum((place + 2) * ALPHABET.index(symbol) for place, symbol in enumerate(body))
    return ALPHABET[-total % len(ALPHABET)]


def read(text: str) -> str | None:
    """The code in what somebody typed (spaces, hyphens, small and full-width letters allowed).

    None when it is not a code or a symbol is wrong.
    """
    plain = unicodedata.normalize("NFKC", text).upper()
    plain = "".join(symbol for symbol in plain if not symbol.isspace() and symbol not in "-—–_·")
    if len(plain) != LENGTH or any(symbol not in ALPHABET for symbol in plain):
        return None
    return plain if check_symbol(plain[:-1]) == plain[-1] else None
