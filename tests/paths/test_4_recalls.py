"""Step 4: parts of pictures, pictures in others and sounds are found without any mark in them."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import pytest

from generator import registry
from generator.base import Clip, Request
from rightsd.adapters import media
from rightsd.adapters.media import Frames
from rightsd.domain.verdict import Kind
from rightsd.workflows import verifications
from tests.indexes import FullRecall
from tests.paths.conftest import PLAIN, World
from tests.paths.test_4_sounds import write

pytestmark = pytest.mark.slow

FPS = Fraction(24)
WANTED = PLAIN | {"prompt": "a red ball bounces in a park", "seed": 21}
# Three seconds of a quiet park are too few to know a sound without its mark by one that has it.
SOUNDING = PLAIN | {
    "prompt": "a red ball bounces at the beach in the rain",
    "seed": 21,
    "seconds": 5,
}


@pytest.fixture(scope="module")
def output(world: World) -> str:
    return str(world.generate(WANTED)["id"])


@pytest.fixture(scope="module")
def sounding(world: World) -> str:
    return str(world.generate(SOUNDING)["id"])


def draw(seed: int) -> Frames:
    """Return what the engine draws of that request, or of another take: without any mark."""
    return np.concatenate(list(make(WANTED | {"seed": seed}).frames))


def make(wanted: dict) -> Clip:
    engine = registry.engine(registry.DEFAULT)
    request = Request(
        wanted["prompt"],
        wanted["seed"],
        wanted["seconds"],
        wanted["width"],
        wanted["height"],
        FPS,
    )
    return engine.generate(request, engine.plan(request), progress=lambda _: None)


def save(path: Path, frames: Frames) -> Path:
    height, width = frames.shape[1:3]
    media.write_video(path, width=width, height=height, fps=FPS, frames=[frames])
    return path


def within(frames: Frames, *, share: float) -> Frames:
    """Return pictures within others, which move and are nobody's."""
    height, width = frames.shape[1:3]
    rng = np.random.default_rng(5)
    wall = cv2.resize(rng.integers(0, 255, (9, 40, 3), np.uint8), (4 * width, height))
    framed = np.stack([wall[:, 4 * at : 4 * at + width] for at in range(len(frames))])
    high, wide = round(height * share), round(width * share)
    for there, frame in zip(framed, frames, strict=True):
        there[-high - 8 : -8, 8 : 8 + wide] = cv2.resize(frame, (wide, high))
    return framed


def cut_out(frames: Frames) -> Frames:
    """Return 60 % of the sides of each picture, from one side."""
    height, width = frames.shape[1:3]
    high, wide = round(height * 0.3) * 2, round(width * 0.3) * 2
    return np.ascontiguousarray(frames[:, 10 : 10 + high, 20 : 20 + wide])


@pytest.mark.parametrize("change", ["cut out", "within"])
def test_a_part_and_a_picture_in_a_picture_are_found(
    world: World, output: str, tmp_path: Path, change: str
) -> None:
    frames = draw(WANTED["seed"])
    changed = cut_out(frames) if change == "cut out" else within(frames, share=0.6)

    answer = world.verify(save(tmp_path / "copy.mp4", changed))

    assert answer["verdict"] in {"stripped", "altered"}
    (part,) = answer["parts"]
    assert part["generation_id"] == output
    assert not part["marked"]


def test_another_take_of_the_scene_is_nobodys(world: World, output: str, tmp_path: Path) -> None:
    frames = draw(WANTED["seed"] + 1)

    answer = world.verify(save(tmp_path / "take.mp4", within(frames, share=0.6)))

    assert output not in {part["generation_id"] for part in answer["parts"]}


def test_sound_alone_is_found(world: World, sounding: str, tmp_path: Path) -> None:
    clip = make(SOUNDING)

    answer = world.verify(write(tmp_path / "sound.m4a", clip.audio, clip.rate))

    assert answer["sound"]["generation_id"] == sounding
    assert answer["sound"]["bond"] == "same"
    assert not answer["sound"]["found"]


def test_sound_alone_is_unchecked_while_nothing_can_be_asked(
    world: World, sounding: str, tmp_path: Path
) -> None:
    clip = make(SOUNDING)
    path = write(tmp_path / "sound.m4a", clip.audio, clip.rate)

    found = verifications.verify(replace(world.rt, recall=FullRecall()), path)

    assert found.verdict.kind is Kind.UNCHECKED
    assert not found.compared
