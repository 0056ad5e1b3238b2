"""API key: what a program shows to act for an account. Only a hash of it is kept."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

PREFIX = "rk"
LENGTH_MAX = 200
SECRET_BYTES = 32
KEYS_MAX = 50  # That stand, of one account.
NAME_LENGTH_MAX = 100
USED_EVERY = timedelta(minutes=1)  # When it was used last is written no more often than this.


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An API key that stands.

    Attributes:
        name: What its owner calls it; empty: nothing.
    """

    id: str
    name: str
    created_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Fresh:
    """A key that was just made: the only time that `text`, the whole of it, is there."""

    id: str
    text: str
    secret_hash: bytes


def make() -> Fresh:
    """Return a fresh key."""
    name, secret = secrets.token_hex(8), secrets.token_urlsafe(SECRET_BYTES)
    return Fresh(f"key_{name}", f"{PREFIX}_{name}_{secret}", digest(secret))


def parse(text: str) -> tuple[str, bytes] | None:
    """Return the id that a key names and the hash of its secret; None: it is no key."""
    prefix, _, rest = text.partition("_")
    name, _, secret = rest.partition("_")
    if prefix != PREFIX or len(text) > LENGTH_MAX or not name.isalnum():
        return None
    return f"key_{name}", digest(secret)


def digest(secret: str) -> bytes:
    """Return what is kept of a secret; 256 random bits need no slow hash."""
    return hashlib.sha256(secret.encode()).digest()
