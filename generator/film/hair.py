# ruff: noqa: E501 - a shape a line reads like a parts list.
"""Hair in locks: each a chain of tapered hulls that follows the skull, with strands along it.

In units of the head, as in `heads`. A style is a cap close to the skull, and locks over it.
"""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import TypeAlias

from generator.base import Point
from generator.errors import GeneratorError
from generator.film import finishes
from generator.film.groups import whole
from generator.film.materials import Linear, Material, Pattern
from generator.film.scenes import Group
from generator.film.shapes import (
    Shape,
    box,
    capsule,
    cut,
    ellipsoid,
    mirrored,
    sphere,
    torus,
    turn,
)

_CROWN: Point = (0.0, 0.5, -0.1)
_SKULL = (0.415, 0.405, 0.425)  # Radii, about (0, 0.1, -0.035): see `heads`.

Style: TypeAlias = Callable[[Material, Linear], tuple[Group, ...]]


def hair(colour: Linear, style: str) -> tuple[Group, ...]:
    """Return the hair of a head in one of STYLES; bald has none.

    Raises:
        GeneratorError: There is no such style.
    """
    if style not in STYLES:
        raise GeneratorError(f"There is no hair called {style!r}.")
    return STYLES[style](strands(colour), colour)


def strands(colour: Linear) -> Material:
    """Hair: fine strands with a shine."""
    return Material(
        colour, finishes.shade(colour, 0.5), Pattern.FUR, scale=230.0, relief=0.003, rough=0.42,
        specular=0.06, sheen=0.2,
    )  # fmt: skip


def _over(azimuth: float, polar: float, out: float = 0.02) -> Point:
    """Return a point `out` over the skull: azimuth from +z to +x, polar angle from straight up."""
    s = math.sin(polar)
    return (
        (_SKULL[0] + out) * s * math.sin(azimuth),
        0.1 + (_SKULL[1] + out) * math.cos(polar),
        -0.035 + (_SKULL[2] + out) * s * math.cos(azimuth),
    )


def _lock(
    points: list[Point], radii: list[float], stuff: Material, blend: float = 0.025
) -> list[Shape]:
    return [
        capsule(a, b, (radii[n], radii[n + 1]), stuff, blend=blend)
        for n, (a, b) in enumerate(pairwise(points))
    ]


def _cap(stuff: Material, *, low: float = -0.2, hairline: float = 0.0) -> tuple[Shape, ...]:
    """Return the hair close to the skull, the face and all below `low` left out."""
    return (
        ellipsoid((0, 0.11, -0.055), (0.445, 0.425, 0.445), stuff),
        cut(ellipsoid((0, -0.13 + hairline, 0.36), (0.37, 0.42, 0.3), stuff), blend=0.03),
        cut(box((0, low - 1.0, 0), (1.0, 1.0, 1.0), stuff), blend=0.03),
        *mirrored((cut(ellipsoid((0.43, -0.06, -0.02), (0.12, 0.15, 0.1), stuff), blend=0.03),)),
    )


def _combed(
    stuff: Material,
    azimuths: list[float],
    ends: list[float],
    *,
    radius: float = 0.075,
    start: float = 0.18,
) -> list[Shape]:
    """Return locks from the crown down the skull to polar angles `ends`."""
    made: list[Shape] = []
    for azimuth, end in zip(azimuths, ends, strict=True):
        middle = (start + end) / 2
        points = [
            _over(azimuth * 0.9, start, 0.03), _over(azimuth * 0.97, middle, 0.035), _over(azimuth, end, 0.015),
        ]  # fmt: skip
        made += _lock(points, [radius * 0.8, radius, radius * 0.35], stuff)
    return made


