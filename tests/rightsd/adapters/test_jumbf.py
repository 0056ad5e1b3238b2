"""Manifest stores as boxes: what is one, and what pretends to be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsd.adapters import jumbf
from rightsd.errors import Code, RightsError
from tests.resolving import UUID_END, box, store, superbox

FIRST, SECOND = "urn:c2pa:first", "urn:c2pa:second"
WHOLE = store(FIRST, SECOND, inside=b"something")


def test_the_last_manifest_is_the_active_one() -> None:
    parsed = jumbf.parse(WHOLE)

    assert [each.label for each in parsed.manifests] == [FIRST, SECOND]
    assert parsed.active.label == SECOND
    assert parsed.description + b"".join(each.box for each in parsed.manifests) == WHOLE[8:]


def test_the_active_manifest_alone_is_a_store_again() -> None:
    alone = jumbf.only_active(WHOLE)

    assert alone == store(SECOND, inside=b"something")
    assert jumbf.only_active(alone) == alone


def test_any_manifest_can_be_had_alone() -> None:
    assert jumbf.only(WHOLE, FIRST) == store(FIRST, inside=b"something")
    with pytest.raises(RightsError) as caught:
        jumbf.only(WHOLE, "urn:c2pa:third")
    assert caught.value.code is Code.NOT_FOUND


@pytest.mark.parametrize("kind", [b"c2ma", b"c2um", b"c2cm"])
def test_each_kind_of_manifest_is_one(kind: bytes) -> None:
    data = superbox(b"c2pa", "c2pa", superbox(kind, FIRST, b""))

    assert jumbf.parse(data).active.label == FIRST


def test_a_size_may_stand_in_eight_bytes() -> None:
    short = store(FIRST)
    long = (1).to_bytes(4, "big") + b"jumb" + (len(short) + 8).to_bytes(8, "big") + short[8:]

    assert jumbf.parse(long).active.label == FIRST


NOT_STORES = {
    "nothing": b"",
    "text": b"softbinding-conformance-fixture:",
    "two boxes": store(FIRST) * 2,
    "cut off": WHOLE[:-1],
    "one byte too many": WHOLE + b"\0",
    "a size of nothing": b"\0\0\0\0jumb" + WHOLE[8:],
    "a size beyond the end": (2**31).to_bytes(4, "big") + WHOLE[4:],
    "a size beyond the end in eight bytes": b"\0\0\0\1jumb" + b"\xff" * 8 + WHOLE[8:],
    "no manifest": superbox(b"c2pa", "c2pa", b""),
    "another kind of box": box(b"moov", WHOLE[8:]),
    "a store of something else": superbox(b"json", "c2pa", superbox(b"c2ma", FIRST, b"")),
    "a store by another name": superbox(b"c2pa", "c2pb", superbox(b"c2ma", FIRST, b"")),
    "a manifest of something else": superbox(b"c2pa", "c2pa", superbox(b"json", FIRST, b"")),
    "a manifest that is no superbox": superbox(b"c2pa", "c2pa", box(b"free", b"x")),
    "a manifest with a line break": store("urn:c2pa:a\nb"),
    "a manifest with a long name": store("u" * 201),
    "a manifest without a name": store(""),
    "two by one name": store(FIRST, FIRST),
    "too many": store(*(f"urn:c2pa:{number}" for number in range(jumbf.MANIFESTS_MAX + 1))),
    "a label without an end": box(
        b"jumb", box(b"jumd", b"c2pa" + UUID_END + b"\x03c2pa") + superbox(b"c2ma", FIRST, b"")
    ),
}


@pytest.mark.parametrize("name", NOT_STORES)
def test_what_is_no_store_is_refused(name: str) -> None:
    with pytest.raises(RightsError) as caught:
        jumbf.parse(NOT_STORES[name])

    assert caught.value.code is Code.INVALID


@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255))
def test_a_changed_byte_makes_another_store_or_none(at: int, byte: int) -> None:
    changed = WHOLE[:at] + bytes([byte]) + WHOLE[at + 1 :]

    try:
        manifests = jumbf.parse(changed).manifests
    except RightsError:  # Anything else would be one too many.
        manifests = ()

    assert all(jumbf.LABEL.fullmatch(each.label.encode()) for each in manifests)


LEAVES = st.builds(box, st.sampled_from([b"free", b"jumd", b"cbor"]), st.binary(max_size=40))
LABELS = st.sampled_from(["c2pa", FIRST, SECOND, "", "a b"])
TREES = st.recursive(
    LEAVES,
    lambda inside: st.builds(
        superbox,
        st.sampled_from([b"c2pa", b"c2ma", b"c2um", b"json"]),
        LABELS,
        st.lists(inside, max_size=3).map(b"".join),
    ),
    max_leaves=8,
)


@given(st.one_of(st.binary(max_size=200), TREES, st.tuples(TREES, st.binary()).map(b"".join)))
def test_whatever_it_is_a_store_has_all_that_is_in_it_or_it_is_none(data: bytes) -> None:
    try:
        parsed = jumbf.parse(data)
    except RightsError:  # Anything else would be one too many.
        return

    assert data.endswith(parsed.description + b"".join(each.box for each in parsed.manifests))
    alone = jumbf.only_active(data)
    assert jumbf.parse(alone).manifests == (parsed.active,)
    assert jumbf.only_active(alone) == alone
