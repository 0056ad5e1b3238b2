"""What shards are asked and answer, and what is made of many answers."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprint import checks, shards
from fingerprint.errors import ShardError
from fingerprint.index import HITS_PER_QUERY_MAX, Hit, Index
from fingerprint.shards import Part, Query

CODES = np.random.default_rng(0).integers(0, 256, (3, 32), np.uint8)
QUERY = Query(Part(1, 4), "pdq.outputs", 52, 32, 700, CODES)
HITS = [Hit(0, 5, 3), Hit(0, 6, 3), Hit(0, 1, 9), Hit(2, -7, 0)]


def answered(query: Query = QUERY, hits: list[Hit] = HITS, horizon: int = 701) -> bytes:
    answer = shards.answer(query.part, horizon, 12, len(query.codes), hits)
    return shards.pack_answer(answer)


@given(st.integers(0, 2**32 - 1), st.integers(1, 7), st.integers(0, 96))
def test_what_is_merged_is_what_one_index_finds(seed: int, of: int, radius: int) -> None:
    rng = np.random.default_rng(seed)
    centres = rng.integers(0, 256, (3, 32), np.uint8)
    flips = rng.random((60, 256)) < rng.uniform(0, 0.4, (60, 1))
    codes = centres[rng.integers(0, 3, 60)] ^ np.packbits(flips, axis=1)
    row_ids = rng.choice(2**50, 60, replace=False)
    whole = Index()
    whole.add(row_ids, codes)
    owners = shards.owners(row_ids, of)

    answers: list[shards.Answer] = []
    for number in range(of):
        part = Index()
        part.add(row_ids[owners == number], codes[owners == number])
        answers.append(shards.answer(Part(number, of), 0, 0, 3, part.search(centres, radius)))

    assert shards.merge(answers) == whole.search(centres, radius)


def test_what_is_merged_is_cut_like_the_answer_of_one_index() -> None:
    count = HITS_PER_QUERY_MAX
    even = [Hit(0, 2 * row, 4) for row in range(count)]
    odd = [Hit(0, 2 * row + 1, 4) for row in range(count)]

    found = shards.merge(
        [shards.answer(Part(at, 2), 0, 0, 1, hits) for at, hits in enumerate((even, odd))]
    )

    assert found == [Hit(0, row, 4) for row in range(count)]


@pytest.mark.parametrize("of", [2, 4, 7])
def test_assets_are_spread_evenly_whatever_step_their_numbers_have(of: int) -> None:
    for step in (1, 2, 4, 10):
        held = np.bincount(shards.owners(np.arange(0, 100_000 * step, step), of), minlength=of)

        assert held.min() > 0.9 * 100_000 / of


def test_a_query_comes_out_as_it_went_in() -> None:
    found = shards.unpack_query(shards.pack_query(QUERY))

    assert (found.part, found.collection, found.radius) == (Part(1, 4), "pdq.outputs", 52)
    assert (found.sure, found.horizon) == (32, 700)
    assert (found.codes == CODES).all()


def test_the_largest_query_and_answer_are_within_their_limits() -> None:
    name = "a" * 64
    codes = np.zeros((shards.CODES_MAX, 32), np.uint8)
    query = Query(Part(255, 256), name, checks.RADIUS_MAX, 0, 2**62, codes)
    hits = [Hit(at, row, 96) for at in range(2) for row in range(HITS_PER_QUERY_MAX)]

    assert len(shards.pack_query(query)) == shards.QUERY_BYTES_MAX
    few = len(answered(replace(query, codes=codes[:2]), hits, 2**62))
    assert (shards.ANSWER_BYTES_MAX - few) % (few - len(answered(QUERY, []))) >= 0
    assert shards.ANSWER_BYTES_MAX - few == (shards.CODES_MAX - 2) * (2 + HITS_PER_QUERY_MAX * 9)


def test_an_answer_comes_out_as_it_went_in() -> None:
    found = shards.unpack_answer(answered(), QUERY)

    assert shards.merge([found]) == HITS
    assert (found.part, found.horizon, found.through) == (Part(1, 4), 701, 12)


@given(st.binary(max_size=300), st.integers(0, 400))
def test_bytes_that_are_no_query_or_answer_are_refused(noise: bytes, cut: int) -> None:
    for good in (shards.pack_query(QUERY), answered()):
        for bad in (noise, good[: cut % len(good)], good + noise + b"x"):
            with pytest.raises(ShardError):
                shards.unpack_query(bad)
            with pytest.raises(ShardError):
                shards.unpack_answer(bad, QUERY)


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_an_answer_in_which_a_byte_is_wrong_is_refused_or_still_one(at: int, turned: int) -> None:
    broken = bytearray(answered())
    broken[at % len(broken)] ^= turned

    try:
        found = shards.unpack_answer(bytes(broken), QUERY)
    except ShardError:
        return

    hits = shards.merge([found])
    assert len(hits) == len(HITS)
    assert hits == sorted(hits, key=lambda hit: (hit.query, hit.distance, hit.row_id))
    assert all(hit.distance <= QUERY.radius for hit in hits)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (answered(replace(QUERY, part=Part(2, 4))), "answered for"),
        (answered(replace(QUERY, part=Part(1, 5))), "answered for"),
        (answered(replace(QUERY, codes=CODES[:2]), HITS[:3]), "is none"),
        (answered(horizon=699), "too early"),
        (answered(hits=[Hit(0, 1, 53)]), "too far"),
        (answered(hits=[Hit(0, 1, 5), Hit(0, 1, 5)]), "twice"),
        (answered(hits=[Hit(0, 1, 5), Hit(0, 2, 4)]), "out of order"),
    ],
)
def test_an_answer_to_something_else_is_refused(answer: bytes, why: str) -> None:
    with pytest.raises(ShardError, match=why):
        shards.unpack_answer(answer, QUERY)


@pytest.mark.parametrize("text", ["", "4/4", "0/0", "0/257", "-1/4", "1", "a/b", "1/2/3", " 1/2"])
def test_what_is_no_part_is_refused(text: str) -> None:
    with pytest.raises(ShardError):
        Part.parse(text)


def test_a_part_is_read_as_it_is_written() -> None:
    assert str(Part.parse("3/12")) == "3/12"
