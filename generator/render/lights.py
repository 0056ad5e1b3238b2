"""The lights a shot can be under: sun or moon, sky, bounce, haze and how the film is graded.

Colours are linear, roughly in units of a white card in full sun = 1.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from generator.base import Colour

Linear = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Light:
    """One light.

    Attributes:
        sun: Towards the sun, need not be a unit vector.
        sun_colour: Of the key light.
        zenith: Sky colour overhead; lights what faces up.
        horizon: Sky colour at the horizon; also the colour of haze.
        bounce: What comes back from the ground.
        rim: Light from behind that draws edges.
        haze: Share of light lost a metre.
        exposure: Factor before the film.
        tint: Channel gains of the print.
        softness: Metres of penumbra a metre of height.
    """

    sun: Linear
    sun_colour: Linear
    zenith: Linear
    horizon: Linear
    bounce: Linear
    rim: Linear
    haze: float
    exposure: float
    tint: Linear
    softness: float


LIGHTS: dict[str, Light] = {
    "golden": Light(
        (-0.72, 0.42, 0.42), (2.25, 1.30, 0.62), (0.20, 0.32, 0.62), (1.15, 0.66, 0.40),
        (0.34, 0.20, 0.12), (0.95, 0.48, 0.22), 0.009, 1.25, (1.05, 1.0, 0.92), 0.10,
    ),
    "noon": Light(
        (0.35, 0.90, 0.42), (1.75, 1.66, 1.48), (0.24, 0.44, 0.86), (0.66, 0.82, 1.0),
        (0.26, 0.26, 0.20), (0.30, 0.34, 0.40), 0.005, 1.35, (1.0, 1.0, 1.0), 0.07,
    ),
    "morning": Light(
        (0.74, 0.48, 0.36), (1.70, 1.36, 1.02), (0.34, 0.50, 0.78), (0.98, 0.86, 0.76),
        (0.28, 0.26, 0.24), (0.62, 0.52, 0.44), 0.012, 1.3, (1.02, 1.0, 1.0), 0.14,
    ),
    "dusk": Light(
        (0.60, 0.34, -0.30), (0.92, 0.42, 0.46), (0.12, 0.15, 0.42), (0.78, 0.34, 0.42),
        (0.12, 0.09, 0.16), (0.95, 0.42, 0.44), 0.012, 1.7, (1.0, 0.96, 1.06), 0.25,
    ),
    "night": Light(
        (-0.45, 0.78, 0.34), (0.34, 0.44, 0.72), (0.030, 0.050, 0.14), (0.075, 0.105, 0.24),
        (0.02, 0.03, 0.06), (0.30, 0.40, 0.80), 0.014, 2.3, (0.94, 1.0, 1.10), 0.12,
    ),
    "overcast": Light(
        (0.20, 0.95, 0.30), (0.42, 0.44, 0.46), (0.74, 0.80, 0.88), (0.84, 0.87, 0.90),
        (0.24, 0.25, 0.26), (0.16, 0.17, 0.19), 0.012, 1.25, (0.98, 1.0, 1.02), 0.60,
    ),
}  # fmt: skip
# Indoors the key comes through a window, and lamps keep the shade from going black.
_INDOORS = {"room", "studio"}


def light(name: str, *, place: str, weather: str, seed: int) -> Light:
    """Return a light as it falls on a place in a weather; the seed moves the sun a little."""
    base = LIGHTS[name]
    rng = np.random.default_rng((seed, 4))
    turn = float(rng.uniform(-0.3, 0.3))
    cos, sin = float(np.cos(turn)), float(np.sin(turn))
    x, y, z = base.sun
    base = replace(base, sun=unit((cos * x + sin * z, y, cos * z - sin * x)))
    if place in _INDOORS:
        base = replace(
            base,
            sun=unit((base.sun[0], max(base.sun[1], 0.62), abs(base.sun[2]) + 0.15)),
            sun_colour=mix(base.sun_colour, (1.15, 1.02, 0.86), 0.45),
            zenith=mix(base.zenith, (0.46, 0.44, 0.44), 0.6),
            horizon=mix(base.horizon, (0.50, 0.44, 0.40), 0.5),
            haze=0.002,
            softness=0.22,
        )
    if weather in ("rain", "snow", "fog"):
        grey = sum(base.horizon) / 3
        base = replace(
            base,
            sun_colour=scaled(base.sun_colour, 0.42 if weather != "snow" else 0.6),
            zenith=mix(base.zenith, (grey, grey, grey * 1.05), 0.6),
            horizon=mix(base.horizon, (grey, grey, grey * 1.04), 0.75),
            haze=base.haze + {"rain": 0.010, "snow": 0.016, "fog": 0.06}[weather],
            softness=base.softness + 0.3,
        )
    return base


def linear(colour: Colour) -> Linear:
    """Return an sRGB colour (0-255) as linear light (0..1). Source: IEC 61966-2-1."""
    red, green, blue = (
        value / 255 / 12.92 if value <= 10 else ((value / 255 + 0.055) / 1.055) ** 2.4
        for value in colour
    )
    return red, green, blue


def mix(a: Linear, b: Linear, share: float) -> Linear:
    """Return the colour that is `share` of the way from a to b."""
    return (
        a[0] + (b[0] - a[0]) * share,
        a[1] + (b[1] - a[1]) * share,
        a[2] + (b[2] - a[2]) * share,
    )


def scaled(a: Linear, factor: float) -> Linear:
    """Return the colour times a factor."""
    return a[0] * factor, a[1] * factor, a[2] * factor


def unit(vector: Linear) -> Linear:
    """Return a vector of length one."""
    length = sum(value * value for value in vector) ** 0.5
    return vector[0] / length, vector[1] / length, vector[2] / length


def vector(colour: Linear) -> NDArray[np.float32]:
    """Return a colour as float32 (3,)."""
    return np.array(colour, np.float32)