def _fringe(stuff: Material, *, part: float, count: int, drop: float, sweep: float) -> list[Shape]:
    """Return a fringe swept to one side from a parting at azimuth `part`."""
    made: list[Shape] = []
    for n in range(count):
        share = n / max(count - 1, 1)
        azimuth = part - 1.75 * share
        end = azimuth - sweep * (1 - 0.4 * share)
        polar = 0.95 + drop * (0.3 + 0.7 * math.sin(math.pi * min(share * 0.8 + 0.15, 1.0)))
        points = [
            _over(part * 0.7 - 0.5 * share, 0.42, 0.03),
            _over((azimuth + end) / 2 + 0.1, 0.78, 0.055),
            _over(end, polar, 0.03),
        ]
        made += _lock(points, [0.075, 0.075, 0.02], stuff)
    return made


def _short(stuff: Material, colour: Linear) -> tuple[Group, ...]:
    del colour
    back = [0.95 + 0.4 * n for n in range(12)]
    sides = _combed(stuff, back, [1.6 + 0.35 * math.sin(a / 2) ** 4 for a in back])
    return (
        whole(*_cap(stuff, low=-0.16)),
        whole(*sides),
        whole(*_fringe(stuff, part=0.75, count=8, drop=0.03, sweep=0.35)),
    )


def _bob(stuff: Material, colour: Linear) -> tuple[Group, ...]:
    del colour
    return (
        whole(*_cap(stuff, low=-0.1)),
        whole(*_curtain(stuff, -0.36, 0.16)),
        whole(*_fringe(stuff, part=0.55, count=7, drop=0.2, sweep=0.3)),
    )


def _curtain(stuff: Material, length: float, flick: float) -> list[Shape]:
    """Return long hair that hangs from the crown to a height, but not before the face."""
    made: list[Shape] = []
    count = 15
    for n in range(count):
        azimuth = 0.98 + (2 * math.pi - 1.96) * n / (count - 1)
        side = _over(azimuth, 1.5, 0.05)
        # Towards the face it turns in, behind it hangs straight.
        near = math.cos(azimuth) > 0.2
        end = (
            side[0] * (0.86 if near else 0.92),
            length + 0.03 * (n % 2),
            side[2] * 0.9 + (flick * 0.5 if near else -flick * 0.2),
        )
        waist = (side[0] * 1.06, (side[1] + length) / 2, side[2] * 1.04)
        points = [_over(azimuth, 0.35, 0.03), _over(azimuth, 0.95, 0.045), side, waist, end]
        made += _lock(points, [0.06, 0.085, 0.095, 0.095, 0.04], stuff, 0.03)
    return made


def _long(stuff: Material, colour: Linear) -> tuple[Group, ...]:
    del colour
    drawn = whole(*_cap(stuff, low=-0.1))
    parted = _fringe(stuff, part=0.12, count=4, drop=0.42, sweep=0.25)
    other = [_mirrored(shape) for shape in parted]
    return drawn, whole(*_curtain(stuff, -0.92, 0.1)), whole(*parted, *other)


def _mirrored(shape: Shape) -> Shape:
    return mirrored((shape,))[1]


def _drawn(stuff: Material, knot: Point) -> list[Shape]:
    """Return hair drawn from the hairline back to a knot."""
    made: list[Shape] = []
    for n in range(13):
        azimuth = -1.75 + 3.5 * n / 12
        start = _over(azimuth, 1.02 + 0.3 * abs(azimuth / 1.75) ** 1.5, 0.012)
        over = _over(azimuth * 1.05, 0.5 + 0.33 * abs(azimuth), 0.04)
        made += _lock([start, over, knot], [0.035, 0.07, 0.06], stuff, 0.03)
    for n in range(7):
        azimuth = math.pi - 1.2 + 0.4 * n
        made += _lock(
            [_over(azimuth, 1.95, 0.0), _over(azimuth, 1.5, 0.03), knot],
            [0.03, 0.07, 0.06],
            stuff,
            0.03,
        )
    return made


