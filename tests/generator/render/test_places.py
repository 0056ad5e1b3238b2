import numpy as np
import pytest

from generator.base import Shot
from generator.render import floors, lights, sets, things
from generator.render.solids import Limb
from generator.simulate.world import Placed


def shot(place: str, light: str, weather: str) -> Shot:
    return Shot(
        seconds=1.0, lens_mm=28.0, f_stop=8.0, size="wide", angle="eye", move="static", place=place,
        light=light, weather=weather, motion="bounce", cast=(), props=(), dialogue=(), cues=(),
    )  # fmt: skip


@pytest.mark.parametrize("place", floors.PLACES)
def test_a_set_is_finite_positive_light(place: str) -> None:
    weather = "rain" if place == "street" else "clear"
    dressed = sets.dress(shot(place, "night", weather), seed=3)

    for texture in (dressed.sky, dressed.floor, *(wall.texture for wall in dressed.walls)):
        assert texture.dtype == np.float32
        assert np.isfinite(texture).all()
        assert float(texture.min()) >= -1e-3
    assert dressed.solids


@pytest.mark.parametrize("name", lights.LIGHTS)
def test_every_light_shines_from_above_in_every_weather(name: str) -> None:
    for weather in ("clear", "rain", "snow", "fog"):
        for place in ("park", "room"):
            under = lights.light(name, place=place, weather=weather, seed=2)

            assert under.sun[1] > 0.25
            assert np.linalg.norm(under.sun) == pytest.approx(1.0)


@pytest.mark.parametrize("kind", things.KINDS)
def test_a_prop_is_built_of_solids_that_stand_on_the_floor(kind: str) -> None:
    solids = things.build(Placed(kind, (120, 90, 60), 1.0, -2.0, 0.3, 1.0))

    assert solids
    low = min(
        min(solid.a[1], solid.b[1]) if isinstance(solid, Limb)
        else solid.centre[1] - solid.half[1]
        for solid in solids
    )  # fmt: skip
    assert low == pytest.approx(0.05, abs=0.06)
