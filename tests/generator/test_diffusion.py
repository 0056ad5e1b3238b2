"""Tiny pipelines of random weights are loaded and run: what they draw is noise, and theirs."""

import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from generator import registry, storyboards
from generator.base import Clip, Fate, Request
from generator.diffusion import UNENROLLED, Diffusion
from generator.errors import GeneratorError
from generator.sound import mixes
from tests.generator.requests import CAMEO, request

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        importlib.util.find_spec("diffusers") is None, reason="the extra diffusion is not installed"
    ),
]
ASKED = replace(
    request('A ball bounces at the beach. A woman says "Hello".'),
    seconds=0.75, width=72, height=64, fps=Fraction(12),
)  # fmt: skip
TWO = "Shot 1: a ball at the beach. Shot 2: a cat in the kitchen."
COMMIT = "0123456789abcdef" * 2 + "01234567"
Engines = Callable[[str], Diffusion]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    pipelines = importlib.import_module("tests.generator.pipelines")
    folder = tmp_path_factory.mktemp("models")
    return cache(lambda name: pipelines.save(name, folder))


@pytest.fixture(scope="module")
def engines(models: Callable[[str], Path]) -> Engines:
    return cache(lambda name: Diffusion(str(models(name)), steps=2))


def made(engine: Diffusion, asked: Request) -> tuple[np.ndarray, Clip]:
    clip = engine.generate(asked, engine.plan(asked), progress=lambda _: None)
    return np.concatenate(list(clip.frames)), clip


@pytest.mark.parametrize("name", ["wan", "ltx", "ltx2", "cogvideox"])
def test_a_model_gives_the_frames_asked_for_and_the_same_by_the_same_seed(
    engines: Engines, name: str
) -> None:
    frames, clip = made(engines(name), ASKED)
    again, _ = made(engines(name), ASKED)
    other, _ = made(engines(name), replace(ASKED, seed=8))

    assert frames.shape == (9, 64, 72, 3)
    assert frames.std() > 5
    assert frames.tobytes() == again.tobytes()
    assert np.abs(frames.astype(int) - other).mean() > 1
    assert clip.audio.shape == (round(0.75 * mixes.RATE), 2)
    assert 0.05 < np.abs(clip.audio).max() <= 1


def test_frames_come_at_the_rate_the_model_was_trained_on(engines: Engines) -> None:
    # CogVideoX was trained on 8 frames a second: at 12, every second one of its frames is held.
    frames, _ = made(engines("cogvideox"), ASKED)

    held = [bool((a == b).all()) for a, b in pairwise(frames)]

    assert held == [True, False, False, True, False, False, True, False]


def test_a_model_with_sound_is_heard_and_one_without_is_accompanied(engines: Engines) -> None:
    other = replace(ASKED, prompt='A dog in the snow. A man says "Hello".')
    silent = [made(engines("ltx"), asked)[1].audio for asked in (ASKED, ASKED)]
    sounding = [made(engines("ltx2"), asked)[1] for asked in (ASKED, other)]

    assert silent[0].tobytes() == silent[1].tobytes()
    assert np.abs(sounding[0].audio - sounding[1].audio).max() > 0.001
    kinds = [
        {asset.kind for asset in engines(name).assets(sounding[0].storyboard)}
        for name in ("ltx", "ltx2")
    ]
    assert kinds == [{"model", "voice", "sound"}, {"model"}]


def test_shots_have_seeds_of_their_own_so_one_can_change_alone(engines: Engines) -> None:
    asked = replace(ASKED, prompt=TWO, seconds=1.0)
    engine = engines("ltx")
    board = engine.plan(asked)
    edited = replace(
        board, shots=(board.shots[0], replace(board.shots[1], text="a dog in the snow"))
    )

    first = engine.generate(asked, board, progress=lambda _: None)
    second = engine.generate(asked, edited, progress=lambda _: None)
    frames = [np.concatenate(list(clip.frames)) for clip in (first, second)]

    assert [shot.text for shot in board.shots] == ["a ball at the beach.", "a cat in the kitchen."]
    assert frames[0][:6].tobytes() == frames[1][:6].tobytes()
    assert (frames[0][6:] != frames[1][6:]).mean() > 0.5
    assert (frames[0][:6] != frames[0][6:]).mean() > 0.5


