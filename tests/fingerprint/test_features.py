"""Points of clips: what they survive, how they are packed, and what cannot be unpacked."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from fingerprint import features
from fingerprint.errors import DescriptorsError, FramesError
from fingerprint.features import Features, Watcher
from tests.fingerprint import clips
from tests.fingerprint.clips import Frames


def watched(frames: Frames, *, fps: float = 24.0, points: int = features.POINTS) -> Features:
    watcher = Watcher(points_max=points)
    watcher.look(np.ascontiguousarray(frames), np.arange(len(frames)) / fps)
    return watcher.features()


@pytest.fixture(scope="module")
def clip() -> Features:
    return watched(clips.textured(1))


def nearest(
    here: Features, there: Features, frame: int = 0
) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Which points of one frame are at the same place in another clip, and where there."""
    chosen = there.frame == frame
    apart = np.abs(here.places[here.frame == frame][:, None] - there.places[chosen][None])
    apart = apart.max(axis=2)
    return apart.min(axis=1) < 0.002, apart.argmin(axis=1)


def test_luma_has_the_points_of_its_grey_picture() -> None:
    grey = clips.textured(1)[..., 0].copy()

    luma = watched(grey)
    colour = watched(grey[..., None].repeat(3, axis=3))

    assert len(luma) > 50
    assert (luma.codes == colour.codes).all()
    assert (luma.places == colour.places).all()


def test_frames_are_a_second_apart_and_points_few(clip: Features) -> None:
    assert (np.diff(clip.seconds) > 0.99).all()
    assert np.bincount(clip.frame).max() <= features.POINTS
    assert len(clip) > 100
    assert clip.aspect == pytest.approx(16 / 9)


def test_a_still_is_looked_at_every_three_seconds() -> None:
    still = clips.textured(2)[:1].repeat(10 * 4, axis=0)

    assert watched(still, fps=4.0).seconds.tolist() == [0.0, 3.0, 6.0, 9.0]


def test_a_mirror_exchanges_bits_and_nothing_else(clip: Features) -> None:
    frames = clips.textured(1)[:1]

    mirrored = features.mirror(watched(clips.mirrored(frames)))

    plain = clip.between(0.0, 0.0)
    same, where = nearest(plain, mirrored)
    turned = np.abs(np.angle(np.exp(1j * (plain.angles - mirrored.angles[where]))))
    same &= turned < 0.05
    bits = np.bitwise_count(plain.codes ^ mirrored.codes[where]).sum(axis=1)
    assert same.mean() > 0.5
    assert np.median(bits[same]) <= 4


def test_mirroring_twice_changes_nothing(clip: Features) -> None:
    again = features.mirror(features.mirror(clip))

    assert (again.codes == clip.codes).all()
    assert (again.places == clip.places).all()
    assert np.abs(again.angles - clip.angles).max() < 1e-5


def test_codes_of_unrelated_points_are_far_apart(clip: Features) -> None:
    other = watched(clips.textured(2))

    bits = np.bitwise_count(clip.codes[:, None] ^ other.codes[None]).sum(axis=2)

    assert 105 < bits.mean() < 135
    assert np.mean(bits <= 52) < 1e-3


def test_points_are_found_again_when_turned_and_recoded() -> None:
    frames = clips.textured(3)[:4]
    turn = cv2.getRotationMatrix2D((159.5, 89.5), 10, 1.0)
    turned = np.stack([cv2.warpAffine(frame, turn, (320, 180)) for frame in frames])

    before, after = watched(frames[:1]), watched(clips.reencoded(turned, crf=28)[:1])

    bits = np.bitwise_count(before.codes[:, None] ^ after.codes[None]).sum(axis=2).min(axis=1)
    assert np.mean(bits <= 40) > 0.15


@pytest.mark.parametrize(
    "frames",
    [
        np.zeros((48, 180, 320, 3), np.uint8),
        np.full((1, 90, 160, 3), 200, np.uint8),
        np.random.default_rng(0).integers(0, 256, (3, 64, 1, 3), np.uint8),
        np.random.default_rng(0).integers(0, 256, (3, 1, 900, 3), np.uint8),
        np.random.default_rng(0).integers(0, 256, (2, 1, 1, 3), np.uint8),
        np.random.default_rng(0).integers(0, 256, (2, 15, 8000, 3), np.uint8),
        np.zeros((0, 180, 320, 3), np.uint8),
    ],
    ids=["black", "one plain frame", "1 wide", "1 high", "1 x 1", "a ribbon", "no frames"],
)
def test_pictures_that_show_nothing_have_no_points(frames: Frames) -> None:
    found = watched(frames)

    assert len(found) == 0
    assert len(features.unpack(features.pack(found))) == 0


