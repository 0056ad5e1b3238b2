"""However a mark says that a picture was changed, an output is compared or is not."""

import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from rightsd.adapters import crops, media, readings
from rightsd.adapters.readings import Reading
from tests import pictures
from watermark import lattice
from watermark.detect import Geometry

FRAMES = np.repeat(np.stack([pictures.clouds(1), pictures.clouds(2)]), 12, axis=0)


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("output") / "a.mp4"
    media.write_video(path, width=320, height=180, fps=Fraction(24), frames=[FRAMES])
    return path


@pytest.fixture(scope="module")
def reading(output: Path) -> Reading:
    return readings.read(output, limits=media.LIMITS)


def geometry(
    scale: float, degrees: float, *, mirrored: bool, centre: tuple[float, float]
) -> Geometry:
    size, turn = lattice.PERIODS / scale, math.radians(degrees)
    along, across = size * math.cos(turn), size * math.sin(turn)
    side = -1 if mirrored else 1
    return Geometry(((along * side, across), (-across * side, along)), centre)


def test_an_output_that_was_not_changed_is_found(output: Path, reading: Reading) -> None:
    tiles = lattice.PERIODS / 2
    centre = (tiles * 320 / 180 % 1, tiles % 1)
    whole = geometry(1.0, 0.0, mirrored=False, centre=centre)

    found = crops.change(reading.content, output, whole, height=180, width=320, limits=media.LIMITS)

    assert found is not None


@pytest.mark.slow
def test_any_geometry_is_tried(output: Path, reading: Reading) -> None:
    rng = np.random.default_rng(7)

    for height, width in [(1, 1), (1, 4096), (180, 320), (720, 1280)]:
        any_ = geometry(
            float(np.exp(rng.uniform(-2, 2))),
            float(rng.uniform(-180, 180)),
            mirrored=bool(rng.integers(2)),
            centre=(float(rng.random()), float(rng.random())),
        )

        found = crops.change(
            reading.content, output, any_, height=height, width=width, limits=media.LIMITS
        )

        assert found is None or len(found.seconds)
