"""Step 10: what is sent with a request is a copy whatever part of a work it shows or plays."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path

import cv2
import numpy as np
import pytest

from generator import registry
from generator.base import Clip, Request
from rightsd.adapters import media
from rightsd.adapters.media import Frames
from tests.paths.conftest import World, build

pytestmark = pytest.mark.slow

FPS = Fraction(24)
WIDTH, HEIGHT, SECONDS = 480, 270, 3
PROMPT = "Shot 1: a red ball bounces in a park and a woman says: every river finds the sea."
OTHER = "Shot 1: a boat on the sea at night and a man says: seven lamps are lit."


@dataclass(frozen=True)
class Drawn:
    """What the engine makes of a prompt, without any mark."""

    clip: Clip
    frames: Frames


def draw(prompt: str, seed: int) -> Drawn:
    engine = registry.engine(registry.DEFAULT)
    request = Request(prompt, seed, SECONDS, WIDTH, HEIGHT, FPS)
    clip = engine.generate(request, engine.plan(request), progress=lambda _: None)
    return Drawn(clip, np.concatenate(list(clip.frames)))


def save(path: Path, frames: Frames, sound: Clip | None = None) -> Path:
    height, width = frames.shape[1:3]
    write = partial(media.write_video, path, width=width, height=height, fps=FPS, frames=[frames])
    if sound is None:
        write()
    else:
        write(audio=sound.audio, rate=sound.rate)
    return path


@pytest.fixture(scope="module")
def work() -> Drawn:
    return draw(PROMPT, 21)


@pytest.fixture(scope="module")
def other() -> Drawn:
    return draw(OTHER, 4)


@pytest.fixture(scope="module")
def kept(
    server: str, template: str, home: Path, tmp_path_factory: pytest.TempPathFactory, work: Drawn
) -> Iterator[World]:
    """A daemon that knows one clip of a work which is opted out."""
    folder = tmp_path_factory.mktemp("copies")
    for world in build(server, template, home, folder):
        brand = world.clients["rights_holder"]
        made = brand.post("/v1/works", json={"kind": "work", "title": "The River Film"}).json()
        assert brand.post("/v1/optouts", json={"work_id": made["id"]}).status_code == 201
        with save(folder / "work.mp4", work.frames, work.clip).open("rb") as file:
            answer = brand.post(f"/v1/works/{made['id']}/references", files={"file": file})
        assert answer.status_code == 201, answer.text
        assert answer.json()["grey_copy"] is True
        yield world


def decide(world: World, path: Path) -> tuple[str, list[dict]]:
    """Return what the gate says of a request with which a file comes, and why."""
    creator = world.clients["creator"]
    with path.open("rb") as file:
        sent = creator.post("/v1/references", files={"file": file})
    assert sent.status_code == 201, sent.text
    wanted = {"prompt": "a red kite", "references": [sent.json()["id"]]}
    decision = creator.post("/v1/generations/preflight", json=wanted).json()
    return decision["outcome"], decision["reasons"]


def cropped(frames: Frames) -> Frames:
    """Return the middle three quarters of both sides: in less, too little moves."""
    high, wide = HEIGHT // 8, WIDTH // 8
    return np.ascontiguousarray(frames[:, high : high + 202, wide : wide + 360])


def within(frames: Frames, around: Frames) -> Frames:
    """Return pictures in the corner of others."""
    both = around[: len(frames)].copy()
    high, wide = round(HEIGHT * 0.6), round(WIDTH * 0.6)
    for there, frame in zip(both, frames, strict=True):
        there[-high - 8 : -8, 8 : 8 + wide] = cv2.resize(frame, (wide, high))
    return both


def turned(frames: Frames) -> Frames:
    return np.ascontiguousarray(np.rot90(frames, axes=(1, 2))[:, :, : WIDTH // 2 * 2])


@pytest.mark.parametrize("change", ["cropped", "within", "turned"])
def test_a_part_of_a_work_is_refused(
    kept: World, work: Drawn, other: Drawn, tmp_path: Path, change: str
) -> None:
    frames = {
        "cropped": lambda: cropped(work.frames),
        "within": lambda: within(work.frames, other.frames),
        "turned": lambda: turned(work.frames),
    }[change]()

    outcome, reasons = decide(kept, save(tmp_path / "copy.mp4", frames))

    assert outcome == "refuse"
    (reason,) = reasons
    assert (reason["rule"], reason["evidence"]["by"]) == ("reference.opted_out", "points")


def test_the_sound_of_a_work_under_other_pictures_waits_for_a_reviewer(
    kept: World, work: Drawn, other: Drawn, tmp_path: Path
) -> None:
    path = save(tmp_path / "sound.mp4", other.frames, work.clip)

    outcome, reasons = decide(kept, path)

    assert outcome == "hold"
    (reason,) = reasons
    assert (reason["rule"], reason["evidence"]["by"]) == ("reference.resembles", "sound")


def test_what_has_nothing_of_a_work_passes(kept: World, other: Drawn, tmp_path: Path) -> None:
    assert decide(kept, save(tmp_path / "other.mp4", other.frames, other.clip)) == ("allow", [])


def test_another_take_of_the_scene_is_not_refused(kept: World, tmp_path: Path) -> None:
    take = draw(PROMPT, 22)

    outcome, _ = decide(kept, save(tmp_path / "take.mp4", take.frames))

    assert outcome != "refuse"
