from collections.abc import Iterator

import numpy as np
import pytest
from numpy.typing import NDArray

from fingerprint import sample
from fingerprint.errors import FramesError
from tests.fingerprint import clips


def times(frames: NDArray[np.uint8], *, length: int = 48) -> list[float]:
    return [at for at, _ in sample.pick(clips.chunks(frames, length=length))]


def test_a_still_is_kept_once_a_second_and_at_its_end() -> None:
    still = np.repeat(clips.textured(0, seconds=1 / 24), 84, axis=0)

    assert times(still) == pytest.approx([0, 1, 2, 3, 83 / 24])


def test_a_cut_is_kept_at_the_next_look() -> None:
    before, after = (clips.textured(seed, seconds=1 / 24) for seed in (1, 2))
    frames = np.concatenate([before.repeat(10, axis=0), after.repeat(10, axis=0)])

    assert times(frames) == pytest.approx([0, 12 / 24, 19 / 24])


def test_no_more_than_eight_a_second_are_kept() -> None:
    frames = np.random.default_rng(0).integers(0, 256, (49, 8, 8, 3), np.uint8)

    kept = times(frames)

    assert len(kept) == 17
    assert min(np.diff(kept)) >= 1 / 8 - 1e-9


def test_the_cut_into_chunks_does_not_matter() -> None:
    frames = clips.textured(3, seconds=2)

    assert times(frames, length=1) == times(frames, length=7) == times(frames, length=48)


def test_a_frame_comes_before_the_next_chunk_is_asked_for() -> None:
    def source() -> Iterator[sample.Chunk]:
        yield next(clips.chunks(clips.textured(0, seconds=1 / 24)))
        raise AssertionError

    assert next(sample.pick(source()))[0] == 0


def test_a_reused_decoder_array_does_not_change_the_last_frame() -> None:
    array = clips.textured(0, seconds=5 / 24)
    expected = array[-1].copy()

    def source() -> Iterator[sample.Chunk]:
        yield array, np.arange(5) / 24
        array[:] = 0

    kept = list(sample.pick(source()))

    assert kept[-1][0] == pytest.approx(4 / 24)
    np.testing.assert_array_equal(kept[-1][1], expected)


def test_times_may_start_anywhere_and_stand_still() -> None:
    frames = clips.textured(0, seconds=3 / 24)

    assert [at for at, _ in sample.pick([(frames, np.full(3, 70.0))])] == [70.0]


def test_an_empty_clip_has_no_frames() -> None:
    empty = np.zeros((0, 4, 4, 3), np.uint8)

    assert list(sample.pick([])) == []
    assert list(sample.pick([(empty, np.zeros(0))])) == []


ONE = np.zeros((1, 4, 4, 3), np.uint8)
TWO = np.zeros((2, 4, 4, 3), np.uint8)


@pytest.mark.parametrize(
    ("chunks", "words"),
    [
        ([(ONE.astype(np.float32), np.zeros(1))], "uint8"),
        ([(ONE[..., :2], np.zeros(1))], "shape"),
        ([(ONE[0], np.zeros(1))], "shape"),
        ([(ONE, np.zeros(2))], "times"),
        ([(np.zeros((1, 0, 4, 3), np.uint8), np.zeros(1))], "4 x 0"),
        ([(np.zeros((1, 1, 8193, 3), np.uint8), np.zeros(1))], "8193 x 1"),
        ([(ONE, np.array([np.nan]))], "finite"),
        ([(TWO, np.array([1.0, 0.5]))], "backwards"),
        ([(ONE, np.array([1.0])), (ONE, np.array([0.5]))], "backwards"),
        ([(TWO, np.array([0.0, 20_000.0]))], "longer than 14400 seconds"),
    ],
)
def test_what_is_no_clip_is_refused(chunks: list[sample.Chunk], words: str) -> None:
    with pytest.raises(FramesError, match=words):
        list(sample.pick(chunks))
