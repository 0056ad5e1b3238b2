"""The dressing of each place: what stands there before anyone asks for a prop."""

from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from generator.base import Shot
from generator.render import floors, skies, things, walls
from generator.render.ground import Quad
from generator.render.lights import Light, Linear, light, mix, scaled, vector
from generator.render.solids import Paint, Pattern, Solid, ball, block, limb
from generator.simulate.world import WALLS, Placed

WET = 0.45  # How much any floor outdoors mirrors in the rain.
_INDOORS = ("room", "studio")


@dataclass(frozen=True, slots=True)
class Set:
    """A dressed place under a light."""

    light: Light
    sky: skies.Panorama
    floor: floors.Texture
    gloss: float
    solids: tuple[Solid, ...]
    walls: tuple[Quad, ...]


def dress(shot: Shot, *, seed: int) -> Set:
    """Return the set of a shot: the same for the same place, light, weather and seed."""
    place, weather = shot.place, shot.weather
    under = light(shot.light, place=place, weather=weather, seed=seed)
    painted = floors.floor(place, seed=seed, weather=weather)
    gloss = floors.GLOSS[place]
    if weather == "rain" and place not in _INDOORS:
        gloss = max(gloss, WET)
    if place == "studio":
        paper = floors.studio_colour(seed)
        painted *= vector(paper)
        glow = sum(under.sun_colour) / 3 * under.sun[1] * 0.8 + sum(under.zenith) / 3
        level = scaled(paper, glow)
        under = replace(under, horizon=level, zenith=mix(scaled(level, 0.55), under.zenith, 0.35))
    dark = shot.light == "night"
    sky = skies.paint(place, under, seed=seed, weather=weather, dark=dark)
    # The stream the floor was painted from: its first draw picks a place's colours.
    rng = np.random.default_rng((seed, 5, sum(place.encode())))
    around = walls.build(place, rng, under, dark=dark)
    solids = _DRESSERS[place](rng)
    return Set(under, sky, painted, gloss, tuple(solids), around)


def _hoop(z: float) -> list[Solid]:
    white, red = Paint((0.78, 0.77, 0.74), gloss=0.2), Paint((0.62, 0.10, 0.04), gloss=0.2)
    iron = Paint((0.05, 0.055, 0.065), gloss=0.3)
    top, rim = 2.75, 2.42
    foot = np.array([0.0, 0.0, z + 0.1])
    solids: list[Solid] = [
        limb(foot, foot + np.array([0.0, rim + 0.1, 0.0]), 0.07, 0.06, iron),
        block((0.0, top, z + 0.3), (0.82, 0.48, 0.025), white, bevel=0.02),
        block((0.0, top + 0.06, z + 0.335), (0.30, 0.02, 0.008), red, bevel=0.005),
        block((0.0, top - 0.34, z + 0.335), (0.30, 0.02, 0.008), red, bevel=0.005),
        block((-0.3, top - 0.14, z + 0.335), (0.02, 0.21, 0.008), red, bevel=0.005),
        block((0.3, top - 0.14, z + 0.335), (0.02, 0.21, 0.008), red, bevel=0.005),
    ]
    turns = np.linspace(0, 2 * np.pi, 9)
    ring = np.stack([0.23 * np.cos(turns), np.full(9, rim), z + 0.6 + 0.23 * np.sin(turns)], 1)
    cord = Paint((0.75, 0.74, 0.70))
    low = np.stack(
        [0.14 * np.cos(turns), np.full(9, rim - 0.36), z + 0.6 + 0.14 * np.sin(turns)], 1
    )
    for index in range(8):
        solids.append(limb(ring[index], ring[index + 1], 0.017, 0.017, red))
        solids.append(limb(ring[index], low[(index + 1) % 8], 0.006, 0.006, cord))
    return solids


def _court(rng: np.random.Generator) -> list[Solid]:
    del rng
    return _hoop(WALLS["court"].z)


def _bush(x: float, z: float, size: float, leaf: Linear) -> list[Solid]:
    paint = Paint(leaf, scaled(leaf, 0.5), Pattern.MOTTLED, gloss=0.03, soft=0.5)
    return [
        ball(x, 0.3 * size, z, 0.42 * size, paint),
        ball(x + 0.45 * size, 0.24 * size, z + 0.1, 0.34 * size, paint),
        ball(x - 0.42 * size, 0.2 * size, z + 0.06, 0.3 * size, paint),
    ]


