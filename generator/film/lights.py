# ruff: noqa: E501 - a light is a row of numbers.
"""The lights a shot can be under: sun, sky, haze, lamps, a soft key and how the film is graded.

Colours are linear; white paper is rightly exposed where sun, sky and lamps put 3 / exposure on it.
"""

import math
from dataclasses import dataclass, replace

import numpy as np

from generator.base import Point
from generator.film.materials import Linear
from generator.film.places.sets import Place
from generator.film.scenes import Fog, Grade, Light, Sky, Sun

_NEON = (
    Light((-4.2, 2.7, 1.6), (0.5, 3.2, 5.4), radius=0.8, shadow=False),
    Light((4.4, 2.5, 1.0), (5.6, 0.6, 2.6), radius=0.8, shadow=False),
)
_CANDLES = (
    Light((-1.9, 0.9, 1.5), (2.3, 1.15, 0.36), radius=0.3),
    Light((2.4, 1.2, -1.2), (1.7, 0.85, 0.26), radius=0.3, shadow=False),
)


@dataclass(frozen=True, slots=True)
class Lighting:
    """One light.

    Attributes:
        sun: Sun or moon.
        sky: What is overhead and what comes down from it.
        fog: The haze of a clear day under this light.
        grade: Exposure and colour of the print.
        lamps: How much of a place's lamps is on, 0..1.
        day: Brightness of what is far, 1 at noon.
        key: What a soft light beside the camera puts on a face, so that it can be read.
        lights: Its own, wherever it is.
    """

    sun: Sun
    sky: Sky
    fog: Fog
    grade: Grade
    lamps: float
    day: float
    key: Linear
    lights: tuple[Light, ...] = ()


LIGHTS: dict[str, Lighting] = {
    "morning": Lighting(
        Sun((0.70, 0.40, 0.42), (2.7, 2.05, 1.45), 0.05),
        Sky(zenith=(0.18, 0.36, 0.74), horizon=(1.02, 0.84, 0.72), below=(0.22, 0.2, 0.16),
            light=1.0, clouds=0.35),
        Fog(0.006, 8, 12, (0.95, 0.82, 0.72)),
        Grade(exposure=0.98, saturation=1.04, shadows=(0.96, 1.0, 1.06), highlights=(1.03, 1.0, 0.95)),
        0.12, 0.8, (0.20, 0.18, 0.16),
    ),
    "noon": Lighting(
        Sun((0.38, 0.82, 0.42), (3.1, 2.9, 2.55), 0.025),
        Sky(zenith=(0.07, 0.25, 0.78), horizon=(0.40, 0.66, 1.02), below=(0.26, 0.25, 0.2),
            light=0.9, clouds=0.45),
        Fog(0.0022, 10, 30),
        Grade(exposure=0.82, saturation=1.06, contrast=0.08),
        0.0, 1.0, (0.10, 0.10, 0.10),
    ),
    "golden": Lighting(
        Sun((-0.66, 0.36, 0.44), (3.2, 1.85, 0.86), 0.05),
        Sky(zenith=(0.24, 0.40, 0.74), horizon=(1.35, 0.66, 0.28), below=(0.26, 0.18, 0.11),
            light=0.75, clouds=0.5),
        Fog(0.0055, 8, 16, (1.0, 0.55, 0.30)),
        Grade(exposure=0.92, bloom=0.34, saturation=1.08, shadows=(0.94, 0.98, 1.08),
              highlights=(1.05, 1.0, 0.92)),
        0.25, 0.6, (0.26, 0.2, 0.14),
    ),
    "dusk": Lighting(
        Sun((0.62, 0.24, -0.42), (1.25, 0.52, 0.42), 0.09),
        Sky(zenith=(0.06, 0.10, 0.36), horizon=(0.92, 0.36, 0.26), below=(0.11, 0.09, 0.12),
            light=0.95, clouds=0.55, stars=0.15, disk=False),
        Fog(0.007, 6, 18, (0.56, 0.30, 0.36)),
        Grade(exposure=1.5, bloom=0.36, saturation=1.06, shadows=(0.94, 0.96, 1.12),
              highlights=(1.04, 0.98, 0.98)),
        0.75, 0.3, (0.34, 0.24, 0.22),
    ),
    "night": Lighting(
        Sun((-0.48, 0.70, 0.34), (0.17, 0.23, 0.38), 0.03),
        Sky(zenith=(0.008, 0.016, 0.05), horizon=(0.035, 0.055, 0.125), below=(0.012, 0.016, 0.03),
            light=1.5, clouds=0.3, stars=1.0),
        Fog(0.010, 5, 20, (0.03, 0.048, 0.105)),
        Grade(exposure=3.4, bloom=0.36, saturation=0.96, shadows=(0.9, 0.98, 1.14),
              highlights=(1.02, 1.0, 0.97)),
        0.6, 0.05, (0.22, 0.21, 0.22),
    ),
    "overcast": Lighting(
        Sun((0.20, 0.92, 0.34), (0.62, 0.64, 0.66), 0.28),
        Sky(zenith=(0.60, 0.66, 0.74), horizon=(0.80, 0.84, 0.88), below=(0.24, 0.24, 0.23),
            light=1.5, clouds=0.95, disk=False),
        Fog(0.012, 5, 30, (0.74, 0.78, 0.82)),
        Grade(exposure=1.12, saturation=0.94, contrast=0.06, shadows=(0.98, 1.0, 1.03)),
        0.3, 0.8, (0.14, 0.14, 0.14),
    ),
    "neon": Lighting(
        Sun((-0.40, 0.66, 0.40), (0.10, 0.12, 0.24), 0.05),
        Sky(zenith=(0.005, 0.006, 0.022), horizon=(0.05, 0.018, 0.072), below=(0.03, 0.015, 0.04),
            light=1.3, clouds=0.4, stars=0.2),
        Fog(0.016, 4, 16, (0.036, 0.014, 0.05)),
        Grade(exposure=3.0, bloom=0.46, contrast=0.1, saturation=1.14, shadows=(0.94, 0.96, 1.12)),
        0.5, 0.04, (0.20, 0.20, 0.22), _NEON,
    ),
    "candle": Lighting(
        Sun((-0.48, 0.60, 0.40), (0.10, 0.11, 0.17), 0.05),
        Sky(zenith=(0.010, 0.014, 0.035), horizon=(0.05, 0.042, 0.055), below=(0.03, 0.02, 0.012),
            light=1.4, clouds=0.2, stars=0.7),
        Fog(0.008, 5, 16, (0.05, 0.036, 0.03)),
        Grade(exposure=2.7, bloom=0.42, saturation=1.02, shadows=(1.0, 0.96, 0.96),
              highlights=(1.06, 1.0, 0.9)),
        0.35, 0.04, (0.34, 0.20, 0.09), _CANDLES,
    ),
}  # fmt: skip
DARK = frozenset({"night", "neon", "candle"})


