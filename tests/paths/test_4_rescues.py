"""Step 4: a mark that is not read is verified with the key that the output was marked with."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from generator import registry
from generator.base import Request
from rightsd.adapters import media
from rightsd.adapters.media import Frames
from rightsd.db import generations
from rightsd.domain.generation import Generation
from tests.paths.conftest import PLAIN, World
from tests.watermark import attacks
from watermark.embed import Embedder

pytestmark = pytest.mark.slow

FPS = Fraction(24)
Release = Callable[[str], Path]


@pytest.fixture(scope="module")
def output(world: World) -> Generation:
    made = world.generate(PLAIN | {"seed": 8})
    with world.rt.transaction() as tx:
        found = generations.find(tx, made["id"])
    assert found is not None
    return found


@pytest.fixture(scope="module")
def plain() -> Frames:
    """What the engine draws of that request, before it is marked."""
    engine = registry.engine(registry.DEFAULT)
    request = Request(PLAIN["prompt"], 8, PLAIN["seconds"], PLAIN["width"], PLAIN["height"], FPS)
    clip = engine.generate(request, engine.plan(request), progress=lambda _: None)
    return np.concatenate(list(clip.frames))


@pytest.fixture
def release(world: World, output: Generation, plain: Frames, tmp_path: Path) -> Release:
    """Put another file in the place of the output's, marked with the key of a tenant."""

    def put(tenant: str) -> Path:
        assert output.watermark_id is not None
        assert output.output is not None
        embedder = Embedder(
            world.rt.watermark_keys.newest(),
            output.watermark_id,
            height=PLAIN["height"],
            width=PLAIN["width"],
            strength=1.4,
            tenant=tenant,
            cuts=(0, 36),
        )
        path = tmp_path / "released.mp4"
        media.write_video(
            path, width=320, height=180, fps=FPS, frames=[embedder.mark(plain)], cuts=(0, 36)
        )
        with world.rt.transaction() as tx:
            sha256 = world.rt.blobs.put(path)
            made = replace(output.output, sha256=sha256, size=path.stat().st_size)
            generations.update(tx, replace(output, output=made))
        return path

    return put


def rob(released: Path, folder: Path) -> Path:
    """Write a copy without the lattice: only the layer that has its own key is left."""
    with media.open_video(released) as video:
        frames = np.concatenate([chunk.frames for chunk in video])
    robbed = attacks.notch(frames, width=1.1)
    media.write_video(folder / "copy.mp4", width=320, height=180, fps=FPS, frames=[robbed], crf=26)
    return folder / "copy.mp4"


@pytest.mark.parametrize(("of_account", "noted"), [(True, True), (False, False), (True, False)])
def test_a_mark_is_verified_with_the_key_that_is_on_record(
    world: World,
    output: Generation,
    release: Release,
    tmp_path: Path,
    *,
    of_account: bool,
    noted: bool,
) -> None:
    """An output of which no key is noted is older than accounts' own keys."""
    released = release(output.account_id if of_account else "")
    with world.rt.transaction() as tx:
        if not noted:
            tx.conn.execute(
                "DELETE FROM rights.picture_mark WHERE generation_id = %s", (output.id,)
            )

    answer = world.verify(rob(released, tmp_path))

    assert not answer["watermark"]["found"]
    assert answer["verdict"] == "stripped"
    (part,) = answer["parts"]
    assert part["generation_id"] == output.id
    assert part["with_original"] == (of_account == noted)
