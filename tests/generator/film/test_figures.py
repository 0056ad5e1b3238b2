"""Figures: within limits, on their feet, in their colours, with a face that is shut at rest."""

import math
from dataclasses import replace

import pytest

from generator.base import Look
from generator.errors import GeneratorError
from generator.film import figures, groups, hair, heads
from generator.film.materials import linear
from generator.film.outfits import BOTTOMS, TOPS, Outfit
from generator.film.scenes import SHAPES_PER_GROUP_MAX, Group
from generator.simulate import actions
from generator.simulate.actions import ACTIONS
from generator.simulate.skeletons import SKELETONS, Face

LOOK = Look((200, 150, 120), (60, 40, 30), (30, 140, 90), 1.7, 150.0)
GROUPS_PER_FIGURE_MAX = 44


def _figure(
    build: str = "woman", action: str = "stand", at: float = 1.0, **changes: str
) -> tuple[Group, ...]:
    outfit = Outfit(top=changes.get("top", "jumper"), bottom=changes.get("bottom", "trousers"))
    return figures.figure(
        LOOK,
        build=build,
        pose=actions.pose(action, at, build=build),
        outfit=outfit,
        hair_style=changes.get("hair_style", "short"),
    )


@pytest.mark.parametrize("build", SKELETONS)
@pytest.mark.parametrize("top", TOPS)
def test_a_figure_is_within_limits_and_as_tall_as_its_look(build: str, top: str) -> None:
    for bottom in BOTTOMS:
        made = _figure(build, top=top, bottom=bottom)

        assert len(made) <= GROUPS_PER_FIGURE_MAX
        for group in made:
            assert 1 <= len(group.shapes) <= SHAPES_PER_GROUP_MAX
            assert not group.shapes[0].cut
        low, high = groups.bounds(made)
        assert -0.005 <= low[1] <= 0.01
        # Hair stands above the crown, and a stoop takes some.
        assert 1.5 <= high[1] <= 1.86


@pytest.mark.parametrize("action", ACTIONS)
def test_a_figure_keeps_its_shapes_through_an_action(action: str) -> None:
    before = _figure("man", action, 0.5)
    for n in range(1, 12):
        now = _figure("man", action, 0.5 + 0.2 * n)
        followed = groups.followed(now, before)

        assert [[s.kind for s in g.shapes] for g in now] == [
            [s.kind for s in g.shapes] for g in before
        ]
        assert all(
            g.shapes_before is None or len(g.shapes_before) == len(g.shapes) for g in followed
        )
        before = now


@pytest.mark.parametrize("style", hair.STYLES)
def test_hair_is_of_its_colour_and_leaves_the_eyes_free(style: str) -> None:
    colour = linear((206, 168, 96))

    made = hair.hair(colour, style)

    for group in made:
        assert 1 <= len(group.shapes) <= SHAPES_PER_GROUP_MAX
    if made:
        assert any(s.material.colour == colour for g in made for s in g.shapes)
    # A ray from before each eye to its middle meets no lock.
    for side in (1.0, -1.0):
        for share in (0.05, 0.15, 0.3, 0.5):
            at = (side * 0.158, 0.035, 0.4 + share)
            for group in made:
                for shape in group.shapes:
                    if not shape.cut and len(shape.sizes) == 3 and shape.kind.name == "CAPSULE":
                        assert _distance(shape, at) > 0, (style, at)


def _distance(shape: object, at: tuple[float, float, float]) -> float:
    """Return how far a point is from the axis of a capsule, less its larger radius."""
    rows, origin, sizes = shape.pose.turn, shape.pose.at, shape.sizes  # type: ignore[attr-defined]
    off = [a - b for a, b in zip(at, origin, strict=True)]
    local = [sum(rows[k][i] * off[k] for k in range(3)) for i in range(3)]
    along = min(max(local[1], 0.0), sizes[0])
    return math.hypot(local[0], local[1] - along, local[2]) - max(sizes[1:])


def test_clothes_skin_and_hair_have_the_colours_of_the_look() -> None:
    outfit = Outfit(top="shirt", top_colour=(30, 140, 90), bottom_colour=(90, 20, 120))
    made = figures.figure(
        LOOK,
        build="man",
        pose=actions.pose("stand", 0.0, build="man"),
        outfit=outfit,
        hair_style="bob",
    )

    colours = {shape.material.colour for group in made for shape in group.shapes}
    for wanted in (LOOK.skin, LOOK.hair, (30, 140, 90), (90, 20, 120)):
        assert linear(wanted) in colours


@pytest.mark.parametrize("build", heads.FEATURES)
def test_a_mouth_is_closed_at_rest_and_open_in_speech(build: str) -> None:
    def gap(face: Face) -> float:
        lips = heads._lips((0.5, 0.3, 0.2), face, heads.FEATURES[build])
        half = len(lips) // 2
        middle = len(lips) // 4
        upper, lower = lips[middle], lips[half + middle]
        return upper.pose.at[1] - upper.sizes[1] - (lower.pose.at[1] + lower.sizes[1])

    assert gap(Face()) < 0.002
    assert gap(Face(mouth=0.8)) > 0.05
    assert gap(Face(mouth=0.8)) > gap(Face(mouth=0.3)) > gap(Face(mouth=0.1))


def test_a_blink_covers_the_iris_and_a_gaze_moves_it() -> None:
    open_, shut = (
        heads.head((0.5, 0.3, 0.2), (0.1, 0.1, 0.1), Face(blink=b), build="woman", key=0)
        for b in (0.0, 1.0)
    )
    aside = heads.head(
        (0.5, 0.3, 0.2), (0.1, 0.1, 0.1), Face(gaze=(0.4, 0.0)), build="woman", key=0
    )

    assert open_ != shut
    iris = next(
        i
        for i, g in enumerate(open_)
        if len(g.shapes) == 4 and g.shapes[0].kind.name == "ELLIPSOID"
    )
    assert aside[iris].shapes[0].pose.at[0] > open_[iris].shapes[0].pose.at[0] + 0.03


def test_a_face_picture_is_laid_on_the_face() -> None:
    made = figures.figure(
        replace(LOOK), build="man", pose=actions.pose("stand", 0.0, build="man"), outfit=Outfit(),
        hair_style="short", picture=0,
    )  # fmt: skip

    assert any(shape.material.pattern.name == "PICTURE" for group in made for shape in group.shapes)


def test_unknown_hair_is_refused() -> None:
    with pytest.raises(GeneratorError, match="hair"):
        hair.hair((0.1, 0.1, 0.1), "hedgehog")
