# ruff: noqa: E501 - a build a line.
"""What a figure wears, how its hair is cut, and how thick its build is."""

from dataclasses import dataclass

from generator.base import Colour

TOPS = ("shirt", "t_shirt", "jumper", "jacket", "hoodie", "dress", "coat")
BOTTOMS = ("trousers", "shorts", "skirt")


@dataclass(frozen=True, slots=True)
class Outfit:
    """What a figure wears: names of TOPS and BOTTOMS, and sRGB colours.

    A dress or coat hangs over what is worn below.
    """

    top: str = "jumper"
    bottom: str = "trousers"
    top_colour: Colour = (206, 74, 56)
    bottom_colour: Colour = (52, 66, 104)
    shoe_colour: Colour = (232, 228, 220)


@dataclass(frozen=True, slots=True)
class Girth:
    """How thick a build is, in heights: radii, and half depths where two are given."""

    chest: tuple[float, float]
    waist: tuple[float, float]
    hips: tuple[float, float]
    arm: float
    wrist: float
    thigh: float
    ankle: float
    neck: float
    hand: float
    foot: tuple[float, float]  # Half width and half length.


GIRTHS: dict[str, Girth] = {
    "man": Girth((0.112, 0.082), (0.092, 0.076), (0.1, 0.082), 0.04, 0.03, 0.054, 0.04, 0.04, 1.0, (0.036, 0.072)),
    "woman": Girth((0.094, 0.076), (0.074, 0.064), (0.102, 0.082), 0.032, 0.025, 0.053, 0.033, 0.031, 0.9, (0.031, 0.064)),
    "child": Girth((0.092, 0.08), (0.09, 0.082), (0.095, 0.084), 0.036, 0.03, 0.05, 0.042, 0.036, 1.0, (0.04, 0.07)),
    "heavy": Girth((0.132, 0.11), (0.146, 0.132), (0.138, 0.12), 0.05, 0.036, 0.07, 0.048, 0.055, 1.1, (0.04, 0.072)),
    "tall": Girth((0.092, 0.068), (0.074, 0.06), (0.085, 0.068), 0.031, 0.025, 0.044, 0.032, 0.032, 0.95, (0.03, 0.066)),
    "old": Girth((0.096, 0.08), (0.096, 0.084), (0.097, 0.084), 0.035, 0.028, 0.05, 0.038, 0.035, 0.95, (0.034, 0.066)),
}  # fmt: skip


_TOPS_OF: dict[str, tuple[str, ...]] = {
    "man": ("jumper", "shirt", "hoodie", "jacket", "t_shirt"),
    "woman": ("dress", "jumper", "t_shirt", "coat", "shirt"),
    "child": ("t_shirt", "hoodie", "jumper"),
    "heavy": ("shirt", "jumper", "hoodie"),
    "tall": ("jacket", "jumper", "shirt"),
    "old": ("jumper", "coat", "shirt"),
}
_BOTTOMS_OF: dict[str, tuple[str, ...]] = {
    "woman": ("skirt", "trousers"), "child": ("shorts", "trousers"),
}  # fmt: skip
_HAIR_OF: dict[str, tuple[str, ...]] = {
    "man": ("short", "quiff", "curly", "spiky"),
    "woman": ("bob", "long", "ponytail", "bun", "afro"),
    "child": ("pigtails", "short", "curly", "bob"),
    "heavy": ("curly", "short", "ponytail"),
    "tall": ("quiff", "long", "short"),
    "old": ("receding", "bun", "bald"),
}
_BOTTOM_COLOURS: tuple[Colour, ...] = ((52, 66, 104), (70, 62, 58), (92, 84, 70), (44, 72, 70))
_SHOE_COLOURS: tuple[Colour, ...] = ((232, 228, 220), (96, 60, 40), (40, 40, 46), (170, 60, 54))


def wardrobe(build: str, colour: Colour, *, key: int) -> tuple[Outfit, str]:
    """Return an outfit with its top in a colour, and a style of hair, for a build.

    Args:
        build: A name of GIRTHS, or robot, which is given what it will not wear.
        colour: sRGB of the top.
        key: Which of the figures it is: others dress otherwise.
    """
    tops, styles = _TOPS_OF.get(build, ("jumper",)), _HAIR_OF.get(build, ("bald",))
    bottoms = _BOTTOMS_OF.get(build, ("trousers",))
    outfit = Outfit(
        top=tops[key % len(tops)],
        bottom=bottoms[key // 2 % len(bottoms)],
        top_colour=colour,
        bottom_colour=_BOTTOM_COLOURS[key % len(_BOTTOM_COLOURS)],
        shoe_colour=_SHOE_COLOURS[key // 3 % len(_SHOE_COLOURS)],
    )
    return outfit, styles[key % len(styles)]
