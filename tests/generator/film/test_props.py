"""Things: within the kernel's limits, on the floor, of their size, in their colour."""

import math

import numpy as np
import pytest

from generator.errors import GeneratorError
from generator.film import groups, pictures, shapes
from generator.film.contact_sheet import portrait
from generator.film.materials import linear
from generator.film.props import catalogue
from generator.film.props.catalogue import PROPS
from generator.film.scenes import LIGHTS_MAX, SHAPES_PER_GROUP_MAX, Group
from generator.film.shapes import Kind
from generator.language import lexicon

GROUPS_PER_PROP_MAX = 24  # So that a dozen things and a place fit a scene.
ROOTS_MAX = 0.65  # Metres that roots and rocks may reach below the floor.
ROOTED = {"campfire", "bridge", "owl"}  # They stand in the ground a little.
COLOURLESS = {"campfire"}  # What burns has no colour but its own.


def _materials(made: tuple[Group, ...]) -> set[tuple[float, float, float]]:
    return {shape.material.colour for group in made for shape in group.shapes}


@pytest.mark.parametrize("kind", PROPS)
def test_a_thing_is_within_the_limits_of_a_scene(kind: str) -> None:
    made = catalogue.build(kind, seconds=0.7)

    assert 1 <= len(made) <= GROUPS_PER_PROP_MAX
    for group in made:
        assert 1 <= len(group.shapes) <= SHAPES_PER_GROUP_MAX
        assert not group.shapes[0].cut
        for shape in group.shapes:
            assert all(math.isfinite(value) for value in (*shape.sizes, *shape.pose.at))
            rotation = np.array(shape.pose.turn)
            assert np.allclose(rotation @ rotation.T, np.eye(3), atol=1e-6)
            assert np.linalg.det(rotation) == pytest.approx(1.0, abs=1e-6)
            if shape.kind is Kind.ELLIPSOID and not shape.cut:
                assert max(shape.sizes) / min(shape.sizes) < 8.0
    glowing = sum(
        group.lights and any(shape.material.glow > 0 for shape in group.shapes) for group in made
    )
    assert glowing <= LIGHTS_MAX // 4


@pytest.mark.parametrize("kind", PROPS)
def test_a_thing_stands_on_the_floor_and_has_its_size(kind: str) -> None:
    prop = PROPS[kind]
    low, high = groups.bounds(catalogue.build(kind))

    rooted = prop.material in ("leaf", "stone", "snow") or kind in ROOTED
    assert low[1] <= max(0.06, 0.02 * prop.size[1])
    assert low[1] >= (-ROOTS_MAX if rooted else -max(0.015, 0.02 * prop.size[1]))
    assert high[0] - low[0] == pytest.approx(prop.size[0], rel=0.02, abs=0.004)
    assert high[1] == pytest.approx(prop.size[1], rel=0.02, abs=0.004)
    assert high[2] - low[2] == pytest.approx(prop.size[2], rel=0.02, abs=0.004)
    # It stands about the origin: a place for it is a place for its middle.
    assert abs(high[0] + low[0]) / 2 < 0.3 * prop.size[0] + 0.02
    assert abs(high[2] + low[2]) / 2 < 0.3 * prop.size[2] + 0.02


@pytest.mark.parametrize("kind", sorted(set(PROPS) - COLOURLESS))
def test_a_thing_takes_the_colour_asked_for(kind: str) -> None:
    asked = (12, 200, 180)

    made = catalogue.build(kind, colour=asked)

    wanted = linear(asked)
    own = _materials(catalogue.build(kind))
    fresh = _materials(made) - own
    # At least one surface has the very colour or a shade of it.
    shares = [
        sum(a * b for a, b in zip(colour, wanted, strict=True))
        / (math.hypot(*colour) * math.hypot(*wanted))
        for colour in fresh
        if max(colour) > 0
    ]
    assert max(shares) > 0.96


@pytest.mark.parametrize("kind", [kind for kind, prop in PROPS.items() if prop.moves])
def test_what_moves_keeps_its_shapes(kind: str) -> None:
    now, later = catalogue.build(kind, seconds=1.3), catalogue.build(kind, seconds=1.34)

    followed = groups.followed(later, now)

    assert [len(group.shapes) for group in now] == [len(group.shapes) for group in later]
    for group, before in zip(later, now, strict=True):
        assert [s.kind for s in group.shapes] == [s.kind for s in before.shapes]
    assert any(catalogue.build(kind, seconds=at) != now for at in (1.9, 7.3))
    for group in followed:
        assert group.shapes_before is None or len(group.shapes_before) == len(group.shapes)


@pytest.mark.parametrize("kind", [kind for kind, prop in PROPS.items() if prop.walker])
def test_what_walks_keeps_its_shapes_and_moves_its_legs(kind: str) -> None:
    first, second = (catalogue.build(kind, stride=stride) for stride in (0.4, 2.0))

    assert [len(group.shapes) for group in first] == [len(group.shapes) for group in second]
    assert first != second


def test_every_thing_of_the_lexicon_is_in_the_catalogue() -> None:
    names = {concept.name for concept in lexicon.CONCEPTS if concept.slot == "prop"}

    assert names <= set(PROPS)


def test_an_unknown_thing_is_refused() -> None:
    with pytest.raises(GeneratorError, match="zeppelin"):
        catalogue.build("zeppelin")


@pytest.mark.parametrize("kind", ["chair", "cat", "mug"])
def test_a_thing_is_seen_where_it_stands(kind: str) -> None:
    take = portrait(catalogue.build(kind))

    frame = pictures.frame(take, width=96, height=72)

    seen = frame.ids == 7
    assert 0.05 < seen.mean() < 0.6
    assert seen[30:42, 40:56].any()


def test_put_moves_and_numbers_all_groups() -> None:
    made = groups.put(catalogue.build("car"), shapes.pose((3.0, 0.0, -2.0), yaw=0.5), number=9)

    low, high = groups.bounds(made)
    assert (low[0] + high[0]) / 2 == pytest.approx(3.0, abs=0.1)
    assert (low[2] + high[2]) / 2 == pytest.approx(-2.0, abs=0.1)
    assert {group.id for group in made} == {9}
