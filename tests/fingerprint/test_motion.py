"""The same recording however it was copied, and no other take of the scene."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from fingerprint.registration import Matrix
from tests.fingerprint import clips, scenes
from tests.fingerprint.clips import Frames
from tests.fingerprint.scenes import UPRIGHT


@pytest.fixture(scope="module")
def original() -> Frames:
    return scenes.scene(1, take=1)


def cropped(frames: Frames) -> Frames:
    """The upper left of the middle, half as large in each direction."""
    return frames[:, 30:120, 60:220]


def inset(frames: Frames) -> Frames:
    """The clip at half size in the lower right corner of another one."""
    out = clips.textured(9)[: len(frames)].copy()
    for frame, small in zip(out, frames, strict=True):
        frame[clips.HEIGHT // 2 :, clips.WIDTH // 2 :] = small[::2, ::2]
    return out


def turned(frames: Frames) -> Frames:
    """Turned by 10 degrees, with black corners."""
    middle = (clips.WIDTH / 2 - 0.5, clips.HEIGHT / 2 - 0.5)
    turn = cv2.getRotationMatrix2D(middle, 10, 1.0)
    size = (clips.WIDTH, clips.HEIGHT)
    return np.stack([np.asarray(cv2.warpAffine(frame, turn, size), np.uint8) for frame in frames])


def captioned(frames: Frames) -> Frames:
    out = frames.copy()
    for frame in out:
        cv2.putText(frame, "wait for it", (20, 150), cv2.FONT_HERSHEY_SIMPLEX, 1, (255,) * 3, 2)
    return out


def covered(frames: Frames) -> Frames:
    """With somebody else's moving picture over a ninth of it."""
    out, other = frames.copy(), clips.textured(8)
    out[:, 120:, 213:] = other[: len(out), 120:, 213:]
    return out


COSINE, SINE = float(np.cos(np.pi / 18)), float(np.sin(np.pi / 18))
COPIES: dict[str, tuple[Callable[[Frames], Frames], Matrix]] = {
    "itself": (lambda frames: frames, UPRIGHT),
    "crf 35": (lambda frames: clips.reencoded(frames, crf=35), UPRIGHT),
    "crf 42 at half size": (lambda frames: clips.reencoded(frames, crf=42, scale=0.5), UPRIGHT),
    "cropped": (cropped, ((0.5, 0.0, (140 - 160) / 320), (0.0, 0.5, (75 - 90) / 320))),
    "inset": (inset, ((2.0, 0.0, -0.5), (0.0, 2.0, -90 / 320))),
    "turned": (turned, ((COSINE, -SINE, 0.0), (SINE, COSINE, 0.0))),
    "captioned": (captioned, UPRIGHT),
    "covered": (covered, UPRIGHT),
    "paler": (lambda frames: (frames * 0.6 + 70).astype(np.uint8), UPRIGHT),
}


@pytest.mark.parametrize("copy", COPIES)
@pytest.mark.parametrize("askew", [False, True])
def test_a_copy_is_the_same_recording(original: Frames, copy: str, *, askew: bool) -> None:
    change, ((a, b, c), (d, e, f)) = COPIES[copy]
    matrix = ((a * 1.02, b, c + 0.01), (d, e * 1.01, f - 0.01)) if askew else ((a, b, c), (d, e, f))
    query = scenes.proxy(clips.reencoded(change(original), crf=28))

    found = scenes.compare(query, scenes.proxy(original), matrix=matrix, offset=0.4)

    assert found.agreement.decision == "same recording"
    assert found.line.offset == pytest.approx(0.0, abs=0.06)
    assert np.array(found.matrix) == pytest.approx(np.array(COPIES[copy][1]), abs=0.05)


@pytest.mark.parametrize("place", range(6))
def test_another_take_of_the_scene_is_not(place: int) -> None:
    query, reference = (scenes.proxy(scenes.scene(place, take=take)) for take in (1, 2))

    assert scenes.compare(query, reference).agreement.decision == "differs"


@pytest.mark.parametrize("place", range(3))
def test_another_part_of_the_recording_is_not(place: int) -> None:
    frames = scenes.scene(place, take=1, seconds=8)

    found = scenes.compare(scenes.proxy(frames[:72]), scenes.proxy(frames[96:]))

    assert found.agreement.decision == "differs"


def test_unrelated_clips_are_not() -> None:
    query, reference = (scenes.proxy(clips.textured(seed)) for seed in (1, 2))

    assert scenes.compare(query, reference).agreement.decision == "differs"


def test_what_moves_in_another_way_in_one_place_is_not_overlooked() -> None:
    frames = scenes.scene(2, take=1, hand=0.0)
    other = frames.copy()
    other[:, :, :160] = frames[::-1, :, :160]

    found = scenes.compare(scenes.proxy(other), scenes.proxy(frames))

    assert found.agreement.decision != "same recording"
