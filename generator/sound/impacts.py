"""The sound of a ball on a surface: damped modes of both, and a click, struck at once.

Source: modal synthesis of impacts, e.g. van den Doel, Kry and Pai, "FoleyAutomatic" (SIGGRAPH
2001). Frequencies and decays were set by ear-free means: from published ranges, by material.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]

SECONDS = 0.6  # No modelled mode is heard longer.
_CLICK_SECONDS = 0.0012


@dataclass(frozen=True, slots=True)
class Surface:
    """Modes of a surface: hertz, decay in seconds and strength, and how sharp the click is."""

    modes: tuple[tuple[float, float, float], ...]
    click: float
    hush: float  # How much of the ball's own ring the surface lets out, 0..1.


def _surface(click: float, hush: float, *modes: tuple[float, float, float]) -> Surface:
    return Surface(modes, click, hush)


_SURFACES: dict[str, Surface] = {
    "asphalt": _surface(
        0.35, 1.0, (74, 0.06, 0.9), (118, 0.05, 0.5), (262, 0.03, 0.3), (655, 0.016, 0.14)
    ),
    "stone": _surface(
        0.45, 1.0, (96, 0.05, 0.8), (310, 0.03, 0.4), (890, 0.02, 0.2), (1830, 0.012, 0.12)
    ),
    "wood": _surface(
        0.30, 0.9, (88, 0.10, 1.0), (163, 0.09, 0.7), (247, 0.07, 0.5), (431, 0.05, 0.3),
        (712, 0.03, 0.16),
    ),
    "vinyl": _surface(0.22, 0.9, (70, 0.07, 0.9), (140, 0.05, 0.6), (290, 0.03, 0.25)),
    "grass": _surface(0.10, 0.4, (62, 0.05, 0.9), (105, 0.035, 0.4)),
    "earth": _surface(0.10, 0.4, (58, 0.06, 1.0), (98, 0.04, 0.4)),
    "sand": _surface(0.16, 0.15, (52, 0.04, 0.9), (90, 0.03, 0.3)),
    "snow": _surface(0.14, 0.1, (46, 0.04, 0.7)),
    "wall": _surface(
        0.45, 0.9, (118, 0.2, 0.8), (187, 0.17, 0.6), (322, 0.12, 0.4), (571, 0.08, 0.25),
        (1150, 0.05, 0.1),
    ),
}  # fmt: skip
_RINGS: dict[str, tuple[tuple[float, float, float], ...]] = {
    "basketball": ((182, 0.06, 0.4), (1120, 0.08, 0.05), (1905, 0.05, 0.03)),
    "football": ((205, 0.05, 0.35), (960, 0.05, 0.05)),
    "ball": ((236, 0.05, 0.3), (1340, 0.05, 0.04)),
}


def strike(body: str, surface: str, speed: float, *, rate: int, seed: int) -> Samples:
    """Return the sound of one contact, float64; its first sample is the moment of contact.

    Args:
        body: Which ball.
        surface: What it hits.
        speed: Metres a second along the normal.
        rate: Samples a second.
        seed: Of the click.
    """
    struck = _SURFACES[surface]
    time = np.arange(round(SECONDS * rate)) / rate
    sound = np.zeros(len(time))
    strength = min(speed / 5.0, 1.3) ** 1.2
    for hertz, decay, level in struck.modes:
        # Cosines: a mode sounds from its first sample, so the onset is the contact.
        sound += level * np.exp(-time / decay) * np.cos(2 * np.pi * hertz * time)
    for hertz, decay, level in _RINGS[body]:
        sound += struck.hush * level * np.exp(-time / decay) * np.cos(2 * np.pi * hertz * time)
    click = np.random.default_rng((seed, 21)).standard_normal(len(time))
    sound += struck.click * click * np.exp(-time / _CLICK_SECONDS)
    if surface in ("sand", "snow", "grass"):
        sound += 0.12 * click * np.exp(-time / 0.03)
    return 0.42 * strength * sound
