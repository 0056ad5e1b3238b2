"""What places are made of: the materials that several of them share."""

from dataclasses import replace

from generator.base import Colour
from generator.film.materials import Linear, Material, Pattern, linear

WHITE_PAINT = Material(linear((226, 222, 212)), rough=0.5)
IRON = Material(linear((54, 58, 64)), rough=0.42, specular=0.08, mirror=0.15)
STEEL = Material(linear((176, 180, 184)), pattern=Pattern.BRUSHED, scale=4, rough=0.3, metal=0.9)
BRASS = Material(linear((196, 148, 72)), rough=0.28, metal=0.9, mirror=0.5)
GLASS = Material(linear((40, 52, 58)), rough=0.06, specular=0.06, mirror=0.8)
CLAY = Material(linear((178, 96, 62)), rough=0.8)
ROPE = Material(linear((176, 144, 98)), linear((110, 84, 54)), Pattern.STRIPES, scale=30, rough=0.9)
ROCK = Material(
    linear((142, 134, 124)), linear((86, 80, 76)), Pattern.ROCK, scale=1.6, relief=0.1, rough=0.9
)
BARK = Material(
    linear((116, 84, 58)), linear((56, 40, 30)), Pattern.BARK, scale=9, relief=0.02, rough=0.9
)
BIRCH = Material(
    linear((212, 206, 194)), linear((52, 48, 46)), Pattern.BARK, scale=6, relief=0.01, rough=0.8
)
SNOW = Material(
    linear((234, 238, 244)), pattern=Pattern.SNOW, scale=1.2, relief=0.05, rough=0.7, soft=0.35
)
SAND = Material(
    linear((224, 192, 142)), linear((190, 152, 104)), Pattern.SAND, scale=2.2, relief=0.02,
    rough=0.9,
)  # fmt: skip
GRASS = Material(
    linear((84, 134, 52)), linear((146, 160, 70)), Pattern.GRASS, scale=3.2, relief=0.05,
    rough=0.85, soft=0.3, sheen=0.15,
)  # fmt: skip
EARTH = Material(
    linear((120, 88, 60)), linear((72, 54, 40)), Pattern.EARTH, scale=1.3, relief=0.05, rough=0.95
)
ASPHALT = Material(
    linear((92, 92, 96)), linear((70, 70, 74)), Pattern.ASPHALT, scale=1.6, relief=0.004, rough=0.85
)
PAVING = Material(
    linear((158, 150, 138)), linear((84, 78, 72)), Pattern.PAVING, scale=1.7, relief=0.012,
    rough=0.8,
)  # fmt: skip
CONCRETE = Material(
    linear((148, 146, 142)), linear((110, 108, 104)), Pattern.PLASTER, scale=0.8, relief=0.004,
    rough=0.85,
)  # fmt: skip
WATER = Material(
    linear((24, 92, 104)), linear((14, 60, 84)), Pattern.WATER, scale=0.55, relief=0.09,
    rough=0.05, specular=0.025, mirror=1.0,
)  # fmt: skip
POND = replace(WATER, colour=linear((38, 62, 48)), second=linear((24, 44, 40)), relief=0.012)
PAPER = Material(linear((236, 226, 204)), rough=0.9, soft=0.4)


def wood(colour: Colour, *, scale: float = 5.0, rough: float = 0.5) -> Material:
    """Return furniture wood of a colour, its grain along a shape's y."""
    main = linear(colour)
    return Material(
        main, shade(main, 0.55), Pattern.WOOD, scale=scale, relief=0.002, rough=rough, mirror=0.12
    )


def planks(colour: Colour, *, scale: float = 6.0, mirror: float = 0.35) -> Material:
    """Return a floor or a wall of boards; `scale` boards a metre."""
    main = linear(colour)
    return Material(
        main, shade(main, 0.55), Pattern.PLANKS, scale=scale, relief=0.003, rough=0.42,
        mirror=mirror,
    )  # fmt: skip


def brick(colour: Colour) -> Material:
    """Return a brick wall, thirteen courses a metre."""
    return Material(
        linear(colour), linear((150, 140, 126)), Pattern.BRICK, scale=10, relief=0.012, rough=0.9
    )


def plaster(colour: Colour) -> Material:
    """Return a painted wall."""
    return Material(linear(colour), pattern=Pattern.PLASTER, scale=1.4, relief=0.004, rough=0.85)


def tiles(colour: Colour, joint: Colour, *, scale: float, mirror: float = 0.3) -> Material:
    """Return glazed tiles, `scale` a metre."""
    return Material(
        linear(colour), linear(joint), Pattern.TILES, scale=scale, relief=0.003, rough=0.25,
        mirror=mirror,
    )  # fmt: skip


def roof(colour: Colour) -> Material:
    """Return pantiles."""
    main = linear(colour)
    return Material(main, shade(main, 0.6), Pattern.ROOF, scale=4.5, relief=0.03, rough=0.75)


def windows(colour: Colour, *, lamps: float, scale: float = 0.5) -> Material:
    """Return a house front, a window each 1 / `scale` metres; lamps 0..1 light some of them."""
    return Material(
        linear(colour), linear((255, 196, 112)), Pattern.WINDOWS, scale=scale, rough=0.8,
        mirror=0.5, glow=0.8 * lamps,
    )  # fmt: skip


def cloth(colour: Colour, *, scale: float = 90.0) -> Material:
    """Return woven cloth."""
    main = linear(colour)
    return Material(
        main, shade(main, 0.7), Pattern.WEAVE, scale=scale, relief=0.001, rough=0.95, sheen=0.4
    )


def leaf(colour: Colour, *, scale: float = 5.5, relief: float = 0.11) -> Material:
    """Return foliage of a colour, sunnier in parts."""
    main = linear(colour)
    warm: Linear = (main[0] * 1.5 + 0.02, main[1] * 1.25 + 0.02, main[2] * 0.9)
    return Material(
        main, warm, Pattern.LEAF, scale=scale, relief=relief, rough=0.75, soft=0.55, sheen=0.1
    )


def paint(colour: Colour, *, rough: float = 0.45, mirror: float = 0.15) -> Material:
    """Return plain paint, plastic or lacquer."""
    return Material(linear(colour), rough=rough, mirror=mirror)


def shining(colour: Colour, glow: float) -> Material:
    """Return what shines: a lamp's glass, a neon tube."""
    return Material(linear(colour), rough=0.4, glow=glow)


def pane(lamps: float, *, glow: float = 0.28) -> Material:
    """Return window glass: it mirrors by day and shines when someone is at home."""
    if lamps < 0.2:
        return Material(linear((58, 66, 70)), rough=0.08, specular=0.06, mirror=0.9)
    return Material(linear((255, 200, 128)), rough=0.3, glow=glow * lamps)


def shade(colour: Linear, factor: float) -> Linear:
    """Return a linear colour times a factor."""
    return colour[0] * factor, colour[1] * factor, colour[2] * factor
