"""Keeping PINs, passwords and session tokens so that the store never holds one."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

# About 2 ms and 1 MB: eight digits cannot be protected by more, the counter protects them.
COST: Final = 1024
BLOCK: Final = 8
LONGEST: Final = 128


def _stretch(text: str, salt: bytes) -> bytes:
    # Nothing longer than LONGEST can be right, so its tail need not be hashed.
    return hashlib.scrypt(
        text[: LONGEST + 1].encode("utf-8", "surrogatepass"),
        salt=salt,
        n=COST,
        r=BLOCK,
        p=1,
        dklen=32,
    )


def keep(text: str) -> str:
    """What to store instead of `text`: salt and digest as hex."""
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}:{_stretch(text, salt).hex()}"


def fingerprint(token: str) -> str:
    """What to store instead of a session token (256 random bits need no stretching)."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


class Guess:
    """A typed secret, stretched outside the transaction in which it is judged.

    `prepare` does the slow part for one kept secret; `matches` is then cheap. Should the kept
    secret have changed in between, `matches` stretches anew and is right all the same.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._digests: dict[str, bytes] = {}

    def prepare(self, kept: str | None) -> None:
        """Stretch against `kept`; None, for unknown names and cards, takes the same time."""
        salt = kept.partition(":")[0] if kept else secrets.token_hex(16)
        self._digests[salt] = _stretch(self._text, bytes.fromhex(salt))

    def matches(self, kept: str) -> bool:
        """Whether the typed text is the kept secret."""
        salt, _, digest = kept.partition(":")
        if salt not in self._digests:
            self.prepare(kept)
        return hmac.compare_digest(self._digests[salt], bytes.fromhex(digest))
