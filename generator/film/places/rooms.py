"""The shell of an indoor place: walls with windows, floor, ceiling, and what is outside."""

from dataclasses import dataclass

from generator.film import shapes
from generator.film.materials import Material
from generator.film.places import buildings, plants, surfaces
from generator.film.places.buildings import Opening
from generator.film.places.sets import Rng, Wall, floor, group, put
from generator.film.scenes import Group, Plane

FRONT = 9.0  # Metres; the side walls end here, and the front wall is the audience's.


@dataclass(frozen=True, slots=True)
class Shell:
    """A room's solid parts."""

    groups: tuple[Group, ...]
    walls: tuple[Wall, ...]
    planes: tuple[Plane, ...]


def shell(  # noqa: PLR0913 - what a room is made of.
    *,
    half: float,
    back: float,
    height: float,
    paper: Material,
    ground: Material,
    windows: tuple[Opening, ...] = (),
    side_windows: tuple[Opening, ...] = (),
    panes: tuple[int, int] = (2, 2),
    dado: Material | None = None,
) -> Shell:
    """Return a room from x = -half to half and from z = back to the audience.

    Args:
        half: Metres from the middle to each side wall.
        back: z of the back wall, below 0.
        height: Of the ceiling.
        paper: The walls' material.
        ground: The floor's.
        windows: In the back wall; middles are x.
        side_windows: In the left wall, where the sun comes in; middles are z.
        panes: How many across and up a window has.
        dado: The lower metre of the back and side walls, if it is of another material.
    """
    frame = surfaces.WHITE_PAINT
    depth, middle = FRONT - back, (FRONT + back) / 2
    tall = height + 1.2  # Above the ceiling, so that no sun falls in over the walls.
    there = shapes.pose((0, 0, back))
    behind = [_at(buildings.wall(2 * half + 0.4, tall, paper, windows), there)]
    behind += [
        _at(buildings.sash(hole, frame, across=panes[0], up=panes[1]), there) for hole in windows
    ]
    behind += [_at(item, there) for item in _skirting(2 * half, dado, windows)]
    left_at = shapes.pose((-half, 0, middle), yaw=1.5707963)
    holes = tuple(
        Opening(middle - hole.middle, hole.half_width, hole.low, hole.high) for hole in side_windows
    )
    left = [_at(buildings.wall(depth, tall, paper, holes), left_at)]
    left += [
        _at(buildings.sash(hole, frame, across=panes[0], up=panes[1]), left_at) for hole in holes
    ]
    left += [_at(item, left_at) for item in _skirting(depth, dado, holes)]
    right_at = shapes.pose((half, 0, middle), yaw=-1.5707963)
    right = [_at(buildings.wall(depth, tall, paper), right_at)]
    right += [_at(item, right_at) for item in _skirting(depth, dado, ())]
    above = [
        group((shapes.box((0, height + 0.1, middle), (half + 0.2, 0.1, depth / 2), frame),)),
        group(
            (
                shapes.box((0, height - 0.05, back + 0.05), (half, 0.06, 0.06), frame, rounding=0.03),
                shapes.box((-half + 0.05, height - 0.05, middle), (0.06, 0.06, depth / 2), frame, rounding=0.03),
                shapes.box((half - 0.05, height - 0.05, middle), (0.06, 0.06, depth / 2), frame, rounding=0.03),
            )
        ),
    ]  # fmt: skip
    walls = (
        Wall(tuple(left), (1, 0, 0), -half),
        Wall(tuple(right), (-1, 0, 0), -half),
        Wall(tuple(above), (0, -1, 0), -height),
    )
    return Shell(tuple(behind), walls, (floor(ground),))


def garden(rng: Rng, back: float, half: float) -> tuple[Group, ...]:
    """Return lawn, bushes and trees outside the windows of a room."""
    lawn = (
        shapes.box((0, -0.5, back - 30.3), (70, 0.5, 30), surfaces.GRASS),
        shapes.box((-half - 30.3, -0.5, back), (30, 0.5, 60), surfaces.GRASS),
    )
    groups: list[Group] = [group(lawn)]
    for n in range(5):
        x = -9 + 4.5 * n + float(rng.uniform(-1, 1))
        groups += plants.tree(
            rng, x, back - 8 - 3 * (n % 3), height=5.5 + n % 2, leaf=plants.GREENS[n % 4]
        )
    groups += plants.hedge(0, back - 6, half=(14, 0.6, 0.5), leaf=plants.GREENS[2])
    groups += plants.bush(rng, -half - 3, -1.2, size=1.8, leaf=plants.GREENS[0])
    return tuple(groups)


def town(rng: Rng, back: float, *, lamps: float) -> tuple[Group, ...]:
    """Return a pavement and fronts across the street, outside a room's windows."""
    groups: list[Group] = [
        group((shapes.box((0, -0.5, back - 20.3), (60, 0.5, 20), surfaces.PAVING),))
    ]
    x = -24.0
    while x < 24:
        wide = float(rng.uniform(4.6, 6.4))
        groups += buildings.front(rng, x + wide / 2, back - 9, width=wide, height=9, lamps=lamps)
        x += wide
    groups += put(buildings.street_lamp(0, 0, glow=lamps), 1.4, back - 3.5)
    return tuple(groups)


def _at(item: Group, pose: shapes.Pose) -> Group:
    return Group(item.shapes, pose, item.id, lights=False)


def _skirting(length: float, dado: Material | None, holes: tuple[Opening, ...]) -> list[Group]:
    """Return the board along a wall's foot and, with a dado, panels up to a rail."""
    frame = surfaces.WHITE_PAINT
    parts = [shapes.box((0, 0.06, 0.012), (length / 2, 0.07, 0.014), frame, rounding=0.008)]
    if dado is not None:
        parts.append(shapes.box((0, 0.48, 0.005), (length / 2, 0.5, 0.012), dado))
        parts.append(shapes.box((0, 1.0, 0.02), (length / 2, 0.035, 0.03), frame, rounding=0.012))
        for hole in holes:
            if hole.low < 1.0:
                middle = (hole.low + hole.high) / 2
                size = (hole.half_width, (hole.high - hole.low) / 2, 0.3)
                parts.append(shapes.cut(shapes.box((hole.middle, middle, 0), size, frame)))
    return [group(parts)]
