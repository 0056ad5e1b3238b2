from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from fingerprint import align, descriptor, timeline
from fingerprint.descriptor import Descriptors
from fingerprint.index import Hit

SEEDS = st.integers(0, 2**32 - 1)


def clip(seconds: NDArray[np.float64], codes: NDArray[np.uint8], quality: int = 90) -> Descriptors:
    return Descriptors(seconds=seconds, codes=codes, quality=np.full(len(codes), quality, np.uint8))


def random_clip(rng: np.random.Generator, count: int) -> Descriptors:
    """Distinct frames, 1/8 s to 1 s apart."""
    seconds = np.cumsum(rng.uniform(1 / 8, 1, count))
    return clip(seconds, rng.integers(0, 256, (count, 32), np.uint8))


def noisy(rng: np.random.Generator, codes: NDArray[np.uint8], bits: int) -> NDArray[np.uint8]:
    """The codes with exactly so many bits of each turned."""
    flips = np.arange(256) < bits
    return codes ^ np.packbits(rng.permuted(np.tile(flips, (len(codes), 1)), axis=1), axis=1)


@settings(max_examples=60, deadline=None)
@given(
    SEEDS,
    st.integers(5, 40),
    st.integers(0, 40),
    st.sampled_from(timeline.SPEEDS),
    st.sampled_from(["plain", "mirrored"]),
    st.floats(-60, 60),
)
def test_a_copy_is_found_on_its_line(
    seed: int, count: int, bits: int, speed: float, orientation: str, shift: float
) -> None:
    rng, mirrored = np.random.default_rng(seed), orientation == "mirrored"
    reference = random_clip(rng, 60)
    part = slice(10, 10 + count)
    codes = noisy(rng, reference.codes[part], bits)
    at = (reference.seconds[part] - reference.seconds[part.start]) / speed + shift
    query = clip(at, descriptor.mirror(codes) if mirrored else codes)

    match = align.compare(query, reference)

    assert match is not None
    assert match.frames == count
    assert match.bits == bits
    assert match.mirrored == mirrored
    assert (match.query.start, match.query.end) == pytest.approx((at[0], at[-1]))
    expected = reference.seconds[part]
    assert match.reference.start == pytest.approx(expected[0], abs=0.5)
    assert match.reference.end == pytest.approx(expected[-1], abs=0.5)
    if at[-1] - at[0] > 8:
        assert match.speed == speed


@settings(max_examples=40, deadline=None)
@given(SEEDS, st.integers(1, 30), st.integers(1, 30))
def test_unrelated_codes_never_match(seed: int, left: int, right: int) -> None:
    rng = np.random.default_rng(seed)

    assert align.compare(random_clip(rng, left), random_clip(rng, right)) is None


@settings(max_examples=60, deadline=None)
@given(
    SEEDS,
    st.lists(
        st.tuples(st.integers(0, 7), st.integers(0, 11), st.integers(0, 80)),
        min_size=1,
        max_size=60,
    ),
)
def test_any_hits_make_sound_matches(seed: int, drawn: list[tuple[int, int, int]]) -> None:
    rng = np.random.default_rng(seed)
    query = random_clip(rng, 8)
    rows = {row: align.Row("ab"[row % 2], float(rng.uniform(0, 8))) for row in range(10)}
    hits = [Hit(query=at, row_id=row, distance=bits) for at, row, bits in drawn]

    matches = align.vote(query, hits, rows, mirrored=False)

    assert matches == align.vote(query, hits[::-1], rows, mirrored=False)
    assert matches == align.vote(query, hits * 3, rows, mirrored=False)
    assert matches == sorted(matches, key=lambda match: -match.score)
    assert len({match.asset_id for match in matches}) == len(matches)
    for match in matches:
        mine = [
            hit
            for hit in hits
            if hit.row_id in rows and rows[hit.row_id].asset_id == match.asset_id
        ]
        assert align.SCORE_MIN <= match.score <= 1 - 0.5 ** len({hit.query for hit in mine}) + 1e-9
        assert 1 <= match.frames <= len({hit.query for hit in mine})
        assert match.bits in {hit.distance for hit in mine}
        assert match.bits <= align.RADIUS
        assert query.seconds[0] <= match.query.start <= match.query.end <= query.seconds[-1]
        assert 0 <= match.reference.start <= match.reference.end


@pytest.mark.parametrize(("bits", "frames"), [(37, 1), (45, 2), (47, 3), (52, 100)], ids=str)
def test_the_farther_the_frames_the_more_must_agree(bits: int, frames: int) -> None:
    rng = np.random.default_rng(1)
    reference = random_clip(rng, 100)
    query = replace(reference, codes=noisy(rng, reference.codes, bits))

    def first(count: int) -> Descriptors:
        return clip(query.seconds[:count], query.codes[:count])

    found = align.compare(first(frames), reference)
    fewer = align.compare(first(frames - 1), reference)

    assert found is not None
    assert found.frames == frames
    assert bits == align.RADIUS or fewer is None


def test_frames_in_another_order_are_not_one_line() -> None:
    rng = np.random.default_rng(2)
    reference = random_clip(rng, 30)
    query = clip(reference.seconds, noisy(rng, reference.codes[::-1].copy(), 44))

    match = align.compare(query, reference)

    assert match is None or match.frames <= 4


def test_a_long_still_is_one_piece_of_evidence() -> None:
    rng = np.random.default_rng(3)
    still = clip(np.arange(60.0), rng.integers(0, 256, (1, 32), np.uint8).repeat(60, axis=0))

    match = align.compare(still, still)

    assert match is not None
    assert match.frames == 1
    assert match.score == pytest.approx(0.5)
    assert match.speed == 1.0


def test_frames_of_low_quality_find_nothing_and_are_not_found() -> None:
    rng = np.random.default_rng(4)
    good = random_clip(rng, 10)
    poor = replace(good, quality=np.full(10, descriptor.QUALITY_MIN - 1, np.uint8))

    assert align.compare(good, good) is not None
    assert align.compare(poor, good) is None
    assert align.compare(good, poor) is None


def test_clips_without_rows_do_not_match() -> None:
    empty = clip(np.zeros(0), np.zeros((0, 32), np.uint8))
    other = random_clip(np.random.default_rng(5), 3)

    assert align.compare(empty, other) is None
    assert align.compare(other, empty) is None


def test_rows_that_are_not_located_do_not_count() -> None:
    query = random_clip(np.random.default_rng(6), 4)
    hits = [Hit(query=at, row_id=at, distance=0) for at in range(4)]

    matches = align.find(query, search=lambda *_: hits, locate=lambda _: {})

    assert matches == []
