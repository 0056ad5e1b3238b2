"""The bytes of one entry: canonical JSON, and commitments to what must stay erasable.

The same facts have the same bytes and so the same hash. What is personal never enters an entry: a
commitment stands in its place, and opens to nothing once the salt is erased.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import cast

from ledger.errors import EntryError

ENTRY_BYTES_MAX = 65_535  # A bundle writes an entry's length in 16 bits (tlog-tiles).
DEPTH_MAX = 32  # Far above any entry of ours, far below Python's recursion limit.
INTEGER_MAX = 2**53 - 1  # Above it JSON readers disagree (RFC 7493 section 2.2).
INTEGER_CHARS_MAX = len(str(-INTEGER_MAX))
NOT_CANONICAL = "the entry is JSON, but not in canonical form"
FORGIVEN = b" \n\t\r\\"  # What the parser reads, and we may not write so.
SALT_BYTES = 32  # As long as the digest; one length, so that no two keys mean the same to HMAC.
COMMITMENT_DOMAIN = b"ledger commitment v1\x00"


def encode(body: Mapping[str, object]) -> bytes:
    """Return the canonical bytes of an entry: keys in order, no spaces, UTF-8, no floats.

    Args:
        body: Objects, lists, strings, integers, booleans and null, at most DEPTH_MAX deep.

    Raises:
        EntryError: It holds something else, a number beyond INTEGER_MAX, text that is not Unicode,
            or is longer than ENTRY_BYTES_MAX.

    Source: RFC 8785 (JSON Canonicalization Scheme) without section 3.2.2.3, numbers with fractions.
    """
    data = json.dumps(_ordered(body, DEPTH_MAX), separators=(",", ":"), ensure_ascii=False).encode()
    if len(data) > ENTRY_BYTES_MAX:
        raise EntryError(f"the entry has {len(data)} bytes; at most {ENTRY_BYTES_MAX} are allowed")
    return data


def decode(data: bytes) -> dict[str, object]:
    """Return the body of an entry, having checked that the bytes are the canonical ones.

    Raises:
        EntryError: The bytes are not exactly what `encode` returns for some body.
    """
    if len(data) > ENTRY_BYTES_MAX:
        raise EntryError(f"the entry has {len(data)} bytes; at most {ENTRY_BYTES_MAX} are allowed")
    try:
        if _is_plain(data):
            return _plain(_ORDERLY.decode(data.decode()))
        body = _plain(_ANY.decode(data.decode()))
    except (ValueError, RecursionError) as error:
        raise EntryError("the entry is not JSON") from error
    # Catches what the parser forgives: spaces, order, escapes, and a key that stands twice.
    if encode(body) != data:
        raise EntryError(NOT_CANONICAL)
    return body


def commit(salt: bytes, value: bytes) -> bytes:
    """Return a commitment to `value`, 32 bytes; who lacks the salt learns nothing from it.

    Args:
        salt: SALT_BYTES random bytes, drawn for this value alone and erased with it.
        value: What is committed to, of any length.

    Raises:
        EntryError: The salt has another length.

    Source: HMAC-SHA-256 (RFC 2104) keyed with the salt, over COMMITMENT_DOMAIN and the value.
    """
    if len(salt) != SALT_BYTES:
        raise EntryError(f"the salt has {len(salt)} bytes instead of {SALT_BYTES}")
    return hmac.digest(salt, COMMITMENT_DOMAIN + value, hashlib.sha256)


def _is_plain(data: bytes) -> bool:
    """Say whether an entry is canonical if only its keys are in order and its numbers integers.

    So are nearly all of ours, and for them the bytes need not be made again to be compared: no
    space is in them, no escape, nothing beyond ASCII, and little that is nested.
    """
    return (
        data.isascii()
        and len(data.translate(None, FORGIVEN)) == len(data)
        and data.count(b"{") + data.count(b"[") <= DEPTH_MAX
    )


def _orderly(members: list[tuple[str, object]]) -> dict[str, object]:
    names = [name for name, _ in members]
    body = dict(members)
    if names != sorted(body):  # In ASCII the order of characters is that of UTF-16.
        raise EntryError(NOT_CANONICAL)
    return body


def _plain(body: object) -> dict[str, object]:
    if not isinstance(body, dict):
        raise EntryError("the entry is not a JSON object")
    return cast("dict[str, object]", body)


def _ordered(value: object, depth: int) -> object:
    """Return a copy with every object's keys in canonical order, refusing what has no such form."""
    match value:
        case None | bool():
            return value
        case str():
            _utf16(value)
            return value
        case int():
            if abs(value) > INTEGER_MAX:
                raise EntryError(f"an integer of an entry is at most {INTEGER_MAX}, either way")
            return value
        case Mapping() | list() | tuple() if depth == 0:
            raise EntryError(f"the entry is more than {DEPTH_MAX} levels deep")
        case Mapping():
            members = cast("Mapping[object, object]", value)
            return {key: _ordered(members[key], depth - 1) for key in sorted(members, key=_utf16)}
        case list() | tuple():
            items = cast("Sequence[object]", value)
            return [_ordered(item, depth - 1) for item in items]
        case _:
            raise EntryError(
                "an entry holds only objects, lists, strings, integers, booleans and null,"
                f" not {type(value).__name__}"
            )


def _utf16(text: object) -> bytes:
    """Return what strings are ordered by: UTF-16 code units (RFC 8785 section 3.2.3)."""
    if not isinstance(text, str):
        raise EntryError(f"the key of an object is a string, not {type(text).__name__}")
    try:
        return text.encode("utf-16-be")
    except UnicodeEncodeError as error:
        raise EntryError("a string of the entry holds half a surrogate pair") from error


def _refuse(number: str) -> object:
    raise EntryError(f"an entry holds only integers, not {number[:40]}")


def _integer(number: str) -> int:
    # Longer ones are beyond INTEGER_MAX, and Python refuses to read the longest.
    if len(number) > INTEGER_CHARS_MAX or abs(int(number)) > INTEGER_MAX:
        raise EntryError(f"an integer of an entry is at most {INTEGER_MAX}, either way")
    if number == "-0":
        raise EntryError(NOT_CANONICAL)
    return int(number)


_ANY = json.JSONDecoder(parse_float=_refuse, parse_int=_integer, parse_constant=_refuse)
_ORDERLY = json.JSONDecoder(
    object_pairs_hook=_orderly,
    parse_float=_refuse,
    parse_int=_integer,
    parse_constant=_refuse,
)
