"""How crates, dominoes and bottles are set up, for `stacks.let_go`."""

import math

from generator.base import Point
from generator.simulate.stacks import Body

_GAP = 0.0005  # Metres between things that stand on one another: they settle, and do not burst.
DOMINO: Point = (0.006, 0.024, 0.012)  # Half of 48 x 24 x 12 mm, thin along x.
BOTTLE: Point = (0.037, 0.13, 0.037)


def tower(
    count: int, *, half: float = 0.2, at: Point = (0.0, 0.0, 0.0), material: str = "wood"
) -> tuple[Body, ...]:
    """Return `count` crates, three below, two above them, one on top, then the next tower behind.

    Args:
        count: Crates.
        half: Half a crate's edge, metres.
        at: The middle of the first tower's foot.
        material: Of the crates.
    """
    bodies: list[Body] = []
    rows = ((-1.0, 0.0, 1.0), (-0.5, 0.5), (0.0,))
    spots = [(across, level) for level, row in enumerate(rows) for across in row]
    for number in range(count):
        across, level = spots[number % len(spots)]
        x = at[0] + across * (2 * half + 0.02)
        y = at[1] + half + level * (2 * half + _GAP)
        z = at[2] - (number // len(spots)) * 3 * half
        bodies.append(Body(f"crate {number + 1}", "box", (half, half, half), material, (x, y, z)))
    return tuple(bodies)


def dominoes(
    count: int, *, scale: float = 1.0, at: Point = (0.0, 0.0, 0.0), push: float = 0.6
) -> tuple[Body, ...]:
    """Return a row of dominoes along +x and a ball that strikes the first at `push` m/s."""
    x, y, z = (scale * side for side in DOMINO)
    step = 1.1 * y
    row = [
        Body(
            f"domino {number + 1}", "box", (x, y, z), "plastic",
            (at[0] + number * step, at[1] + y, at[2]),
        )
        for number in range(count)
    ]  # fmt: skip
    radius = 0.5 * y
    ball = Body(
        "striker", "sphere", (radius, radius, radius), "wood",
        (at[0] - 3 * radius - x, at[1] + 1.5 * y, at[2]), velocity=(push, 0.0, 0.0),
    )  # fmt: skip
    return (*row, ball)


def bottles(
    count: int, *, at: Point = (0.0, 0.0, 0.0), material: str = "glass"
) -> tuple[Body, ...]:
    """Return bottles set up as ninepins are: rows of one, two, three and so on towards -z."""
    bodies: list[Body] = []
    radius, high, _ = BOTTLE
    row, place = 0, 0
    for number in range(count):
        if place > row:
            row, place = row + 1, 0
        x = at[0] + (place - row / 2) * 3.4 * radius
        z = at[2] - row * 3.4 * radius * math.sqrt(3) / 2
        bodies.append(
            Body(f"bottle {number + 1}", "cylinder", (radius, high, radius), material,
                 (x, at[1] + high, z))
        )  # fmt: skip
        place += 1
    return tuple(bodies)