def light(name: str, *, place: Place, seed: int) -> Lighting:
    """Return a light as it falls on a place; the seed turns the sun by up to 0.25 radians."""
    base = LIGHTS[name]
    rng = np.random.default_rng((seed, 22))
    base = replace(base, sun=_turned(base.sun, float(rng.uniform(-0.25, 0.25))))
    sky = replace(
        base.sky,
        hills=place.hills,
        skyline=place.skyline,
        far=_times(place.far, 0.15 + 0.85 * base.day if base.day > 0.1 else base.day),
    )
    fog = replace(base.fog, density=base.fog.density * place.haze)
    grade = replace(base.grade, exposure=base.grade.exposure * place.open)
    base = replace(base, sky=sky, fog=fog, grade=grade)
    return _indoors(base, dark=name in DARK) if place.indoors else base


def _turned(sun: Sun, by: float) -> Sun:
    x, y, z = sun.direction
    cos, sin = math.cos(by), math.sin(by)
    turned: Point = (cos * x + sin * z, y, cos * z - sin * x)
    size = math.hypot(*turned)
    return replace(sun, direction=(turned[0] / size, turned[1] / size, turned[2] / size))


def _indoors(base: Lighting, *, dark: bool) -> Lighting:
    """Let the sun in through the left windows only, open the lens, and light more lamps."""
    low = 0.42 if base.sun.direction[1] < 0.6 else 0.62
    sun = replace(base.sun, direction=(-0.86, low, 0.22), spread=0.04)
    mean = sum(base.sky.zenith) / 3 + sum(base.sky.horizon) / 3
    # What falls in is the sky's light after it met the walls: greyer and warmer than the sky.
    ambient = 0.42 if not dark else 0.9
    sky = replace(base.sky, light=base.sky.light * ambient)
    room = (mean * 0.2, mean * 0.18, mean * 0.15)
    return replace(
        base,
        sun=sun,
        sky=replace(sky, below=room),
        fog=replace(base.fog, density=0.002),
        grade=replace(base.grade, exposure=base.grade.exposure * (0.62 if dark else 1.45)),
        lamps=max(base.lamps, 0.35),
        key=_times(base.key, 1.2),
    )


def _times(colour: Linear, factor: float) -> Linear:
    return colour[0] * factor, colour[1] * factor, colour[2] * factor