def test_whoever_stops_it_stops_it_between_two_steps(engines: Engines) -> None:
    told: list[float] = []

    class Stopped(Exception):  # noqa: N818 - Not an error: someone asked to stop.
        pass

    def stop(share: float) -> None:
        told.append(share)
        if share > 0:
            raise Stopped

    engine = engines("ltx")
    made(engine, ASKED)
    began = time.monotonic()
    with pytest.raises(Stopped):
        engine.generate(ASKED, engine.plan(ASKED), progress=stop)

    assert time.monotonic() - began < 5  # Of steps that take a fraction of that, on a busy machine.
    assert len(told) == 2
    assert told[1] < 0.6
    made(engine, ASKED)  # Nor does it keep the model to itself.


def test_no_word_is_called_drawn_and_a_strict_request_is_refused(engines: Engines) -> None:
    board = engines("ltx").plan(ASKED)

    assert {word.fate for word in board.words} <= {Fate.APPROXIMATED, Fate.NOT_DRAWN}
    assert storyboards.coverage(board) == 0
    with pytest.raises(GeneratorError, match="0% would be drawn"):
        engines("ltx").plan(replace(ASKED, strict=0.5))


def test_a_model_knows_nobody_who_is_enrolled(engines: Engines) -> None:
    asked = replace(ASKED, prompt="@aya waves in the park.", cameos=(CAMEO,))

    board = engines("ltx").plan(asked)

    (word,) = (word for word in board.words if word.text.strip("@") == "aya")
    assert (word.fate, word.reason) == (Fate.NOT_DRAWN, UNENROLLED)
    made(engines("ltx"), asked)


def test_a_shot_that_is_longer_than_the_model_makes_one_is_refused(engines: Engines) -> None:
    with pytest.raises(GeneratorError, match=r"at most 6\.1 seconds"):
        engines("cogvideox").plan(replace(ASKED, seconds=8.0))

    engines("cogvideox").plan(replace(ASKED, prompt=TWO, seconds=8.0))


def test_a_storyboard_survives_json_with_what_the_model_is_told(engines: Engines) -> None:
    board = engines("ltx").plan(replace(ASKED, prompt=TWO))

    assert storyboards.from_json(storyboards.to_json(board)) == board


def test_the_registry_loads_the_model_after_the_colon(models: Callable[[str], Path]) -> None:
    engine = registry.engine(f"diffusion:{models('ltx')}")

    assert engine.digital_source_type.endswith("/trainedAlgorithmicMedia")
    (model, *_) = engine.assets(engine.plan(ASKED))
    assert (model.kind, model.name, model.licence) == ("model", "ltx", "apache-2.0")
    with pytest.raises(GeneratorError, match="40 digits"):
        registry.engine("diffusion")


def test_damaged_weights_are_refused_in_one_sentence(
    models: Callable[[str], Path], tmp_path: Path
) -> None:
    folder = shutil.copytree(models("ltx"), tmp_path / "ltx")
    damaged = folder / "transformer" / "diffusion_pytorch_model.safetensors"
    damaged.write_bytes(damaged.read_bytes()[:1000])
    engine = Diffusion(str(folder), steps=2)

    with pytest.raises(GeneratorError, match="cannot be loaded"):
        engine.generate(ASKED, engine.plan(ASKED), progress=lambda _: None)


SCRIPT = f"""
import sys
from generator.diffusion import Diffusion
from tests.generator.test_diffusion import ASKED, made
engine = Diffusion("someone/tiny@{COMMIT}", steps=2)
frames, clip = made(engine, ASKED)
model = engine.assets(clip.storyboard)[0]
print(frames.shape[0], model.name, model.revision, model.licence)
"""


def test_a_commit_that_was_fetched_before_needs_no_hub(
    models: Callable[[str], Path], tmp_path: Path
) -> None:
    # Laid as the hub's client keeps what it fetched.
    kept = tmp_path / "hub" / "models--someone--tiny"
    shutil.copytree(models("ltx"), kept / "snapshots" / COMMIT)

    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=250, check=False,
        env={**os.environ, "HF_HUB_CACHE": str(tmp_path / "hub"), "HF_HUB_OFFLINE": "1"},
    )  # fmt: skip

    assert ran.stdout.split() == ["9", "someone/tiny", COMMIT, "apache-2.0"], ran.stderr[-2000:]
