"""Characters of what people write that mislead a reader, or that a database cannot hold."""

import unicodedata

# These make a reader read another text than the machine does.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LAYOUT = frozenset("\n\r\t")
_UNSEEN = frozenset({"Cc", "Cs"})


def hidden(text: str) -> str | None:
    """Return the first character that a reader cannot see, as "U+202E"; None: there is none."""
    for character in text:
        unseen = unicodedata.category(character) in _UNSEEN and character not in _LAYOUT
        if unseen or character in _TURNING:
            return f"U+{ord(character):04X}"
    return None
