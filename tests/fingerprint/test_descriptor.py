from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from fingerprint import descriptor, sample
from fingerprint.errors import DescriptorsError, FramesError
from tests.fingerprint import clips


def distances(left: NDArray[np.uint8], right: NDArray[np.uint8]) -> NDArray[np.int64]:
    return np.bitwise_count(left[:, None] ^ right[None]).sum(axis=2, dtype=np.int64)


def codes(frames: clips.Frames) -> NDArray[np.uint8]:
    rows = [descriptor.hash_frame(np.ascontiguousarray(frame), seconds=0) for frame in frames]
    return descriptor.collect(rows).codes


def test_the_code_is_that_of_the_published_hash() -> None:
    frame = clips.rendered(5, seconds=1 / 24)[0]
    small = Image.fromarray(frame).convert("L").resize((64, 64), Image.Resampling.LANCZOS)
    place, wave = np.arange(64), np.arange(16)[:, None]
    basis = 2 * np.cos(np.pi * (place + 0.5) * wave / 64)
    low = basis @ np.asarray(small, float) @ basis.T

    code = descriptor.hash_frame(frame, seconds=1.5)

    assert code.code == np.packbits(low > np.median(low)).tobytes()
    assert code.seconds == 1.5
    assert code.quality > 80


def test_the_code_of_a_known_picture_never_changes() -> None:
    """Stored codes outlive versions of the code: a change here needs a new ALGORITHM."""
    y, x = np.mgrid[:90, :160]
    frame = np.stack([x * 7 % 251, y * x % 241, (x * x + 3 * y * y) // 7 % 256], 2)

    code = descriptor.hash_frame(frame.astype(np.uint8), seconds=0)

    assert descriptor.ALGORITHM == "org.rightsd.phash256.1"
    assert code.code.hex() == VECTOR


@pytest.mark.parametrize("make", [clips.textured, clips.rendered])
def test_mirrored_codes_need_no_mirrored_picture(make: clips.Make) -> None:
    frames = make(1)[::12]

    found = descriptor.mirror(codes(frames))

    assert np.diag(distances(found, codes(clips.mirrored(frames)))).max() <= 18
    np.testing.assert_array_equal(descriptor.mirror(found), codes(frames))


def test_describe_spans_the_clip_and_follows_its_motion() -> None:
    described = descriptor.describe(clips.chunks(clips.textured(1)))

    assert described.seconds[0] == 0
    assert described.seconds[-1] == pytest.approx(119 / 24)
    assert 6 <= len(described) <= 41
    assert list(described.searchable()) == list(range(len(described)))


def test_describe_is_the_same_however_the_clip_is_cut() -> None:
    frames = clips.letterboxed(clips.textured(2, seconds=2))

    one = descriptor.describe(clips.chunks(frames, length=5))
    two = descriptor.describe(clips.chunks(frames, length=48))

    np.testing.assert_array_equal(one.codes, two.codes)
    np.testing.assert_array_equal(one.seconds, two.seconds)


def test_a_frame_inside_bars_has_two_rows_past_one_window() -> None:
    frames = clips.letterboxed(clips.textured(2, seconds=1 / 24)).repeat(45, axis=0)
    chunk = frames, np.arange(45, dtype=float)

    described = descriptor.describe([chunk])

    assert len(described) == 90
    np.testing.assert_array_equal(described.seconds, np.arange(45).repeat(2))
    plain = codes(clips.textured(2, seconds=1 / 24))
    assert distances(described.codes[1::2], plain).max() <= 8
    assert distances(described.codes[::2], plain).min() > 52


@pytest.mark.parametrize(
    "frames",
    [
        np.zeros((60, 36, 64, 3), np.uint8),
        np.full((60, 36, 64, 3), 255, np.uint8),
        np.random.default_rng(0).integers(0, 16, (60, 180, 320, 3), np.uint8),
        np.random.default_rng(0).integers(0, 256, (60, 64, 1, 3), np.uint8),
        np.random.default_rng(0).integers(0, 256, (60, 1, 1, 3), np.uint8),
    ],
    ids=["black", "white", "noisy black", "one pixel wide", "one pixel"],
)
def test_pictures_that_say_nothing_are_not_searched(frames: clips.Frames) -> None:
    described = descriptor.describe(clips.chunks(frames))

    assert 3 <= len(described) <= 21
    assert described.quality.max() < descriptor.QUALITY_MIN
    assert len(described.searchable()) == 0


def test_one_frame_makes_one_row() -> None:
    described = descriptor.describe(clips.chunks(clips.textured(0, seconds=1 / 24)))

    assert len(described) == 1


def test_no_frames_make_no_rows() -> None:
    described = descriptor.describe([])

    assert described.codes.shape == (0, 32)
    assert len(described.searchable()) == 0


def test_a_size_that_changes_on_the_way_is_described() -> None:
    first, second = clips.textured(0, seconds=1), clips.textured(1, seconds=1)[:, ::2, ::2]
    chunks: list[sample.Chunk] = [
        (first, np.arange(24) / 24),
        (second, 1 + np.arange(24) / 24),
    ]

    described = descriptor.describe(chunks)

    assert described.seconds[-1] == pytest.approx(47 / 24)


@pytest.mark.parametrize(
    "frame",
    [
        np.zeros((4, 4, 3)),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((4,), np.uint8),
        np.zeros((0, 4, 3), np.uint8),
    ],
)
def test_hash_frame_refuses_what_is_no_picture(frame: NDArray[np.uint8]) -> None:
    with pytest.raises(FramesError, match="uint8"):
        descriptor.hash_frame(frame, seconds=0)


def test_collect_orders_rows_by_time() -> None:
    rows = [
        descriptor.FrameHash(2.0, bytes(range(32)), 50),
        descriptor.FrameHash(1.0, bytes(32), 20),
    ]

    clip = descriptor.collect(rows)

    np.testing.assert_array_equal(clip.seconds, [1, 2])
    assert clip.codes[1].tobytes() == bytes(range(32))
    assert list(clip.searchable()) == [1]
    with pytest.raises(FrozenInstanceError):
        clip.codes = clip.codes  # pyright: ignore[reportAttributeAccessIssue]


def test_collect_refuses_a_short_code() -> None:
    with pytest.raises(DescriptorsError, match="32 bytes"):
        descriptor.collect([descriptor.FrameHash(0.0, bytes(31), 50)])


@pytest.mark.parametrize(
    ("seconds", "shape", "quality"),
    [([0.0], (1, 31), 1), ([0.0], (1, 32), 2), ([1.0, 0.0], (2, 32), 2), ([np.inf], (1, 32), 1)],
)
def test_descriptors_that_do_not_fit_are_refused(
    seconds: list[float], shape: tuple[int, int], quality: int
) -> None:
    with pytest.raises(DescriptorsError):
        descriptor.Descriptors(
            seconds=np.array(seconds),
            codes=np.zeros(shape, np.uint8),
            quality=np.zeros(quality, np.uint8),
        )


def clip_of(ticks: list[int], seed: int = 0) -> descriptor.Descriptors:
    rng = np.random.default_rng(seed)
    return descriptor.Descriptors(
        seconds=np.sort(np.array(ticks, np.float64)) / descriptor.TICKS_PER_SECOND,
        codes=rng.integers(0, 256, (len(ticks), 32), np.uint8),
        quality=rng.integers(0, 101, len(ticks), np.uint8),
    )


@given(st.lists(st.integers(0, 2**32 - 1), max_size=20), st.integers(0, 99))
def test_what_was_packed_is_unpacked(ticks: list[int], seed: int) -> None:
    clip = clip_of(ticks, seed)

    packed = descriptor.pack(clip)
    again = descriptor.unpack(packed)

    assert len(packed) == 2 + 37 * len(ticks)
    np.testing.assert_array_equal(again.seconds, clip.seconds)
    np.testing.assert_array_equal(again.codes, clip.codes)
    np.testing.assert_array_equal(again.quality, clip.quality)
    assert descriptor.pack(again) == packed


def test_packed_bytes_are_of_this_version() -> None:
    clip = descriptor.collect([descriptor.FrameHash(1.5, bytes(range(32)), 77)])

    assert descriptor.pack(clip) == b"G\x01" + bytes([0, 0, 0x3A, 0x98, 77, *range(32)])


@given(st.binary(max_size=120))
def test_hostile_bytes_are_read_or_refused(packed: bytes) -> None:
    for claimed in (packed, descriptor.HEAD + packed):
        try:
            clip = descriptor.unpack(claimed)
        except DescriptorsError:
            continue
        assert descriptor.pack(clip) == claimed


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"G",
        b"P\x01" + bytes(37),
        b"G\x02" + bytes(37),
        b"G\x01" + bytes(36),
        b"G\x01" + bytes(4) + b"\x65" + bytes(32),
        b"G\x01" + bytes([0, 0, 0, 1, 0, 0, 0, 0]) + bytes(66),
        b"G\x01" + bytes(37 * (descriptor.ROWS_MAX + 1)),
    ],
    ids=["nothing", "half", "pdq", "newer", "cut", "quality", "backwards", "too many"],
)
def test_what_is_not_packed_like_this_is_refused(packed: bytes) -> None:
    with pytest.raises(DescriptorsError):
        descriptor.unpack(packed)


@pytest.mark.parametrize("seconds", [-1.0, 2**32 / descriptor.TICKS_PER_SECOND])
def test_times_that_cannot_be_packed_are_refused(seconds: float) -> None:
    clip = descriptor.collect([descriptor.FrameHash(seconds, bytes(32), 50)])

    with pytest.raises(DescriptorsError, match="119 hours"):
        descriptor.pack(clip)


VECTOR = "8068000000de027e02de0bff02fe1ffe0ffe1fd13fee1f857ff01dd12ee41f01"
