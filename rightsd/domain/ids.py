"""Names of things: a prefix that says what, and 128 random bits."""

import re
import secrets

PATTERN = re.compile(r"^[a-z]{3}_[0-9a-f]{32}$")


def new(prefix: str) -> str:
    """Return a fresh id, such as "con_" and 32 hexadecimal digits."""
    return f"{prefix}_{secrets.token_hex(16)}"


def is_id(text: str, prefix: str) -> bool:
    """Say whether a text has the form of an id of this kind."""
    return bool(PATTERN.match(text)) and text.startswith(f"{prefix}_")
