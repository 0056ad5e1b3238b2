"""PDQ: what platforms compute is what we compute."""

from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from fingerprint import pdq
from fingerprint.errors import FramesError
from rightsd.adapters import media
from tests import pictures

PUBLISHED = Path(__file__).parents[3] / "shared/standards/data/hashsharing"
# Decoders differ in the last bit of a pixel.
BITS_MAX = 8
EVERY = 15
NAMES = ["doorknob-hd-no-bar", "pattern-sd-grey-bar", "test-padded-dimensions"]
needs_published = pytest.mark.skipif(
    not PUBLISHED.exists(), reason="the hashes that others published are not here"
)


def distance(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one) ^ int.from_bytes(other)).bit_count()


def hashes(name: str) -> list[tuple[int, bytes]]:
    """The published hashes of a video, each after its quality."""
    lines = (PUBLISHED / f"vpdq-sample-hashes/{name}.txt").read_text().split()
    return [(int(line.split(",")[1]), bytes.fromhex(line.split(",")[2])) for line in lines]


def farthest(published: list[tuple[int, bytes]], frames: Iterable[NDArray[np.uint8]]) -> int:
    """Return how far the farthest hash of good quality is, of a few; the qualities must agree."""
    bits: list[int] = []
    for (quality, code), frame in islice(zip(published, frames, strict=False), 0, 90, EVERY):
        ours, ours_quality = pdq.hash_frame(frame)
        assert abs(ours_quality - quality) <= 1
        if quality >= pdq.QUALITY_MIN:
            bits.append(distance(ours, code))
    assert len(bits) >= 3
    return max(bits)


@needs_published
@pytest.mark.parametrize("name", NAMES)
def test_the_published_hashes_of_videos(name: str) -> None:
    with av.open(str(PUBLISHED / f"tmk-sample-videos/{name}.mp4")) as container:
        frames = (frame.to_ndarray(format="rgb24") for frame in container.decode(video=0))
        assert farthest(hashes(name), frames) <= BITS_MAX


@needs_published
@pytest.mark.parametrize("name", NAMES)
def test_what_is_hashed_here_is_found_with_the_published_hashes(name: str) -> None:
    # Strangers' files are read at a smaller size.
    with media.open_video(PUBLISHED / f"tmk-sample-videos/{name}.mp4") as video:
        frames = (frame for chunk in video for frame in chunk.frames)
        assert farthest(hashes(name), frames) <= pdq.BITS_MAX


def test_a_window_is_the_mean_of_what_lies_in_the_picture() -> None:
    noise = np.random.default_rng(1).uniform(0, 255, (300, 129)).astype(np.float32)

    got = pdq._box(noise)

    # 300 and 129 of twice 64, rounded up: windows of 3 rows and of 2 columns.
    for row, column in ((0, 0), (1, 1), (150, 64), (299, 128)):
        part = noise[max(0, row - 1) : row + 2, column : column + 2]
        assert got[row, column] == pytest.approx(part.mean(), rel=1e-5)


def test_half_of_the_bits_are_set_and_copies_are_near_and_others_far() -> None:
    fox, quality = pdq.hash_frame(pictures.clouds(1))
    _, jpeg = cv2.imencode(".jpg", pictures.clouds(1), [cv2.IMWRITE_JPEG_QUALITY, 40])
    copy, _ = pdq.hash_frame(cv2.resize(cv2.imdecode(jpeg, cv2.IMREAD_COLOR), (160, 90)))
    other, _ = pdq.hash_frame(pictures.clouds(2))

    assert int.from_bytes(fox).bit_count() == 128
    assert quality == 100
    assert distance(fox, copy) <= pdq.BITS_MAX
    assert distance(fox, other) > 90


def test_a_plain_picture_has_no_quality_and_no_picture_is_refused() -> None:
    assert pdq.hash_frame(np.full((90, 160, 3), 128, np.uint8))[1] == 0
    for wrong in (np.zeros((0, 4, 3), np.uint8), np.zeros((4, 4), np.uint8)):
        with pytest.raises(FramesError):
            pdq.hash_frame(wrong)


def test_a_clip_is_hashed_once_a_second_and_only_where_there_is_something_to_see() -> None:
    watcher = pdq.Watcher()
    frames = np.stack([pictures.clouds(1), pictures.clouds(2), np.zeros_like(pictures.clouds(1))])

    watcher.look(frames, np.array([0.0, 0.5, 1.0]))
    watcher.look(frames[:1], np.array([2.5]))

    code, quality = pdq.hash_frame(pictures.clouds(1))
    assert watcher.moments == [(0.0, code, quality), (2.5, code, quality)]


@pytest.mark.parametrize("signal", ["", "0" * 63, "0" * 65, "g" * 64, " " + "0" * 63, "0" * 32])
def test_what_is_no_hash_is_none(signal: str) -> None:
    assert pdq.parse(signal) is None
    assert pdq.parse("0f" * 32) == b"\x0f" * 32