def _ponytail(stuff: Material, colour: Linear) -> tuple[Group, ...]:
    del colour
    knot = (0.0, 0.3, -0.5)
    tail: list[Shape] = []
    for x in (-0.07, 0.0, 0.07):
        points = [
            knot,
            (x * 0.8, 0.28, -0.68),
            (x * 1.4, 0.02, -0.78),
            (x * 1.2, -0.3, -0.72),
            (x * 0.4, -0.56, -0.66),
        ]
        tail += _lock(points, [0.07, 0.1, 0.115, 0.09, 0.02], stuff, 0.04)
    band = torus(
        (0.0, 0.3, -0.55),
        0.075,
        0.028,
        finishes.cloth((0.5, 0.06, 0.08), 300.0),
        facing=turn(pitch=1.45),
    )
    return whole(*_cap(stuff, low=-0.14)), whole(*_drawn(stuff, knot)), whole(*tail), whole(band)


def _bun(stuff: Material, colour: Linear) -> tuple[Group, ...]:
    del colour
    knot = (0.0, 0.5, -0.3)
    coil = [sphere((0, 0.62, -0.34), 0.15, stuff)]
    for n in range(9):
        a, b = 2 * math.pi * n / 9, 2 * math.pi * (n + 1) / 9
        coil.append(
            capsule(
                (0.12 * math.sin(a), 0.585 + 0.02 * n / 9, -0.33 + 0.12 * math.cos(a)),
                (0.12 * math.sin(b), 0.59 + 0.02 * n / 9, -0.33 + 0.12 * math.cos(b)),
                (0.068, 0.068),
                stuff,
                blend=0.015,
            )
        )
    return whole(*_cap(stuff, low=-0.14)), whole(*_drawn(stuff, knot)), whole(*coil)


def _pigtails(stuff: Material, colour: Linear) -> tuple[Group, ...]:
    del colour
    tie = finishes.cloth((0.62, 0.1, 0.2), 300.0)
    braid = mirrored(
        tuple(
            ellipsoid(
                (0.46 + 0.035 * n, -0.1 - 0.115 * n, -0.1),
                (0.09 - 0.008 * n, 0.085, 0.085 - 0.007 * n),
                stuff,
                facing=turn(roll=0.5 * (-1) ** n),
                blend=0.012,
            )
            for n in range(5)
        )
    )
    ends = mirrored((capsule((0.62, -0.63, -0.1), (0.65, -0.78, -0.09), (0.045, 0.015), stuff),))
    bands = mirrored(
        (
            torus((0.43, -0.02, -0.1), 0.06, 0.026, tie, facing=turn(roll=0.5)),
            torus((0.62, -0.61, -0.1), 0.042, 0.02, tie, facing=turn(roll=0.2)),
        )
    )
    parted = _fringe(stuff, part=0.1, count=4, drop=0.3, sweep=0.35)
    sides: list[Shape] = []
    for n in range(7):
        azimuth = 1.0 + 0.33 * n
        sides += _lock(
            [_over(azimuth * 0.5 + 0.2, 0.25, 0.03), _over(azimuth, 0.95, 0.04), (0.41, 0.0, -0.1)],
            [0.06, 0.085, 0.05],
            stuff,
            0.03,
        )
    return (
        whole(*_cap(stuff, low=-0.12)),
        whole(mirrored(tuple(sides))),
        whole(*parted, *(_mirrored(s) for s in parted)),
        whole(braid, ends),
        whole(bands),
    )


def _curls(stuff: Material, count: int, radius: float, out: float, low: float) -> list[Shape]:
    """Return balls all over the skull but the face, spread as seeds in a sunflower."""
    made: list[Shape] = []
    for n in range(count):
        up = 1 - (1 - low) * (n + 0.5) / count
        azimuth = 2.39996 * n
        at = _over(azimuth, math.acos(up), out)
        front = math.cos(azimuth) * math.sqrt(1 - up * up)
        if front > 0.5 and at[1] < 0.36:
            continue
        if abs(at[0]) > 0.33 and at[1] < 0.06 and at[2] > -0.14:
            continue
        made.append(
            sphere(at, radius * (0.85 + 0.3 * math.fmod(0.618 * n, 1.0)), stuff, blend=0.02)
        )
    return made