def _park(rng: np.random.Generator) -> list[Solid]:
    leaf = ((92, 146, 58), (196, 122, 44), (216, 140, 168), (70, 122, 70))[int(rng.integers(4))]
    solids: list[Solid] = []
    for x, z in ((-4.3, -5.4), (3.7, -6.3), (0.5, -8.5)):
        solids += things.build(
            Placed("tree", leaf, x + float(rng.uniform(-0.4, 0.4)), z, 0.0, 1.15)
        )
    return (
        solids
        + _bush(-2.4, -4.9, 1.1, (0.06, 0.16, 0.04))
        + _bush(5.2, -4.5, 1.3, (0.07, 0.18, 0.03))
    )


def _room(rng: np.random.Generator) -> list[Solid]:
    cloths: tuple[Linear, ...] = (
        (0.10, 0.26, 0.30),
        (0.46, 0.16, 0.09),
        (0.42, 0.30, 0.09),
        (0.16, 0.15, 0.32),
    )
    cloth = Paint(cloths[int(rng.integers(4))], gloss=0.04, soft=0.25)
    wood = Paint((0.30, 0.15, 0.065), (0.16, 0.08, 0.03), Pattern.PLANKS, gloss=0.15)
    shade = Paint((0.95, 0.74, 0.44), glow=1.1, soft=0.6)
    pot, leaf = Paint((0.55, 0.26, 0.16)), Paint((0.06, 0.22, 0.07), gloss=0.2, soft=0.4)
    x, z = -2.1, -2.75
    solids: list[Solid] = [
        block((x, 0.24, z), (0.95, 0.18, 0.40), cloth, bevel=0.09),
        block((x, 0.56, z - 0.32), (0.95, 0.36, 0.12), cloth, bevel=0.09),
        block((x - 0.92, 0.42, z), (0.12, 0.28, 0.40), cloth, bevel=0.09),
        block((x + 0.92, 0.42, z), (0.12, 0.28, 0.40), cloth, bevel=0.09),
        block((2.7, 0.42, -2.95), (0.75, 0.42, 0.28), wood, bevel=0.02),
        limb(np.array([2.4, 0.84, -2.95]), np.array([2.4, 1.2, -2.95]), 0.06, 0.025, pot),
        limb(np.array([2.4, 1.2, -2.95]), np.array([2.4, 1.38, -2.95]), 0.19, 0.12, shade),
        limb(np.array([3.9, 0.1, -2.7]), np.array([3.9, 0.3, -2.7]), 0.16, 0.2, pot),
    ]
    for turn in range(7):
        way = np.array(
            [0.42 * np.cos(turn * 0.9), 0.95 + 0.1 * (turn % 3), 0.3 * np.sin(turn * 0.9)]
        )
        low = np.array([3.9, 0.4, -2.7])
        solids.append(limb(low, low + way, 0.03, 0.075, leaf))
    return solids


def _street(rng: np.random.Generator) -> list[Solid]:
    iron, red = Paint((0.05, 0.06, 0.07), gloss=0.35), Paint((0.55, 0.06, 0.04), gloss=0.3)
    solids = things.build(Placed("lamp", (40, 46, 54), -2.9, -3.0, 0.0, 1.15))
    solids += things.build(Placed("lamp", (40, 46, 54), 4.2, -3.0, 0.0, 1.15))
    for x in (-4.4, -1.5, 0.0, 1.5):
        low = np.array([x + float(rng.uniform(-0.05, 0.05)), 0.0, -2.75])
        solids.append(limb(low, low + np.array([0.0, 0.62, 0.0]), 0.06, 0.055, iron))
    low = np.array([2.9, 0.0, -2.95])
    solids.append(limb(low, low + np.array([0.0, 0.45, 0.0]), 0.12, 0.11, red))
    solids.append(
        limb(low + np.array([-0.17, 0.32, 0.0]), low + np.array([0.17, 0.32, 0.0]), 0.05, 0.05, red)
    )
    return solids


def _beach(rng: np.random.Generator) -> list[Solid]:
    leaf = Paint((0.09, 0.24, 0.05), gloss=0.15, soft=0.5)
    bark = Paint((0.30, 0.20, 0.11), (0.20, 0.13, 0.07), Pattern.MOTTLED, gloss=0.03)
    solids: list[Solid] = []
    for x, z, lean in ((-3.2, -3.2, 0.7), (4.4, -3.6, -0.6)):
        points = [np.array([x + lean * s * s, 3.1 * s, z]) for s in (0.0, 0.35, 0.7, 1.0)]
        for low, high in pairwise(points):
            solids.append(limb(low, high, 0.13, 0.105, bark))
        for turn in range(8):
            way = turn * 2 * np.pi / 8 + float(rng.uniform(-0.2, 0.2))
            out = np.array([np.cos(way), 0.0, np.sin(way)])
            mid = points[-1] + 0.7 * out + np.array([0.0, 0.22, 0.0])
            solids.append(limb(points[-1], mid, 0.05, 0.11, leaf))
            solids.append(limb(mid, mid + 0.62 * out - np.array([0.0, 0.5, 0.0]), 0.11, 0.02, leaf))
    return solids


