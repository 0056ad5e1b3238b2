"""Balls, each lying on the floor; they are built about their middle for what rolls them."""

import math

from generator.base import Point
from generator.film import finishes
from generator.film.groups import whole
from generator.film.materials import Linear, Material, Pattern
from generator.film.props.parts import gore
from generator.film.scenes import Group
from generator.film.shapes import Pose, capsule, sphere, torus, turn

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
    colours = (
        tint,
        finishes.WHITE,
        (0.74, 0.46, 0.02),
        finishes.WHITE,
        (0.03, 0.2, 0.5),
        finishes.WHITE,
    )
    facing = Pose((0.0, r, 0.0), turn(roll=0.55, pitch=0.4))
    gores = [
        Group(
            gore(
                sphere((0, 0, 0), r, finishes.gloss(colour)),
                n * math.pi / 3,
                math.pi / 3,
                gap=0.0008,
            ),
            facing,
        )
        for n, colour in enumerate(colours)
    ]
    core = Group((sphere((0, 0, 0), r - 0.003, finishes.gloss(finishes.WHITE)),), facing)
    caps = whole(
        *(
            sphere((0, side * (r - 0.0445), 0), 0.046, finishes.gloss(finishes.WHITE))
            for side in (-1, 1)
        )
    )
    return (*gores, core, Group(caps.shapes, facing))


def tennis_ball(tint: Linear) -> tuple[Group, ...]:
    """A tennis ball with its seam."""
    r = RADII["tennis_ball"]
    felt = Material(
        tint,
        finishes.shade(tint, 0.8),
        Pattern.NOISE,
        scale=700.0,
        relief=0.0006,
        rough=0.95,
        sheen=0.5,
    )
    seam = finishes.vinyl(finishes.WHITE)
    points: list[Point] = []
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
