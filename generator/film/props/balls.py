# ruff: noqa: E501 - a shape a line reads like a parts list.
"""Balls, each lying on the floor; they are built about their middle for what rolls them."""

import math

from generator.film import finishes
from generator.film.groups import whole
from generator.film.materials import Linear, Material, Pattern
from generator.film.props.parts import around
from generator.film.scenes import Group
from generator.film.shapes import Pose, capsule, moved, sphere, torus, turn

RADII: dict[str, float] = {
    "ball": 0.14, "basketball": 0.15, "football": 0.14, "beach_ball": 0.24, "tennis_ball": 0.034,
}  # fmt: skip


def _lying(group: Group, kind: str) -> tuple[Group, ...]:
    return (Group(group.shapes, Pose((0.0, RADII[kind], 0.0))),)


def ball(tint: Linear) -> tuple[Group, ...]:
    """A rubber ball with a pale band."""
    r = RADII["ball"]
    body, band = finishes.gloss(tint), finishes.gloss(finishes.mix(tint, finishes.WHITE, 0.8))
    return _lying(
        whole(
            sphere((0, 0, 0), r, body),
            torus(
                (0, 0, 0), r - 0.0185, 0.0195, band, facing=turn(roll=0.5, pitch=0.25), blend=0.004
            ),
        ),
        "ball",
    )


def basketball(tint: Linear) -> tuple[Group, ...]:
    """A basketball."""
    hide = Material(
        tint, (0.02, 0.015, 0.012), Pattern.BASKETBALL, scale=1.0, relief=0.0015, rough=0.5
    )
    return _lying(whole(sphere((0, 0, 0), RADII["basketball"], hide)), "basketball")


def football(tint: Linear) -> tuple[Group, ...]:
    """A football of pentagons and hexagons."""
    hide = Material(
        tint, finishes.INK, Pattern.FOOTBALL, scale=1.0, relief=0.001, rough=0.35, mirror=0.1
    )
    return _lying(whole(sphere((0, 0, 0), RADII["football"], hide)), "football")


def beach_ball(tint: Linear) -> tuple[Group, ...]:
    """A beach ball of six gores."""
    r = RADII["beach_ball"]
    white, other = finishes.gloss(finishes.WHITE), finishes.gloss((0.72, 0.46, 0.03))
    paint = finishes.gloss(tint)
    gores = [sphere((0, 0, 0), r - 0.004, white)]
    for index, (angle, s, c) in enumerate(around(3)):
        # Each gore is a chain along a meridian.
        for n in range(9):
            a = -1.15 + 2.3 * n / 9
            b = a + 2.3 / 9
            width = (0.105 * math.cos(a) + 0.012, 0.105 * math.cos(b) + 0.012)
            depth = (r - width[0], r - width[1])
            gores.append(
                capsule(
                    (depth[0] * math.cos(a) * s, depth[0] * math.sin(a), depth[0] * math.cos(a) * c),
                    (depth[1] * math.cos(b) * s, depth[1] * math.sin(b), depth[1] * math.cos(b) * c),
                    width, other if index == 1 else paint,
                )
            )  # fmt: skip
        del angle
    caps = [sphere((0, side * (r - 0.045), 0), 0.046, paint) for side in (-1, 1)]
    lying = Pose((0, 0, 0), turn(roll=0.5, pitch=0.35))
    return _lying(whole(moved((*gores, *caps), lying)), "beach_ball")


def tennis_ball(tint: Linear) -> tuple[Group, ...]:
    """A tennis ball with its seam."""
    r = RADII["tennis_ball"]
    felt = finishes.fur(tint, scale=400.0, relief=0.001)
    seam = finishes.vinyl(finishes.WHITE)
    points = []
    for n in range(32):
        # The curve of a tennis ball's seam (Viviani-like): latitude swings twice a turn.
        t = 2 * math.pi * n / 32
        lat, lon = 0.75 * math.cos(2 * t), t + 0.55 * math.sin(2 * t) * 0.5
        q = r - 0.0004
        points.append(
            (
                q * math.cos(lat) * math.sin(lon),
                q * math.sin(lat),
                q * math.cos(lat) * math.cos(lon),
            )
        )
    return _lying(
        whole(
            sphere((0, 0, 0), r, felt),
            *(capsule(points[n], points[(n + 1) % 32], (0.0016, 0.0016), seam) for n in range(32)),
        ),
        "tennis_ball",
    )
