"""Sounds of what moves: steps, rolling, water, cloth.

Water sounds by its bubbles: M. Minnaert, "On musical air-bubbles and the sounds of running water",
Phil. Mag. 16 (1933), and K. van den Doel, "Physically based models for liquid sounds", ACM TAP 2
(2005): a bubble of radius r rings at 3.26 / r hertz, dies away, and rises in pitch as it surfaces.
"""

import numpy as np
from numpy.typing import NDArray

from generator.sound import impacts, tones
from generator.sound.tones import RATE

Samples = NDArray[np.float64]

_SOLE = ("rubber", 0.22)
_HEEL_TO_TOE = 0.085  # Seconds between the heel and the ball of the foot.
_LOOSE = {"grass": (1200.0, 6000.0), "sand": (900.0, 5000.0), "snow": (700.0, 4200.0),
          "earth": (500.0, 2600.0)}  # fmt: skip


def step(floor: str, speed: float, *, seed: int) -> Samples:
    """Return one step on a floor; its first sample is the heel.

    Args:
        floor: A name in `impacts.MATERIALS`.
        speed: Metres a second of walking.
        seed: No two steps are alike.
    """
    rng = np.random.default_rng((seed, 70))
    force = 0.9 + 0.5 * speed
    sound = np.zeros(round(0.7 * RATE))
    tones.add(sound, impacts.knock(_SOLE, (floor, 0.25), force, seed=seed), 0.0)
    toe = impacts.knock(_SOLE, (floor, 0.18), 0.6 * force, seed=seed + 1)
    tones.add(sound, toe, _HEEL_TO_TOE * float(rng.uniform(0.85, 1.15)))
    if floor in _LOOSE:
        low, high = _LOOSE[floor]
        crunch = tones.noise(rng, 0.22, low, high) * tones.swelled(0.22, 0.03, 0.15)
        # Grains give way one after the other.
        crunch *= 0.35 + (rng.uniform(size=len(crunch) // 240 + 1).repeat(240)[: len(crunch)]) ** 3
        tones.add(sound, crunch, 0.0, 0.035 * force)
    return sound


def roll(speeds: Samples, radius: float, floor: str, *, seed: int) -> Samples:
    """Return the sound of rolling, float64 as long as `speeds`.

    Args:
        speeds: float64 (N,), metres a second at every sample.
        radius: Of what rolls, metres.
        floor: A name in `impacts.MATERIALS`.
        seed: Of the floor's roughness.
    """
    rng = np.random.default_rng((seed, 71))
    seconds = len(speeds) / RATE
    made = impacts.MATERIALS[floor]
    rumble = tones.noise(rng, seconds, 40.0, 120.0 + 0.35 * made.hertz)[: len(speeds)]
    # One turn, one bump.
    turns = np.cumsum(speeds) / RATE / (2 * np.pi * radius)
    bump = 0.6 + 0.4 * np.cos(2 * np.pi * turns)
    return 0.05 * rumble * bump * np.minimum(speeds / 1.5, 1.5) ** 1.3


def plop(speed: float, radius: float, *, seed: int) -> Samples:
    """Return something falling into water; its first sample is the touch.

    Args:
        speed: Metres a second downwards.
        radius: Of what falls, metres.
        seed: Of the bubbles.
    """
    rng = np.random.default_rng((seed, 72))
    seconds = 0.25 + min(6 * radius, 0.9)
    sound = np.zeros(len(tones.span(seconds)))
    power = min(speed * radius / 0.4, 1.2)
    if radius > 0.02:
        slap = tones.noise(rng, 0.3, 300.0, 6000.0) * tones.struck(0.3, 0.03 + 0.3 * radius)
        tones.add(sound, slap, 0.0, 0.25 * power)
        wash = tones.noise(rng, seconds, 500.0, 7000.0) * tones.swelled(
            seconds, 0.08, 0.6 * seconds
        )
        tones.add(sound, wash, 0.02, 0.06 * power)
    for _ in range(3 if radius <= 0.02 else round(10 + 40 * power)):
        bubble = float(radius * rng.uniform(0.04, 0.35) + 0.0008)
        late = (
            float(rng.exponential(0.12 * seconds)) if radius > 0.02 else float(rng.uniform(0, 0.01))
        )
        tones.add(sound, _bubble(bubble, rng), late, min(8 * bubble, 0.12) * (0.4 + power))
    return sound


def rustle(seconds: float, *, seed: int) -> Samples:
    """Return cloth that moves for some seconds."""
    rng = np.random.default_rng((seed, 73))
    made = tones.noise(rng, seconds, 1400.0, 7000.0)
    swing = np.interp(
        tones.span(seconds), np.linspace(0, seconds, 9), [0, *rng.uniform(0.1, 1, 7), 0]
    )
    return 0.02 * made * swing


def _bubble(radius: float, rng: np.random.Generator) -> Samples:
    hertz = min(3.26 / radius, 9000.0)
    damping = 0.13 / radius + 0.0072 * radius**-1.5
    seconds = min(6 / damping, 0.2)
    time = tones.span(seconds)
    rise = 1 + float(rng.uniform(0, 0.1)) * damping * time
    return np.exp(-damping * time) * tones.glide(hertz * rise)
