"""What things are made of: materials of known finish, in any colour.

Each takes a linear colour and returns one material; `shade` and `mix` make the colours between.
"""

from generator.film.materials import Linear, Material, Pattern

WHITE: Linear = (0.80, 0.79, 0.76)
IVORY: Linear = (0.74, 0.68, 0.56)
INK: Linear = (0.016, 0.016, 0.019)
STEEL: Linear = (0.56, 0.57, 0.59)
IRON: Linear = (0.11, 0.115, 0.125)
BRASS: Linear = (0.72, 0.46, 0.16)
COPPER: Linear = (0.72, 0.34, 0.2)
OAK: Linear = (0.44, 0.25, 0.115)
PINE: Linear = (0.58, 0.37, 0.18)
WALNUT: Linear = (0.2, 0.098, 0.048)
GREEN: Linear = (0.09, 0.21, 0.045)
STRAW: Linear = (0.62, 0.44, 0.18)
STONE: Linear = (0.36, 0.34, 0.31)
RED: Linear = (0.58, 0.035, 0.025)


def shade(colour: Linear, factor: float) -> Linear:
    """Return a colour made darker, or lighter but never above 1."""
    red, green, blue = (min(value * factor, 1.0) for value in colour)
    return red, green, blue


def mix(a: Linear, b: Linear, share: float) -> Linear:
    """Return `share` of `b` in `a`."""
    red, green, blue = (x + (y - x) * share for x, y in zip(a, b, strict=True))
    return red, green, blue


def vinyl(colour: Linear) -> Material:
    """Soft plastic, as toys are made of."""
    return Material(colour, rough=0.42, soft=0.15)


def gloss(colour: Linear) -> Material:
    """Hard, shining plastic or varnish."""
    return Material(colour, rough=0.16, mirror=0.45)


def enamel(colour: Linear) -> Material:
    """Painted metal."""
    return Material(colour, rough=0.24, mirror=0.3, specular=0.05)


def lacquer(colour: Linear) -> Material:
    """The paint of a car."""
    return Material(colour, rough=0.1, mirror=0.8, specular=0.06)


def ceramic(colour: Linear) -> Material:
    """Glazed clay."""
    return Material(colour, rough=0.1, mirror=0.55, specular=0.05, soft=0.12)


def clay(colour: Linear) -> Material:
    """Unglazed pots and bricks."""
    return Material(colour, shade(colour, 0.7), Pattern.NOISE, scale=14.0, relief=0.0006, rough=0.9)


def metal(colour: Linear = STEEL, rough: float = 0.25) -> Material:
    """Bare metal, polished."""
    return Material(colour, rough=rough, metal=1.0, mirror=0.9)


def brushed(colour: Linear = STEEL) -> Material:
    """Bare metal with the marks of the brush."""
    return Material(
        colour, shade(colour, 0.75), Pattern.BRUSHED, scale=60.0, rough=0.4, metal=1.0, mirror=0.4
    )


def glass(colour: Linear) -> Material:
    """Coloured glass; nothing is seen through it, its depth is in its shine."""
    return Material(colour, rough=0.04, specular=0.09, mirror=1.0, soft=0.6)


def screen(colour: Linear, glow: float = 0.0) -> Material:
    """A dark pane, lit or not."""
    return Material(colour, rough=0.06, specular=0.06, mirror=0.8, glow=glow)


def wood(colour: Linear = OAK, scale: float = 7.0) -> Material:
    """Oiled wood; the grain runs along a shape's y."""
    return Material(colour, shade(colour, 0.5), Pattern.WOOD, scale=scale, relief=0.0008, rough=0.5)


def varnished(colour: Linear = OAK) -> Material:
    """Wood under varnish: instruments, fine furniture."""
    return Material(colour, shade(colour, 0.5), Pattern.WOOD, scale=6.0, rough=0.14, mirror=0.5)


def cloth(colour: Linear, scale: float = 150.0) -> Material:
    """Woven cloth."""
    return Material(
        colour,
        shade(colour, 0.7),
        Pattern.WEAVE,
        scale=scale,
        relief=0.0007,
        rough=0.95,
        specular=0.02,
        sheen=0.35,
    )


def knit(colour: Linear, scale: float = 55.0) -> Material:
    """Knitted wool."""
    return Material(
        colour,
        shade(colour, 0.6),
        Pattern.KNIT,
        scale=scale,
        relief=0.003,
        rough=0.95,
        specular=0.02,
        sheen=0.5,
    )


def leather(colour: Linear) -> Material:
    """Smooth leather with a worn tone."""
    return Material(
        colour, shade(colour, 0.65), Pattern.NOISE, scale=11.0, relief=0.0005, rough=0.45
    )


def rubber(colour: Linear = INK) -> Material:
    """Rubber: tyres, handles."""
    return Material(colour, rough=0.7)


def paper(colour: Linear = IVORY) -> Material:
    """Paper and card."""
    return Material(colour, rough=0.9, specular=0.03, soft=0.1)


def foliage(colour: Linear = GREEN, *, scale: float = 9.0, relief: float = 0.06) -> Material:
    """The leaves of a crown or a hedge, with a rough outline."""
    return Material(
        colour,
        shade(colour, 0.45),
        Pattern.LEAF,
        scale=scale,
        relief=relief,
        rough=0.7,
        soft=0.5,
        sheen=0.1,
    )


def blade(colour: Linear = GREEN) -> Material:
    """One smooth leaf, petal or stalk."""
    return Material(colour, rough=0.45, soft=0.55)


def bark(colour: Linear = (0.15, 0.095, 0.06), scale: float = 9.0) -> Material:
    """Bark; its furrows run along a shape's y."""
    return Material(
        colour, shade(colour, 0.45), Pattern.BARK, scale=scale, relief=0.012, rough=0.95
    )


def fur(colour: Linear, *, scale: float = 60.0, relief: float = 0.006) -> Material:
    """A short coat; strands lie along a shape's y."""
    return Material(
        colour,
        shade(colour, 0.6),
        Pattern.FUR,
        scale=scale,
        relief=relief,
        rough=0.8,
        specular=0.03,
        sheen=0.35,
    )


def stone(colour: Linear = STONE, *, scale: float = 3.0, relief: float = 0.03) -> Material:
    """Broken stone with a rough outline."""
    return Material(
        colour, shade(colour, 0.55), Pattern.ROCK, scale=scale, relief=relief, rough=0.92
    )


def carved(colour: Linear = STONE) -> Material:
    """Worked stone: steps, basins, statues."""
    return Material(colour, shade(colour, 0.72), Pattern.NOISE, scale=9.0, relief=0.001, rough=0.85)


def skin(colour: Linear) -> Material:
    """Skin as of a good doll: light goes in a little."""
    return Material(colour, rough=0.5, specular=0.035, soft=0.7, sheen=0.12)


def portrait(colour: Linear, picture: int) -> Material:
    """Skin with one of the scene's pictures laid on it."""
    return Material(
        colour, pattern=Pattern.PICTURE, rough=0.5, specular=0.035, soft=0.6, picture=picture
    )


def light(colour: Linear, glow: float) -> Material:
    """Something that shines: a bulb, a flame, a lit sign."""
    return Material(colour, rough=0.5, glow=glow)
