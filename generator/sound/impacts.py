"""The sound of one thing on another: damped modes of both and a click, struck at once.

Source: modal synthesis of impacts, e.g. K. van den Doel, P. G. Kry, D. K. Pai, "FoleyAutomatic"
(SIGGRAPH 2001). The ratios of modes are those of bars, plates and membranes (N. H. Fletcher and T.
D. Rossing, "The Physics of Musical Instruments", 1998, chapters 2 and 3); base frequencies and
decays lie where recordings of such things are reported to. The softer of the two decides how long
they touch, and a mode that swings faster than that is hardly excited.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generator import filters
from generator.sound import tones

Samples = NDArray[np.float64]

SECONDS = 0.6  # Of most impacts; what rings longer gets longer.
SECONDS_MAX = 3.0
SPEED_FULL = 5.0  # m/s of a blow at the usual level.
LOUDEST = 1.3  # More speed makes nothing louder.
_CLICK_SECONDS = 0.0012
_CLICK_PERIODS = 2.0  # Of a touch's length, that the highest part of its click has.
_SIZE = 0.3  # Metres that the base frequencies are for.
_BAR = (1.0, 2.76, 5.40, 8.93, 13.3)
_PLATE = (1.0, 1.58, 2.24, 2.92, 3.46, 4.10, 5.31)
_SHELL = (1.0, 2.32, 4.25, 6.63, 9.38)
_SKIN = (1.0, 1.59, 2.14, 2.65, 3.16)


@dataclass(frozen=True, slots=True)
class Material:
    """How a material sounds.

    Attributes:
        hertz: Lowest mode of a thing of 0.3 m.
        ratios: Of its modes to the lowest.
        decay: Seconds in which the lowest falls to 1/e; higher ones fall sooner.
        touch: Seconds that something hard touches it for.
        click: How much of the blow itself is heard.
        crumble: How much of it is heard as the rustle of many grains, and for how long (seconds).
    """

    hertz: float
    ratios: tuple[float, ...]
    decay: float
    touch: float
    click: float
    crumble: tuple[float, float] = (0.0, 0.03)


MATERIALS: dict[str, Material] = {
    "wood": Material(175, _BAR, 0.11, 0.0009, 0.30),
    "metal": Material(540, _PLATE, 0.85, 0.00025, 0.35),
    "glass": Material(1050, _SHELL, 0.32, 0.0002, 0.35),
    "ceramic": Material(780, _SHELL, 0.15, 0.00025, 0.40),
    "rubber": Material(86, _SKIN, 0.055, 0.0055, 0.12),
    "leather": Material(108, _SKIN, 0.05, 0.0042, 0.16),
    "plastic": Material(310, (1.0, 2.1, 3.4, 5.1, 7.3), 0.055, 0.0011, 0.32),
    "stone": Material(640, (1.0, 2.4, 4.1, 6.2), 0.035, 0.0003, 0.50),
    "cardboard": Material(135, (1.0, 1.7, 2.6, 3.9), 0.035, 0.003, 0.25, (0.10, 0.03)),
    "cloth": Material(44, (1.0, 2.3), 0.025, 0.012, 0.05, (0.06, 0.05)),
    "water": Material(82, (1.0, 2.2, 3.7), 0.06, 0.004, 0.10, (0.20, 0.12)),
    "snow": Material(46, (1.0, 1.7), 0.04, 0.011, 0.10, (0.20, 0.05)),
    "sand": Material(52, (1.0, 1.73), 0.04, 0.008, 0.12, (0.22, 0.035)),
    "grass": Material(62, (1.0, 1.7), 0.05, 0.008, 0.08, (0.13, 0.035)),
    "earth": Material(58, (1.0, 1.69, 2.6), 0.06, 0.006, 0.10, (0.05, 0.03)),
    "asphalt": Material(110, (1.0, 2.4, 5.9), 0.05, 0.0005, 0.36, (0.03, 0.02)),
    "vinyl": Material(88, (1.0, 2.0, 4.1), 0.06, 0.0018, 0.22),
    "wall": Material(118, (1.0, 1.58, 2.73, 4.84, 9.7), 0.17, 0.001, 0.42),
}  # fmt: skip
BODIES: dict[str, tuple[str, float]] = {  # What things are made of, and how large, metres.
    "ball": ("rubber", 0.28), "basketball": ("leather", 0.24), "football": ("leather", 0.28),
    "crate": ("wood", 0.4), "box": ("cardboard", 0.4), "domino": ("plastic", 0.06),
    "bottle": ("glass", 0.24), "can": ("metal", 0.12), "cup": ("ceramic", 0.1),
    "rock": ("stone", 0.3), "table": ("wood", 0.9), "bench": ("wood", 1.1), "lamp": ("metal", 0.9),
    "cone": ("plastic", 0.5), "striker": ("wood", 0.1), "board": ("plastic", 1.1),
    "rim": ("metal", 0.45), "net": ("cloth", 0.4),
}  # fmt: skip
_FLOOR = 0.3  # A floor has no size; its sound is that of what is struck of it.


def strike(body: str, surface: str, speed: float, *, seed: int) -> Samples:
    """Return the sound of one contact, float64, at `tones.RATE`; it starts with the contact.

    Args:
        body: A name in BODIES.
        surface: What it hits: a name in BODIES or a material.
        speed: Metres a second along the normal.
        seed: Of the click.
    """
    return knock(BODIES[body], BODIES.get(surface, (surface, _FLOOR)), speed, seed=seed)


def knock(one: tuple[str, float], other: tuple[str, float], speed: float, *, seed: int) -> Samples:
    """Return the sound of two things that meet, float64; its first sample is when.

    Args:
        one: A name in MATERIALS and metres of size.
        other: The same of what it meets.
        speed: Metres a second along the normal.
        seed: Of the click.
    """
    pair = (MATERIALS[one[0]], MATERIALS[other[0]])
    # A hard blow is over sooner (Hertz): the touch shortens with the fifth root of the speed.
    touch = max(made.touch for made in pair) * (SPEED_FULL / max(speed, 0.05)) ** 0.2
    modes = tuple(
        (hertz, decay, 0.75 * level)
        for (_, size), made in zip((one, other), pair, strict=True)
        for hertz, decay, level in _modes(made, size, touch)
    )
    seconds = min(max(SECONDS, 5 * max(decay for _, decay, _ in modes)), SECONDS_MAX)
    sound = tones.rung(modes, seconds)
    rng = np.random.default_rng((seed, 21))
    grain = rng.standard_normal(len(sound))
    length = max(_CLICK_SECONDS, 0.6 * touch)
    short = round(8 * length * tones.RATE)
    # What touches softly clicks dully: nothing in the blow is faster than the touch.
    kept = float(np.exp(-2 * np.pi * _CLICK_PERIODS / touch / tones.RATE))
    blow = filters.recursive([1 - kept], [1.0, -kept], grain[:short])
    blow *= tones.struck(seconds, length)[:short]
    sound[:short] += max(made.click for made in pair) * blow
    crumble, fading = max(made.crumble for made in pair)
    if crumble > 0:
        sound += crumble * grain * tones.struck(seconds, fading)
    strength = min(speed / SPEED_FULL, LOUDEST) ** 1.2
    return 0.42 * strength * sound


def _modes(made: Material, size: float, touch: float) -> list[tones.Mode]:
    """Return the modes of a thing of a size under a blow of some seconds."""
    base = made.hertz * _SIZE / size
    modes: list[tones.Mode] = []
    for number, ratio in enumerate(made.ratios):
        hertz = base * ratio
        decay = made.decay / (1 + 0.35 * number)
        excited = 1 / (1 + (1.6 * hertz * touch) ** 2)
        modes.append((hertz, decay, excited / (1 + number) ** 0.75))
    return modes
