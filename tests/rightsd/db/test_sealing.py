import secrets
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rightsd.db import sealing
from rightsd.db.tx import Tx
from rightsd.errors import Code, RightsError

SECRET = {"words": "Grüße an 山田花子", "number": 1.7, "list": [1, None]}
PLACE = "thing.sealed/thg_1"


def wrapped(tx: Tx, *owners: str) -> list[bytes | None]:
    row = tx.conn.execute("SELECT rights.keys_of(%s::text[])", (list(owners),)).fetchone()
    assert row is not None
    return row[0]


def unseal(tx: Tx, sealed: bytes | None, *owners: str, place: str = PLACE) -> object:
    keys = wrapped(tx, *owners)
    return sealing.unseal(tx, sealed, about=owners, keys=keys, place=place)


@pytest.fixture
def owners(tx: Tx) -> tuple[str, str]:
    names = ("acc_" + secrets.token_hex(4), "sub_" + secrets.token_hex(4))
    for name in names:
        sealing.make_key(tx, name)
    return names


def test_what_was_sealed_opens_and_does_not_show(tx: Tx, owners: tuple[str, str]) -> None:
    sealed = sealing.seal(tx, SECRET, about=owners, place=PLACE)

    assert unseal(tx, sealed, *owners) == SECRET
    assert "山田花子".encode() not in sealed
    assert sealing.seal(tx, SECRET, about=owners, place=PLACE) != sealed


@pytest.mark.parametrize("leaving", [0, 1])
def test_it_is_gone_when_the_key_of_either_is(
    tx: Tx, owners: tuple[str, str], leaving: int
) -> None:
    sealed = sealing.seal(tx, SECRET, about=owners, place=PLACE)

    sealing.destroy_key(tx, owners[leaving])

    assert unseal(tx, sealed, *owners) is None


def test_a_cleared_row_opens_to_nothing(tx: Tx, owners: tuple[str, str]) -> None:
    assert unseal(tx, None, *owners) is None


def test_nothing_is_sealed_for_someone_who_has_left(tx: Tx, owners: tuple[str, str]) -> None:
    sealing.destroy_key(tx, owners[1])

    with pytest.raises(RightsError, match="left") as caught:
        sealing.seal(tx, SECRET, about=owners, place=PLACE)
    assert caught.value.code is Code.CONFLICT


def test_a_sealed_value_opens_only_in_its_place(tx: Tx, owners: tuple[str, str]) -> None:
    sealed = sealing.seal(tx, SECRET, about=owners, place=PLACE)

    with pytest.raises(RightsError, match="do not open"):
        unseal(tx, sealed, *owners, place="thing.sealed/thg_2")


def test_it_opens_only_with_the_keys_in_the_order_in_which_it_was_sealed(
    tx: Tx, owners: tuple[str, str]
) -> None:
    sealed = sealing.seal(tx, SECRET, about=owners, place=PLACE)

    with pytest.raises(RightsError, match="do not open"):
        unseal(tx, sealed, *reversed(owners))


def test_a_key_of_another_row_is_not_taken(tx: Tx, owners: tuple[str, str]) -> None:
    sealed = sealing.seal(tx, SECRET, about=owners[:1], place=PLACE)
    tx.conn.execute(
        "UPDATE rights.data_key AS mine SET wrapped = other.wrapped FROM rights.data_key AS other"
        " WHERE mine.owner_id = %s AND other.owner_id = %s",
        owners,
    )

    with pytest.raises(RightsError, match="do not open"):
        unseal(tx, sealed, owners[0])


def test_another_key_encryption_key_opens_nothing(tx: Tx, owners: tuple[str, str]) -> None:
    sealed = sealing.seal(tx, SECRET, about=owners, place=PLACE)
    stranger = replace(tx, kek=bytes(32))

    with pytest.raises(RightsError) as caught:
        unseal(stranger, sealed, *owners)
    assert caught.value.code is Code.UNAVAILABLE


@given(at=st.integers(0, 10_000), bit=st.integers(0, 7), cut=st.booleans())
def test_a_changed_bit_or_a_missing_byte_is_noticed(at: int, bit: int, *, cut: bool) -> None:
    key, place = bytes(32), b"place"
    sealed = sealing._close(key, b"content", place)
    at %= len(sealed)
    changed = bytearray(sealed)
    changed[at] ^= 1 << bit

    with pytest.raises(RightsError, match="do not open"):
        sealing._open(key, sealed[:at] if cut else bytes(changed), place)


def test_another_home_is_refused_before_it_seals_anything(tx: Tx) -> None:
    sealing.require_kek(tx)
    sealing.require_kek(tx)

    with pytest.raises(RightsError, match="copy the folder keys") as caught:
        sealing.require_kek(replace(tx, kek=bytes(32)))
    assert caught.value.code is Code.INVALID


def test_an_index_tells_equal_texts_and_nothing_else(tx: Tx) -> None:
    assert sealing.index_of(tx, "a", "ada") == sealing.index_of(tx, "a", "ada")
    assert sealing.index_of(tx, "a", "ada") != sealing.index_of(tx, "a", "bob")
    assert sealing.index_of(tx, "a", "ada") != sealing.index_of(tx, "b", "ada")
    assert sealing.index_of(tx, "a", "ada") != sealing.index_of(
        replace(tx, kek=bytes(32)), "a", "ada"
    )
