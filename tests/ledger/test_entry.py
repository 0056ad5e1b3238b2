import json
from enum import StrEnum
from hashlib import sha256
from hmac import HMAC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger import entry
from ledger.errors import EntryError

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=9)
scalars = st.none() | st.booleans() | st.integers(-entry.INTEGER_MAX, entry.INTEGER_MAX) | texts
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner) | st.dictionaries(texts, inner),
    max_leaves=8,
)
bodies = st.dictionaries(texts, values)


def nested(depth: int) -> dict[str, object]:
    body: dict[str, object] = {}
    for _ in range(depth - 1):
        body = {"a": body}
    return body


@settings(deadline=None, max_examples=50)
@given(bodies)
def test_decode_returns_what_was_encoded(body: dict[str, object]) -> None:
    assert entry.decode(entry.encode(body)) == body


def test_keys_are_ordered_by_utf16_code_units() -> None:
    # U+1F600 is written with surrogates, D83D DE00, and so stands before U+FB33.
    data = entry.encode({"\ufb33": 1, "\U0001f600": 2, "z": 3, "\u20ac": 4})

    assert data.decode() == '{"z":3,"\u20ac":4,"\U0001f600":2,"\ufb33":1}'


def test_only_what_must_be_escaped_is() -> None:
    data = entry.encode({"a": '"\\/\b\f\n\r\t\x00\x1f\x7f\u2028é'})

    assert data.decode() == '{"a":"\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\x7f\u2028é"}'


def test_inner_objects_are_ordered_and_tuples_are_lists() -> None:
    assert entry.encode({"a": ({"c": True, "b": None}, -0)}) == b'{"a":[{"b":null,"c":true},0]}'


def test_an_enumeration_is_written_as_its_value() -> None:
    class Colour(StrEnum):
        RED = "red"

    assert entry.encode({"colour": Colour.RED}) == b'{"colour":"red"}'


@pytest.mark.parametrize(
    "value",
    [
        1.0,
        float("nan"),
        b"bytes",
        {1: "a number as key"},
        {"a", "set"},
        "\ud800",
        {"\udfff": 1},
        2**53,
        -(2**53),
        10**400,
        object(),
    ],
)
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(EntryError):
        entry.encode({"value": value})


def test_the_longest_entry_is_taken_and_one_byte_more_is_not() -> None:
    room = entry.ENTRY_BYTES_MAX - len(b'{"a":""}')

    assert len(entry.encode({"a": "x" * room})) == entry.ENTRY_BYTES_MAX
    with pytest.raises(EntryError, match="65536 bytes"):
        entry.encode({"a": "x" * (room + 1)})


def test_the_deepest_entry_is_taken_and_one_level_more_is_not() -> None:
    entry.encode(nested(entry.DEPTH_MAX))

    with pytest.raises(EntryError, match="deep"):
        entry.encode(nested(entry.DEPTH_MAX + 1))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"[]",
        b'{"a":1} ',
        b' {"a":1}',
        b'{"a": 1}',
        b'{"b":1,"a":1}',
        b'{"a":1,"a":1}',
        b'{"a":1.0}',
        b'{"a":1e3}',
        b'{"a":-0}',
        b'{"a":NaN}',
        b'{"a":9007199254740992}',
        b'{"a":' + b"9" * 5000 + b"}",
        b'{"a":"\\u0041"}',
        b'{"a":"\\/"}',
        b'{"a":"\\ud800"}',
        b'{"a":"\xff"}',
        b'\xef\xbb\xbf{"a":1}',
        b"[" * 60_000,
        b'{"a":' * 10_000,
        b'{"a":"' + b"x" * 65_536 + b'"}',
    ],
)
def test_bytes_that_are_not_canonical_are_refused(data: bytes) -> None:
    with pytest.raises(EntryError):
        entry.decode(data)


@settings(deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary())
def test_a_commitment_is_an_hmac_in_its_own_domain(salt: bytes, value: bytes) -> None:
    expected = HMAC(salt, b"ledger commitment v1\x00" + value, sha256).digest()

    assert entry.commit(salt, value) == expected


@pytest.mark.parametrize("length", [0, 16, 31, 33, 64])
def test_a_salt_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(EntryError, match="salt"):
        entry.commit(bytes(length), b"value")


PLAIN = b'{"a":{"b":[1,-2],"c":"x"},"d":true}'
PIECES = [b" ", b"-", b"0", b"1.0", b"\\", b"\\u0041", b'"', b"a", b",", b"{}", b"\n", b"\xc3\xa9"]


@settings(deadline=None, max_examples=300)
@given(at=st.integers(0, len(PLAIN)), drop=st.integers(0, 3), piece=st.sampled_from([b"", *PIECES]))
def test_exactly_what_encode_writes_is_decoded(at: int, drop: int, piece: bytes) -> None:
    """Whatever way decode takes, it agrees with making the bytes again."""
    data = PLAIN[:at] + piece + PLAIN[at + drop :]

    try:
        decoded = entry.decode(data)
    except EntryError:
        decoded = None

    try:
        read = json.loads(data.decode())
        expected = read if isinstance(read, dict) and entry.encode(read) == data else None
    except (ValueError, EntryError):
        expected = None
    assert decoded == expected
