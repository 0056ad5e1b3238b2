"""The index of sounds: what is in it, what is no longer, and what that takes."""

import numpy as np
import pytest

from fingerprint import landmarks, soundindex
from fingerprint.errors import RowsError
from fingerprint.landmarks import Landmarks
from fingerprint.soundindex import Candidate, LandmarkIndex
from fingerprint.soundpairs import KEYS, Warp
from tests.fingerprint import sounds

ORIGINAL = (Warp(1.0, 1.0),)
TABLE_BYTES = 8 * (KEYS + 1)


def drawn(seed: int, *, seconds: float = 12.0) -> Landmarks:
    """As many landmarks as music has, anywhere."""
    rng = np.random.default_rng([4, seed])
    length = round(seconds * landmarks.TICKS_PER_SECOND)
    count = round(25 * seconds)
    return Landmarks(
        length, np.sort(rng.integers(0, length, count)), rng.integers(800, 6_000, count)
    )


def best(index: LandmarkIndex, query: Landmarks) -> Candidate | None:
    found = index.search(query, ORIGINAL)
    return found[0] if found else None


def test_a_part_of_each_sound_is_found_at_its_place() -> None:
    index = LandmarkIndex()
    for asset in range(40):
        index.add(asset, drawn(asset))
        part = drawn(asset).between(2.0, 9.0)
        found = best(index, part)
        assert found is not None
        assert found.asset == asset
        assert found.offset == pytest.approx(0.0, abs=0.2)
        assert found.votes >= 0.9 * len(part)


def test_what_is_removed_is_found_no_more_and_the_rest_stays() -> None:
    index = LandmarkIndex()
    for asset in range(40):
        index.add(asset, drawn(asset))
    full = index.size_bytes

    assert index.remove(range(30)) == 30
    assert index.remove(range(30)) == 0

    assert len(index) == 10
    assert 7 not in index
    assert 33 in index
    for asset in range(40):
        found = best(index, drawn(asset))
        assert (found is not None and found.votes > 100) == (asset >= 30)
        assert found is None or found.asset >= 30
    assert index.size_bytes - TABLE_BYTES < 0.4 * (full - TABLE_BYTES)


def test_neither_what_is_left_out_nor_what_is_removed_hides_what_is_like_it() -> None:
    index = LandmarkIndex()
    for asset in range(30):
        index.add(asset, drawn(1))
    # Fewer than so many that a search would forget them.
    index.remove(range(10, 20))

    found = index.search(drawn(1), ORIGINAL, but=range(10))

    assert {each.asset for each in found} <= set(range(20, 30))
    assert len(found) >= 6


def test_a_sound_can_be_added_again_and_all_can_go() -> None:
    index = LandmarkIndex()
    for _ in range(5):
        index.add(1, drawn(1))
        index.add(2, drawn(2))
        found = best(index, drawn(2))
        assert found is not None
        assert found.asset == 2
        assert index.remove([1, 2]) == 2
        assert best(index, drawn(2)) is None
        assert len(index) == 0


def test_the_order_of_adding_and_removing_makes_no_difference() -> None:
    rng = np.random.default_rng(9)
    index = LandmarkIndex()
    there: set[int] = set()
    for _ in range(60):
        asset = int(rng.integers(0, 12))
        if asset in there:
            index.remove([asset])
        else:
            index.add(asset, drawn(asset))
        there ^= {asset}
        if rng.random() < 0.3:
            index.search(drawn(0), ORIGINAL)
    fresh = LandmarkIndex()
    for asset in there:
        fresh.add(asset, drawn(asset))

    for asset in range(12):
        one, other = best(index, drawn(asset)), best(fresh, drawn(asset))
        assert (one is not None and one.votes > 100) == (asset in there)
        assert (other is not None and other.votes > 100) == (asset in there)


def test_an_index_takes_four_bytes_a_pair() -> None:
    index = LandmarkIndex()
    for asset in range(20):
        index.add(asset, drawn(asset))

    # At most six pairs for each of 25 peaks a second.
    assert index.size_bytes - TABLE_BYTES <= 20 * 12 * 25 * 6 * 4


def test_a_sound_cannot_be_added_twice_and_a_long_query_is_refused() -> None:
    index = LandmarkIndex()
    index.add(1, drawn(1))

    with pytest.raises(RowsError):
        index.add(1, drawn(2))
    with pytest.raises(RowsError):
        index.search(drawn(1, seconds=30.0), ORIGINAL)


def test_music_is_found_by_what_is_left_of_it() -> None:
    index = LandmarkIndex()
    index.add(5, landmarks.describe(sounds.music(5), sounds.RATE))
    query = landmarks.describe(sounds.coded(sounds.music(5)[: 8 * sounds.RATE]), sounds.RATE)

    found = best(index, query)

    assert found is not None
    assert found.offset == pytest.approx(0.0, abs=0.2)


def test_the_places_that_most_peaks_vote_for_are_found() -> None:
    rng = np.random.default_rng(0)
    places = rng.integers(0, 400, 300)
    keys = rng.integers(0, 40, 300)
    segment = soundindex._sorted(keys, places, 0, 400)
    peaks = np.arange(40)
    back = rng.integers(-30, 30, 40)

    found = soundindex._fullest(segment, peaks, peaks, back)[: soundindex._CANDIDATES]

    first = -(int(np.abs(back).max()) + soundindex._BIN)
    bins = np.unique(np.stack([(places - back[keys] - first) // soundindex._BIN, keys]), axis=1)[0]
    counts = np.bincount(bins, minlength=80)
    both = np.sort(counts[:-1] + counts[1:])[::-1][: soundindex._CANDIDATES]
    assert [votes for _, votes in found] == both.tolist()
    for place, votes in found:
        at = (place - first) // soundindex._BIN
        assert counts[at - 1] + counts[at] == votes
