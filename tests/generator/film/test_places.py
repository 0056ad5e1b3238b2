from dataclasses import replace

import numpy as np
import pytest

from generator.film import arrays, groups, lights, pictures, scenes, weathers
from generator.film.places import catalogue, surfaces
from generator.film.places.sets import STAGE_BACK, STAGE_FRONT, STAGE_SIDE, Place
from generator.film.scenes import Scene, Take, camera

HEADROOM = 2.0  # Metres over the stage that stay free.
STEP = 0.07  # What may lie on the floor: rugs, paths, kerbs.


def whole(place: Place) -> tuple[scenes.Group, ...]:
    pieces = (group for piece in place.pieces for group in piece)
    walls = (group for wall in place.walls for group in wall.groups)
    return (*place.groups, *pieces, *walls)


def scene(name: str, light: str, weather: str = "clear", *, seed: int = 3) -> Scene:
    place = catalogue.build(name, seed=seed, lamps=lights.LIGHTS[light].lamps)
    lighting = lights.light(light, place=place, seed=seed)
    lighting, falls = weathers.changed(lighting, weather, indoors=place.indoors)
    place = weathers.covered(place, weather)
    lamps = tuple(
        replace(lamp, colour=tuple(value * lighting.lamps for value in lamp.colour))
        for lamp in place.lamps
    )
    return Scene(
        whole(place), place.planes, place.terrain, lamps + lighting.lights, lighting.sun,
        lighting.sky, lighting.fog, falls, lighting.grade, seconds=1.0, seed=seed,
    )  # fmt: skip


def frame(shown: Scene, *, width: int = 64, height: int = 36) -> pictures.Frame:
    view = camera((0.3, 1.3, 3.6), (0, 1.0, -0.3), lens_mm=26, f_number=8)
    return pictures.frame(Take(shown, view), width=width, height=height)


@pytest.mark.parametrize("name", catalogue.PLACES)
@pytest.mark.parametrize("weather", ["clear", "snow", "storm"])
def test_a_place_is_within_the_kernels_limits(name: str, weather: str) -> None:
    packed = arrays.pack(scene(name, "night", weather))

    assert 0 < len(packed.groups) <= scenes.GROUPS_MAX / 2  # The rest is for what is asked for.
    assert len(packed.shapes) <= scenes.SHAPES_MAX / 2
    assert len(packed.materials) <= scenes.MATERIALS_MAX / 2
    assert np.isfinite(packed.shapes["at"]).all()


@pytest.mark.parametrize("name", catalogue.PLACES)
def test_nothing_of_a_place_stands_on_its_stage(name: str) -> None:
    for seed in range(4):
        for group in whole(catalogue.build(name, seed=seed, lamps=1.0)):
            for shape in group.shapes:
                if shape.cut:
                    continue
                low, high = groups.bounds((replace(group, shapes=(shape,)),))
                over = low[1] < HEADROOM and high[1] > STEP
                aside = low[0] >= STAGE_SIDE or high[0] <= -STAGE_SIDE
                assert not over or aside or low[2] >= STAGE_FRONT or high[2] <= STAGE_BACK, shape


@pytest.mark.parametrize("name", catalogue.PLACES)
def test_a_place_is_the_same_for_a_seed_and_another_for_another(name: str) -> None:
    one = catalogue.build(name, seed=1, lamps=0.5)

    assert catalogue.build(name, seed=1, lamps=0.5) == one
    assert any(catalogue.build(name, seed=seed, lamps=0.5) != one for seed in (2, 3, 4))


@pytest.mark.parametrize("light", lights.LIGHTS)
@pytest.mark.parametrize("name", catalogue.PLACES)
def test_a_picture_is_neither_black_nor_burnt(name: str, light: str) -> None:
    rgb = frame(scene(name, light)).rgb.astype(np.float64)
    grey = rgb @ (0.2126, 0.7152, 0.0722)

    assert 18 <= np.median(grey) <= 222
    assert (grey > 250).mean() < 0.12
    assert (grey < 6).mean() < 0.3
    assert grey.std() > 8  # There is something in it.


@pytest.mark.parametrize("light", lights.LIGHTS)
def test_dark_lights_are_darker_than_noon(light: str) -> None:
    place = catalogue.build("meadow", seed=3, lamps=0.0)
    noon = lights.light("noon", place=place, seed=3)
    here = lights.light(light, place=place, seed=3)

    assert here.sun.direction[1] > 0
    assert np.linalg.norm(here.sun.direction) == pytest.approx(1.0)
    if light in lights.DARK:
        assert here.day < noon.day / 4
        assert here.lamps > noon.lamps
        assert min(here.key) > 0  # A face can be read.


def test_the_same_scene_gives_the_same_bytes() -> None:
    one, two = (frame(scene("temple", "dusk", "rain"), width=96, height=54) for _ in range(2))

    assert (one.rgb == two.rgb).all()
    assert (one.ids == two.ids).all()


def test_snow_lies_on_the_ground_and_on_things_but_not_indoors() -> None:
    park = catalogue.build("park", seed=3, lamps=0.0)
    room = catalogue.build("room", seed=3, lamps=0.0)

    laden = weathers.covered(park, "snow")

    assert laden.planes[0].material == surfaces.SNOW
    before = sum(len(group.shapes) for piece in park.pieces for group in piece)
    after = sum(len(group.shapes) for piece in laden.pieces for group in piece)
    assert after > before + 50
    assert weathers.covered(room, "snow") == room


@pytest.mark.parametrize("weather", weathers.WEATHERS)
def test_a_weather_keeps_its_promise(weather: str) -> None:
    place = catalogue.build("street", seed=3, lamps=0.0)
    clear = lights.light("noon", place=place, seed=3)

    lighting, falls = weathers.changed(clear, weather, indoors=False)
    _, inside = weathers.changed(clear, weather, indoors=True)

    rains = {"rain": "rain", "storm": "rain", "snow": "snow", "dust": "dust"}
    assert falls.falling == rains.get(weather, "nothing")
    assert inside.falling == "nothing"
    assert (lighting.fog.density > 0.03) == (weather in ("fog", "dust"))
    assert weather == "clear" or sum(lighting.sun.colour) < sum(clear.sun.colour)
    if weather in ("rain", "storm"):
        floor = weathers.covered(place, weather).planes[0].material
        assert floor.mirror > place.planes[0].material.mirror
