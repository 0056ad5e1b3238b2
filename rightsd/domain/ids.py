"""Names of things: a prefix that says what, and 128 random bits."""

import secrets


def new(prefix: str) -> str:
    """Return a fresh id, such as "con_" and 32 hexadecimal digits."""
    return f"{prefix}_{secrets.token_hex(16)}"
