"""Dictionaries of structured fields: the syntax in which AIPREF writes preferences.

Source: RFC 9651 sections 3.2 and 4.2.2. A dictionary that is wrong anywhere says nothing at all.
"""

import re

from rightsd.domain.signals.reservation import SignalError

FIELD_CHARS_MAX = 16_384
MEMBERS_MAX = 1_024

_SPACES = re.compile(r" *")
_BLANKS = re.compile(r"[ \t]*")
_KEY = re.compile(r"[a-z*][a-z0-9_\-.*]*")
_TOKEN = re.compile(r"[A-Za-z*][!#$%&'*+\-.^_`|~0-9A-Za-z:/]*")
# What is not a token can be no preference, so it is only skipped: number, date, string, bytes,
# boolean, display string. None of these can match in two ways, so each takes linear time.
_OTHERS = tuple(
    re.compile(pattern)
    for pattern in (
        r"-?[0-9]{1,12}\.[0-9]{1,3}(?![0-9.])",
        r"-?[0-9]{1,15}(?![0-9.])",
        r"@-?[0-9]{1,15}(?![0-9.])",
        r'"(?:[ !#-\[\]-~]|\\["\\])*"',
        r":[A-Za-z0-9+/=]*:",
        r"\?[01]",
        r'%"(?:[ !#$&-~]|%[0-9a-f]{2})*"',
    )
)


def tokens_of(text: str) -> dict[str, str | None]:
    """Return the members of a dictionary: the token that each is, or None if it is none.

    Raises:
        SignalError: The text is not a dictionary.
    """
    if len(text) > FIELD_CHARS_MAX:
        raise SignalError(f"a preference has more than {FIELD_CHARS_MAX} characters")
    members: dict[str, str | None] = {}
    place = _skip(_SPACES, text, 0)
    end = len(text.rstrip(" "))
    while place < end:
        key, place = _take(_KEY, text, place)
        value: str | None = None
        if text.startswith("=", place):
            value, place = _value(text, place + 1)
        place = _parameters(text, place)
        members[key] = value
        if len(members) > MEMBERS_MAX:
            raise SignalError(f"a preference has more than {MEMBERS_MAX} members")
        place = _skip(_BLANKS, text, place)
        if place >= end:
            break
        if text[place] != ",":
            raise SignalError("a preference is malformed")
        place = _skip(_BLANKS, text, place + 1)
        if place >= end:
            raise SignalError("a preference ends with a comma")
    return members


def _value(text: str, place: int) -> tuple[str | None, int]:
    if not text.startswith("(", place):
        return _item(text, place)
    place = _skip(_SPACES, text, place + 1)
    while not text.startswith(")", place):
        _, place = _item(text, place)
        place = _parameters(text, place)
        after = _skip(_SPACES, text, place)
        if after == place and not text.startswith(")", place):
            raise SignalError("a preference is malformed")
        place = after
    return None, place + 1


def _item(text: str, place: int) -> tuple[str | None, int]:
    if token := _TOKEN.match(text, place):
        return token[0], token.end()
    for pattern in _OTHERS:
        if match := pattern.match(text, place):
            return None, match.end()
    raise SignalError("a preference is malformed")


def _parameters(text: str, place: int) -> int:
    while text.startswith(";", place):
        _, place = _take(_KEY, text, _skip(_SPACES, text, place + 1))
        if text.startswith("=", place):
            _, place = _item(text, place + 1)
    return place


def _take(pattern: re.Pattern[str], text: str, place: int) -> tuple[str, int]:
    match = pattern.match(text, place)
    if match is None:
        raise SignalError("a preference is malformed")
    return match[0], match.end()


def _skip(pattern: re.Pattern[str], text: str, place: int) -> int:
    match = pattern.match(text, place)
    return place if match is None else match.end()
