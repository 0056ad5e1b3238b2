"""The same recording however it was copied, and no other take of the scene."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from fingerprint import motion
from fingerprint.errors import FramesError
from fingerprint.looks import Line
from fingerprint.proxy import Proxy
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


@pytest.mark.parametrize("place", range(4))
def test_another_take_by_a_camera_on_a_rail_is_not(place: int) -> None:
    query, reference = (scenes.proxy(scenes.railed(place, take=take)) for take in (1, 2))

    assert scenes.compare(query, reference).agreement.decision == "differs"


def test_a_copy_of_what_a_camera_on_a_rail_passes_is_the_same_recording() -> None:
    frames = scenes.railed(0, take=1)
    query = scenes.proxy(captioned(clips.reencoded(frames, crf=35)))

    assert scenes.compare(query, scenes.proxy(frames)).agreement.decision == "same recording"


def test_the_way_of_the_camera_alone_tells_nothing() -> None:
    frames = scenes.railed(0, take=0)

    found = scenes.compare(scenes.proxy(clips.reencoded(frames, crf=28)), scenes.proxy(frames))

    assert found.agreement.decision == "cannot tell"


@pytest.mark.parametrize("place", range(3))
def test_another_part_of_the_recording_is_not(place: int) -> None:
    frames = scenes.scene(place, take=1, seconds=8)

    found = scenes.compare(scenes.proxy(frames[:72]), scenes.proxy(frames[96:]))

    assert found.agreement.decision != "same recording"


def test_unrelated_clips_are_not() -> None:
    query, reference = (scenes.proxy(clips.textured(seed)) for seed in (1, 2))

    assert scenes.compare(query, reference).agreement.decision == "differs"


def test_what_moves_in_another_way_in_one_place_is_not_overlooked() -> None:
    frames = scenes.scene(2, take=1, hand=0.0)
    other = frames.copy()
    other[:, :, :160] = frames[::-1, :, :160]

    found = scenes.compare(scenes.proxy(other), scenes.proxy(frames))

    assert found.agreement.decision != "same recording"


@pytest.mark.parametrize("speed", [0.8, 1.07, 1.25, 2.0])
def test_a_copy_at_another_speed_is_placed(speed: float) -> None:
    frames = scenes.scene(4, take=1, seconds=8)
    said = {1.07: 1.1}.get(speed, speed)

    query = scenes.proxy(clips.sped(frames, speed=speed))
    found = scenes.compare(query, scenes.proxy(frames), speed=said, offset=-0.1)

    assert found.agreement.decision == "same recording"
    for at in (0.0, float(query.seconds[-1])):
        assert found.line.at(np.array(at)) == pytest.approx(speed * at, abs=0.08)


def test_a_mirrored_copy_is_the_same_recording(original: Frames) -> None:
    query = scenes.proxy(clips.mirrored(original))

    assert scenes.compare(query, scenes.proxy(original), mirrored=True).agreement.decision == (
        "same recording"
    )
    assert scenes.compare(query, scenes.proxy(original)).agreement.decision == "differs"


def test_the_ends_of_what_is_shown_are_found(original: Frames) -> None:
    part = original[36:84]
    around = clips.textured(30, seconds=2), clips.textured(31, seconds=2)
    query = scenes.proxy(clips.reencoded(np.concatenate([around[0], part, around[1]]), crf=28))

    found = motion.consistency(
        query,
        scenes.proxy(original),
        matrix=UPRIGHT,
        mirrored=False,
        line=Line(1.0, 1.5 - 2.0 + 0.3),
        start=2.5,
        end=3.2,
    )

    assert found.agreement.decision == "same recording"
    assert (found.start, found.end) == pytest.approx((2.0, 4.0), abs=0.13)
    assert found.line.offset == pytest.approx(-0.5, abs=0.04)


STILL = {
    "black": np.zeros((48, 54, 96), np.uint8),
    "a still": np.broadcast_to(clips.textured(1)[:1, ::3, ::3, 1], (48, 60, 107)).copy()[..., :96],
    "one frame": np.full((1, 54, 96), 90, np.uint8),
    "no frame": np.zeros((0, 54, 96), np.uint8),
    "one pixel wide": np.random.default_rng(0).integers(0, 256, (48, 96, 1), np.uint8),
    "one pixel high": np.random.default_rng(0).integers(0, 256, (48, 1, 96), np.uint8),
}


@pytest.mark.parametrize("kind", STILL)
def test_what_does_not_move_tells_nothing(kind: str) -> None:
    frames = STILL[kind]
    still = Proxy(frames, np.arange(len(frames)) / 8)
    lively = scenes.proxy(scenes.scene(1, take=1))
    line = Line(1.0, 0.0)

    for query, reference in ((still, still), (lively, still), (still, lively)):
        found = motion.consistency(
            query, reference, matrix=UPRIGHT, mirrored=False, line=line, start=0.0, end=5.0
        )
        assert found.agreement.decision != "same recording"
    assert scenes.compare(lively, lively).agreement.decision == "same recording"


@pytest.mark.parametrize(
    ("matrix", "line"),
    [
        (((1.0, 0.0, 40.0), (0.0, 1.0, 0.0)), Line(1.0, 0.0)),  # Beside the picture.
        (((30.0, 0.0, 0.0), (0.0, 30.0, 0.0)), Line(1.0, 0.0)),  # Smaller than a block.
        (UPRIGHT, Line(1.0, 100.0)),  # After the end.
        (UPRIGHT, Line(1e9, -5.0)),
        (UPRIGHT, Line(1e-9, 1.0)),
    ],
)
def test_without_overlap_there_is_nothing_to_tell(matrix: Matrix, line: Line) -> None:
    clip = scenes.proxy(scenes.scene(1, take=1))

    found = motion.consistency(
        clip, clip, matrix=matrix, mirrored=False, line=line, start=0.0, end=5.0
    )

    assert found.agreement.decision != "same recording"


@pytest.mark.parametrize(
    ("matrix", "line", "end"),
    [
        (((np.nan, 0.0, 0.0), (0.0, 1.0, 0.0)), Line(1.0, 0.0), 5.0),
        (((1.0, 0.0, np.inf), (0.0, 1.0, 0.0)), Line(1.0, 0.0), 5.0),
        (((1.0, 1.0, 0.0), (1.0, 1.0, 0.0)), Line(1.0, 0.0), 5.0),
        (UPRIGHT, Line(np.nan, 0.0), 5.0),
        (UPRIGHT, Line(-1.0, 0.0), 5.0),
        (UPRIGHT, Line(1.0, 0.0), np.nan),
    ],
)
def test_what_is_no_geometry_or_line_is_refused(matrix: Matrix, line: Line, end: float) -> None:
    clip = scenes.proxy(scenes.scene(1, take=1, seconds=1))

    with pytest.raises(FramesError):
        motion.consistency(clip, clip, matrix=matrix, mirrored=False, line=line, start=0.0, end=end)