def test_noise_of_any_small_size_is_no_error() -> None:
    rng = np.random.default_rng(5)
    for high, wide in ((16, 16), (17, 300), (31, 33), (200, 16)):
        found = watched(rng.integers(0, 256, (2, high, wide, 3), np.uint8))

        assert (np.abs(found.places) <= 0.5).all()


@pytest.mark.parametrize(
    ("frames", "seconds"),
    [
        (np.zeros((8, 8), np.uint8), np.zeros(8)),
        (np.zeros((2, 8, 8, 3), np.float32), np.zeros(2)),
        (np.zeros((2, 8, 8, 3), np.uint8), np.zeros(3)),
        (np.zeros((2, 8, 8, 3), np.uint8), np.array([0.0, np.nan])),
    ],
)
def test_what_is_no_clip_is_refused(frames: NDArray[np.uint8], seconds: Frames) -> None:
    with pytest.raises(FramesError):
        Watcher().look(frames, seconds)


def test_packing_keeps_what_matters(clip: Features) -> None:
    packed = features.pack(clip)
    again = features.unpack(packed)

    assert len(packed) <= 39 * len(clip) + 100
    assert (again.seconds == clip.seconds).all()
    assert (again.frame == clip.frame).all()
    assert (again.codes == clip.codes).all()
    assert np.abs(again.places - clip.places).max() < 1e-4
    assert np.abs(np.log2(again.scales / clip.scales)).max() < 0.03
    assert np.abs(np.angle(np.exp(1j * (again.angles - clip.angles)))).max() < 0.02
    assert features.pack(again) == packed


@given(data=st.data())
@settings(max_examples=300, deadline=None)
def test_hostile_bytes_are_refused_or_read(clip: Features, data: st.DataObject) -> None:
    packed = bytearray(features.pack(clip.between(0.0, 1.5)))
    for _ in range(data.draw(st.integers(1, 4))):
        packed[data.draw(st.integers(0, min(60, len(packed) - 1)))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.one_of(st.just(len(packed)), st.integers(0, len(packed))))

    try:
        found = features.unpack(bytes(packed[:cut]))
    except DescriptorsError:
        return
    assert len(found.codes) == len(found.places) <= len(packed) // 38


@given(noise=st.binary(max_size=300))
@settings(max_examples=200, deadline=None)
def test_noise_is_refused_or_read(noise: bytes) -> None:
    try:
        features.unpack(noise)
    except DescriptorsError:
        return


def test_a_frame_with_too_many_points_is_not_packed(clip: Features) -> None:
    many = np.zeros(features.POINTS_PER_FRAME_MAX + 1, np.int64)
    crowded = replace(
        clip,
        seconds=clip.seconds[:1],
        frame=many.astype(np.int32),
        places=clip.places[many],
        scales=clip.scales[many],
        angles=clip.angles[many],
        codes=clip.codes[many],
    )

    with pytest.raises(DescriptorsError):
        features.pack(crowded)


@pytest.mark.parametrize(
    "broken",
    [
        {"aspect": 0.0},
        {"aspect": float("nan")},
        {"seconds": np.array([1.0, 1.0])},
        {"codes": np.zeros((2, 31), np.uint8)},
        {"frame": np.array([1, 0], np.int32)},
        {"frame": np.array([0, 2], np.int32)},
        {"places": np.array([[0, 0], [0, 0.6]], np.float32)},
        {"scales": np.array([0.1, 0.0], np.float32)},
        {"angles": np.array([0.1, np.inf], np.float32)},
    ],
)
def test_arrays_that_do_not_fit_together_are_refused(broken: dict[str, object]) -> None:
    sound = Features(
        seconds=np.array([0.0, 1.0]),
        frame=np.array([0, 1], np.int32),
        places=np.zeros((2, 2), np.float32),
        scales=np.full(2, 0.1, np.float32),
        angles=np.zeros(2, np.float32),
        codes=np.zeros((2, 32), np.uint8),
        aspect=1.0,
    )

    with pytest.raises(DescriptorsError):
        replace(sound, **broken)


def test_a_stretch_of_time_is_cut_out(clip: Features) -> None:
    part = clip.between(float(clip.seconds[1]), float(clip.seconds[2]))

    assert part.seconds.tolist() == clip.seconds[1:3].tolist()
    assert (part.codes == clip.codes[(clip.frame == 1) | (clip.frame == 2)]).all()
    assert set(part.frame.tolist()) == {0, 1}