def _forest(rng: np.random.Generator) -> list[Solid]:
    solids: list[Solid] = []
    bark: Linear = (0.11, 0.075, 0.05)
    for x, z in (
        (-2.8, -2.6),
        (3.0, -2.2),
        (-1.3, -4.6),
        (1.5, -5.2),
        (4.6, -4.6),
        (-4.9, -4.2),
        (0.2, -7.5),
    ):
        solids += things.trunk(
            x + float(rng.uniform(-0.3, 0.3)), z, float(rng.uniform(0.17, 0.32)), bark
        )
    solids += _bush(-3.6, -3.6, 0.8, (0.05, 0.13, 0.03)) + _bush(2.1, -4.2, 0.9, (0.07, 0.15, 0.02))
    red, stem = Paint((0.55, 0.05, 0.03), gloss=0.25), Paint((0.72, 0.66, 0.55))
    for x, z in ((-2.2, -1.5), (-2.0, -1.7), (2.5, -1.3)):
        foot = np.array([x, 0.0, z])
        solids.append(limb(foot, foot + np.array([0.0, 0.14, 0.0]), 0.035, 0.03, stem))
        solids.append(
            limb(
                foot + np.array([0.0, 0.15, 0.0]),
                foot + np.array([0.0, 0.19, 0.0]),
                0.09,
                0.05,
                red,
            )
        )
    return solids


def _snowfield(rng: np.random.Generator) -> list[Solid]:
    solids: list[Solid] = []
    for x, z, tall in (
        (-3.2, -3.4, 2.6),
        (-4.8, -5.2, 3.4),
        (3.4, -4.2, 3.0),
        (5.2, -5.8, 3.8),
        (1.2, -7.0, 2.8),
    ):
        green: Linear = mix((0.05, 0.13, 0.09), (0.66, 0.72, 0.80), float(rng.uniform(0.25, 0.6)))
        solids += things.pine(x, z, tall, green)
    return solids


def _desert(rng: np.random.Generator) -> list[Solid]:
    sand = (178, 112, 70)
    solids = things.build(Placed("rock", sand, -3.3, -3.8, 0.0, 1.9))
    solids += things.build(Placed("rock", sand, 4.2, -5.0, 0.0, 2.6))
    solids += things.build(
        Placed("cactus", (82, 128, 76), 3.0 + float(rng.uniform(-0.3, 0.3)), -3.6, 0.0, 1.2)
    )
    return solids + things.build(Placed("cactus", (82, 128, 76), -2.4, -5.6, 0.0, 1.35))


def _studio(rng: np.random.Generator) -> list[Solid]:
    paper = floors.STUDIOS
    tones = [paper[int(n)] for n in rng.permutation(len(paper))[:4]]
    up = np.array([0.0, 1.0, 0.0])
    low = np.array([2.2, 0.05, -2.6])
    turns = np.linspace(0, np.pi, 9)
    arch = np.stack([-2.6 + 0.7 * np.cos(turns), 0.9 + 0.7 * np.sin(turns), np.full(9, -2.9)], 1)
    solids: list[Solid] = [
        limb(low, low + 1.5 * up, 0.55, 0.03, Paint(tones[0], gloss=0.1)),
        ball(3.4, 0.55, -3.2, 0.55, Paint(tones[1], gloss=0.4)),
        block((0.4, 0.35, -3.3), (0.5, 0.35, 0.5), Paint(tones[2], gloss=0.1), yaw=0.5, bevel=0.04),
    ]
    band = Paint(tones[3], gloss=0.15)
    solids += [limb(a, b, 0.13, 0.13, band) for a, b in pairwise(arch)]
    for end in (arch[0], arch[-1]):
        solids.append(limb(end * np.array([1.0, 0.0, 1.0]), end, 0.13, 0.13, band))
    return solids


_DRESSERS = {
    "court": _court, "park": _park, "room": _room, "street": _street, "beach": _beach,
    "forest": _forest, "snowfield": _snowfield, "desert": _desert, "studio": _studio,
}  # fmt: skip
