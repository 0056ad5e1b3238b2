from collections.abc import Callable

import cv2
import numpy as np
import pytest

from tests.watermark import attacks, clips
from watermark import register
from watermark.errors import WatermarkError
from watermark.frames import Frames
from watermark.register import AGREEMENT_MIN, Registration

ORIGINAL = register.shrink(clips.plain("textured", 180, 320, 24))


def lay(frames: Frames, *, reach: int = 0, late: int = 0) -> Registration | None:
    query = register.shrink(frames)
    expected = [min(at + late, len(ORIGINAL) - 1) for at in range(len(query))]
    return register.register(query, ORIGINAL, expected, reach=reach)


def put(registration: Registration, points: list[list[float]]) -> np.ndarray:
    homography = registration.placings[len(registration.placings) // 2].homography
    return cv2.perspectiveTransform(np.array([points], dtype=np.float64), homography)[0]


def clip() -> Frames:
    return clips.plain("textured", 180, 320, 24)


WAYS: dict[str, tuple[Callable[[], Frames], list[list[float]], list[list[float]]]] = {
    "whole": (clip, [[40, 30], [280, 150]], [[40, 30], [280, 150]]),
    "doubled": (
        lambda: clips.resize(clip(), 360, 640),
        [[80.5, 60.5], [560.5, 300.5]],
        [[40, 30], [280, 150]],
    ),
    "mirrored": (lambda: clip()[:, :, ::-1], [[40, 30], [280, 150]], [[279, 30], [39, 150]]),
    "cropped": (lambda: clip()[:, 40:140, 60:240], [[0, 0], [150, 90]], [[60, 40], [210, 130]]),
    "cropped and mirrored": (
        lambda: clip()[:, 40:140, 60:240][:, :, ::-1],
        [[0, 0], [150, 90]],
        [[239, 40], [89, 130]],
    ),
    "turned": (
        lambda: clips.rotate(clip(), 90.0)[:, :, 70:250],
        [[90, 20], [90, 160]],
        [[90, 90], [230, 90]],
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_a_frame_is_found(way: str) -> None:
    change, here, there = WAYS[way]

    found = lay(change())

    assert found is not None
    assert found.agreement > 0.9
    assert put(found, here) == pytest.approx(np.array(there), abs=1.2)


def test_a_tilted_picture_is_laid_straight() -> None:
    found = lay(attacks.tilt(clip()))

    assert found is not None
    height, width = 180, 320
    inward = np.array([[1, 0.6], [-0.4, 0.9], [-1, -0.3], [0.3, -0.8]])
    rim = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float64)
    seen = rim + 0.1 * inward * (width, height)
    assert put(found, seen.tolist()) == pytest.approx(rim, abs=1.5)


def test_a_picture_in_a_picture_is_found() -> None:
    small = attacks.inset(clip(), share=0.5, onto=clips.plain("gradients", 180, 320, 24))

    found = lay(small)

    assert found is not None
    corner = [[320 // 4 - 0.25, 180 // 3 - 0.25]]
    assert put(found, corner) == pytest.approx(np.array([[0, 0]]), abs=1.5)


def test_each_frame_of_an_unsteady_camera_has_its_own_place() -> None:
    moved = [np.roll(frame, (3 * t) % 16 - 8, axis=1) for t, frame in enumerate(clip())]

    found = lay(np.stack(moved))

    assert found is not None
    for placing in found.placings:
        shift = placing.homography @ (160, 90, 1)
        expected = 160 - ((3 * placing.query) % 16 - 8)
        assert shift[0] / shift[2] == pytest.approx(expected, abs=1.5)


@pytest.mark.parametrize("change", [lambda frames: frames, lambda frames: frames[:, :, ::-1]])
def test_it_is_found_when_the_original_is(change: Callable[[Frames], Frames]) -> None:
    """The clip pans by a pixel a frame, so a frame two further on looks otherwise."""
    found = lay(change(clip()[5:20]), reach=4, late=3)

    assert found is not None
    assert [placing.original for placing in found.placings] == list(range(5, 20))


@pytest.mark.parametrize("kind", ["gradients", "flat"])
def test_another_clip_is_not_found(kind: str) -> None:
    assert lay(clips.plain(kind, 180, 320, 24), reach=2) is None


@pytest.mark.parametrize(
    "frames",
    [
        np.zeros((3, 180, 320, 3), dtype=np.uint8),
        np.full((1, 64, 64, 3), 255, dtype=np.uint8),
        np.zeros((1, 1, 1, 3), dtype=np.uint8),
        np.random.default_rng(0).integers(0, 256, (2, 180, 320, 3), dtype=np.uint8),
        np.random.default_rng(0).integers(0, 256, (1, 8, 2000, 3), dtype=np.uint8),
    ],
    ids=["black", "white", "pixel", "noise", "ribbon"],
)
def test_odd_clips_are_not_found(frames: Frames) -> None:
    assert lay(frames) is None


def test_a_black_original_is_not_found() -> None:
    black = np.zeros((2, 96, 160, 2), dtype=np.uint8)

    assert register.register(black, black, [0, 1]) is None


@pytest.mark.parametrize(
    ("count", "expected", "reach", "reason"),
    [
        (0, [], 0, "1 to"),
        (2, [0], 0, "expected"),
        (97, [0] * 97, 0, "1 to 96"),
        (1, [0], 17, "reach"),
        (1, [0], -1, "reach"),
    ],
)
def test_arguments_outside_their_range_are_refused(
    count: int, expected: list[int], reach: int, reason: str
) -> None:
    query = np.zeros((count, 96, 160, 2), dtype=np.uint8)

    with pytest.raises(WatermarkError, match=reason):
        register.register(query, ORIGINAL, expected, reach=reach)


def test_a_large_clip_is_compared_small() -> None:
    frames = np.zeros((1, 1440, 2560, 3), dtype=np.uint8)

    assert register.shrink(frames).shape == (1, 360, 640, 2)
    assert register.shrink(frames[:, :200, :300]).shape == (1, 200, 300, 2)
    assert AGREEMENT_MIN < 1.0