def _curly(stuff: Material, colour: Linear) -> tuple[Group, ...]:
    del colour
    balls = _curls(stuff, 74, 0.115, 0.06, -0.42)
    return whole(*_cap(stuff, low=-0.14)), *(
        whole(*balls[n : n + 30]) for n in range(0, len(balls), 30)
    )


def _afro(stuff: Material, colour: Linear) -> tuple[Group, ...]:
    del stuff
    wool = Material(
        colour,
        finishes.shade(colour, 0.5),
        Pattern.LEAF,
        scale=60.0,
        relief=0.02,
        rough=0.9,
        sheen=0.25,
    )
    return (
        whole(
            ellipsoid((0, 0.2, -0.12), (0.6, 0.55, 0.56), wool),
            cut(ellipsoid((0, -0.2, 0.42), (0.4, 0.52, 0.42), wool), blend=0.06),
            cut(box((0, -1.22, 0), (1, 1, 1), wool), blend=0.1),
            *mirrored((cut(ellipsoid((0.46, -0.1, 0.06), (0.12, 0.16, 0.14), wool), blend=0.05),)),
        ),
    )


def _spiky(stuff: Material, colour: Linear) -> tuple[Group, ...]:
    del colour
    spikes: list[Shape] = []
    for n in range(34):
        up = 1 - 1.05 * (n + 0.5) / 34
        azimuth = 2.39996 * n
        polar = math.acos(up)
        root, tip = _over(azimuth, polar, 0.0), _over(azimuth, polar * 0.96, 0.2 + 0.05 * (n % 3))
        if root[2] > 0.26 and root[1] < 0.32:
            continue
        spikes.append(
            capsule(root, (tip[0], tip[1] + 0.03, tip[2] + 0.02), (0.1, 0.012), stuff, blend=0.03)
        )
    return whole(*_cap(stuff, low=-0.12)), whole(*spikes)


def _quiff(stuff: Material, colour: Linear) -> tuple[Group, ...]:
    del colour
    wave: list[Shape] = []
    for n in range(7):
        x = -0.24 + 0.08 * n
        high = 0.16 * (1 - (x / 0.34) ** 2)
        points = [
            (x * 0.95, 0.4, 0.24),
            (x * 1.05, 0.5 + high * 0.8, 0.33),
            (x * 1.02 + 0.02, 0.56 + high, 0.16),
            (x * 0.8, 0.5 + high * 0.3, -0.14),
        ]
        wave += _lock(points, [0.05, 0.085, 0.095, 0.05], stuff, 0.03)
    back = [1.1 + 0.37 * n for n in range(12)]
    sides = _combed(stuff, back, [1.5 + 0.35 * math.sin(a / 2) ** 4 for a in back], radius=0.055)
    return whole(*_cap(stuff, low=-0.12)), whole(*wave), whole(*sides)


def _receding(stuff: Material, colour: Linear) -> tuple[Group, ...]:
    del colour
    made: list[Shape] = []
    for n in range(14):
        azimuth = 1.2 + (2 * math.pi - 2.4) * n / 13
        made += _lock(
            [_over(azimuth, 1.22, 0.012), _over(azimuth, 1.5, 0.035), _over(azimuth, 1.86, 0.015)],
            [0.05, 0.08, 0.04],
            stuff,
            0.03,
        )
    return (whole(*made),)


def _bald(stuff: Material, colour: Linear) -> tuple[Group, ...]:
    del stuff, colour
    return ()


STYLES: dict[str, Style] = {
    "short": _short, "bob": _bob, "long": _long, "ponytail": _ponytail, "bun": _bun,
    "pigtails": _pigtails, "curly": _curly, "afro": _afro, "spiky": _spiky, "quiff": _quiff,
    "receding": _receding, "bald": _bald,
}  # fmt: skip
