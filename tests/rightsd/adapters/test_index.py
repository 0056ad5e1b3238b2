"""Matches among many codes: none is lost for its place, and what is removed is not found."""

from collections.abc import Sequence

import numpy as np
import pytest

from fingerprint.align import Match
from fingerprint.descriptor import Descriptors
from fingerprint.errors import RowsError
from rightsd.adapters import fingerprints, index
from rightsd.adapters.index import FingerprintIndex
from rightsd.domain.fingerprint import Fingerprint

SECONDS = 30


class Table:
    """Fingerprints by their rows, each change by a transaction of its own."""

    def __init__(self) -> None:
        self.rows: dict[int, Fingerprint | None] = {}
        self.fetched: list[int] = []

    def changes(self, horizon: int) -> tuple[Sequence[tuple[int, bool]], int]:
        del horizon  # What is known already is told again.
        return [(row, one is not None) for row, one in sorted(self.rows.items())], len(self.rows)

    def fetch(self, ids: Sequence[int]) -> Sequence[Fingerprint]:
        self.fetched += ids
        return [one for row in ids if (one := self.rows[row]) is not None]

    def put(self, row: int, content: Descriptors, *, of_reference: bool = False) -> None:
        packed = fingerprints.pack(content)
        name = f"asset_{row}"
        self.rows[row] = Fingerprint(row, name, of_reference, packed.algorithm, packed.data)


def clip(seed: int) -> Descriptors:
    codes = np.random.default_rng(seed).integers(0, 256, (SECONDS, 32), np.uint8)
    return Descriptors(np.arange(SECONDS, dtype=float), codes, np.full(SECONDS, 90, np.uint8))


def part_of(whole: Descriptors, bits: Sequence[int]) -> Descriptors:
    """Return seconds 5 and on of a clip, so many bits off."""
    rng = np.random.default_rng(1)
    there = slice(5, 5 + len(bits))
    flips = np.stack([np.isin(np.arange(256), rng.choice(256, n, replace=False)) for n in bits])
    codes = whole.codes[there] ^ np.packbits(flips, axis=1)
    return Descriptors(np.arange(len(bits), dtype=float), codes, whole.quality[there])


@pytest.fixture
def table() -> Table:
    made = Table()
    for row in range(1, 40):
        made.put(row, clip(row), of_reference=row % 2 == 0)
    return made


def match(known: FingerprintIndex, query: Descriptors) -> list[Match]:
    answer = known.match(query)
    return [*answer.outputs, *answer.references]


def test_what_is_known_is_not_fetched_again_and_what_is_gone_is_forgotten(table: Table) -> None:
    known = FingerprintIndex()
    known.catch_up(table)
    first, table.fetched = table.fetched, []
    table.rows[7] = None
    table.put(50, clip(50))

    known.catch_up(table)

    assert (first, table.fetched) == (list(range(1, 40)), [50])
    assert match(known, clip(7)) == []
    assert [one.asset_id for one in match(known, clip(50))] == ["asset_50"]
    assert known.match(clip(8)).references_through == 38


def test_among_many_codes_a_clip_is_held_against_whatever_it_meets(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = FingerprintIndex()
    known.catch_up(table)
    known._outputs._index.compact()
    queries = [part_of(clip(3), bits) for bits in ([30, 50, 51, 52], [35] * 3, [0] * 8)]
    exact = [known.match(query) for query in queries]

    monkeypatch.setattr(index, "EXACT_MAX", 0)
    quick = [known.match(query) for query in queries]

    assert quick == exact
    assert [answer.outputs[0].asset_id for answer in quick] == ["asset_3"] * 3


def test_times_are_those_of_the_asset(table: Table) -> None:
    known = FingerprintIndex()
    known.catch_up(table)

    (found,) = match(known, part_of(clip(4), [0] * 8))

    assert (found.reference.start, found.reference.end) == pytest.approx((5.0, 12.0))


def test_what_the_index_did_not_take_is_not_taken_for_known(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = FingerprintIndex()
    with monkeypatch.context() as full:
        full.setattr("fingerprint.index.ROWS_MAX", 10)
        for _ in range(2):
            with pytest.raises(RowsError):
                known.catch_up(table)

    known.catch_up(table)

    assert [one.asset_id for one in match(known, clip(7))] == ["asset_7"]
