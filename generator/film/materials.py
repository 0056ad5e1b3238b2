"""What surfaces are made of: patterns, materials and linear colours."""

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from generator.base import Colour

Linear: TypeAlias = tuple[float, float, float]

BLACK: Linear = (0.0, 0.0, 0.0)
RELIEF_MAX = 0.3  # Metres; the march slows down within so much of a rough outline.


def linear(colour: Colour) -> Linear:
    """Return an sRGB colour, 0..255, as linear light, 0..1 (IEC 61966-2-1)."""
    red, green, blue = (_linear(value / 255) for value in colour)
    return red, green, blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


class Pattern(IntEnum):
    """What a material's surface shows; `scale` is repeats a metre, `relief` its depth in metres.

    On shapes a pattern lies in the shape's own frame (it turns with it), on planes and terrain
    in metres of the world. `second` is the other colour: mortar, gap, stripe, seam, iris. LEAF, FUR
    and ROCK move the surface itself by `relief`, so that their outlines are rough; all others tilt
    its normal.
    """

    PLAIN = 0
    STRIPES = 1  # Across local y.
    CHECKER = 2
    DOTS = 3
    NOISE = 4  # Clouded paint, `second` in the dark parts.
    WOOD = 5  # Grain along local y: furniture, poles, boards.
    PLANKS = 6  # A floor of boards along x, one `scale`-th of a metre wide.
    BRICK = 7  # Courses along local x and y (planes: along the wall); `second` is mortar.
    TILES = 8  # Square; `second` is the joint.
    PAVING = 9  # Stone slabs of unlike tone.
    PLASTER = 10
    ASPHALT = 11
    GRASS = 12
    SAND = 13  # With wind ripples.
    SNOW = 14  # Soft hollows and glints.
    EARTH = 15
    ROCK = 16
    LEAF = 17  # Foliage: crowns, hedges.
    BARK = 18
    KNIT = 19
    WEAVE = 20
    FUR = 21  # Hair and coats; strands along local y.
    WATER = 22  # Waves that move with the scene's seconds; take mirror about 1.
    PUDDLES = 23  # Asphalt that mirrors in its hollows.
    BRUSHED = 24  # Metal.
    MARBLE = 25
    ROOF = 26  # Rows of pantiles down local y.
    WINDOWS = 27  # A house front: `second` shines where someone is at home, times glow.
    BASKETBALL = 28  # Seams on a sphere, `second`.
    FOOTBALL = 29
    EYE = 30  # On a sphere, looking along local z; colour the white, `second` the iris.
    PICTURE = 31  # `picture` laid on along local z, `scale` widths a metre, centred.
    COURT = 32  # A plane: a ball court, `second` its key, with lines.


@dataclass(frozen=True, slots=True)
class Material:
    """What a surface is made of.

    Attributes:
        colour: Share of light given back, 0..1 each.
        second: The pattern's other colour.
        pattern: What is on it.
        scale: Repeats a metre, above 0.
        relief: Metres the pattern is deep, 0..0.3.
        rough: 0 polished .. 1 chalk.
        specular: Share mirrored head on; .04 for most, water .02.
        metal: 1 mirrors in its own colour and has no other.
        mirror: How much of the mirrored world is traced, 0..1; the sky's tint comes free.
        soft: Light that passes below the surface, 0..1: skin, leaves, wax.
        sheen: Pale edge of cloth and fur, 0..1.
        glow: Light it gives, in its colour; 5 is a bright lamp in the dark. See `Group.lights`.
        picture: Which of the scene's pictures Pattern.PICTURE shows.
    """

    colour: Linear
    second: Linear = BLACK
    pattern: Pattern = Pattern.PLAIN
    scale: float = 1.0
    relief: float = 0.0
    rough: float = 0.6
    specular: float = 0.04
    metal: float = 0.0
    mirror: float = 0.0
    soft: float = 0.0
    sheen: float = 0.0
    glow: float = 0.0
    picture: int = 0
