"""How a sound reaches the camera: to which side, from how far, through what air, in what room."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generator import filters
from generator.simulate import cameras
from generator.simulate.cameras import View
from generator.sound import tones
from generator.sound.tones import RATE

Samples = NDArray[np.float64]

NEAR = 2.2  # Metres within which a sound is at its full level.
FALL = 0.6  # Level falls with so much of a power of the distance: films compress it.
WIDTH = 0.8  # How far to the side the picture's edge is heard, 0..1.
AIR_HZ = 150_000.0  # Of a sound a metre away what lies above is lost; n metres away, an nth of it.
_GAP_SECONDS = 0.012  # A room answers after so long, so that onsets stay sharp.


@dataclass(frozen=True, slots=True)
class Space:
    """A place's echo: seconds to -60 dB, how much of it, and what is left of its treble (hertz)."""

    seconds: float
    wet: float
    treble: float


OUTDOORS = Space(0.35, 0.03, 3500.0)
SPACES: dict[str, Space] = {
    "room": Space(0.4, 0.13, 5500.0), "studio": Space(0.32, 0.12, 6500.0),
    "court": Space(0.9, 0.10, 4500.0), "street": Space(0.8, 0.08, 3800.0),
    "park": OUTDOORS, "beach": Space(0.2, 0.015, 3000.0), "forest": Space(0.7, 0.05, 2500.0),
    "kitchen": Space(0.45, 0.13, 5500.0), "library": Space(0.6, 0.10, 3500.0),
    "cafe": Space(0.5, 0.11, 4500.0), "theatre": Space(1.3, 0.14, 3800.0),
    "harbour": Space(0.4, 0.03, 3000.0), "rooftop": Space(0.3, 0.02, 3000.0),
    "temple": Space(0.6, 0.05, 3000.0),
    "snowfield": Space(0.15, 0.01, 2000.0), "desert": Space(0.2, 0.012, 3000.0),
}  # fmt: skip


def heard(view: View, where: NDArray[np.float64]) -> tuple[float, float, float]:
    """Return the level left and right of something at a place, and its distance in metres."""
    way = where - view.eye
    far = float(np.linalg.norm(way))
    half = cameras.SENSOR_MM / (2 * view.lens_mm)  # Tangent of half the angle of view.
    ahead = max(float(way @ view.forward), 0.1)
    side = float(np.clip(WIDTH * float(way @ view.right) / ahead / half, -1, 1))
    level = min(1.0, (NEAR / max(far, 1e-3)) ** FALL)
    left, right = np.sqrt((1 - side) / 2), np.sqrt((1 + side) / 2)
    return level * float(left), level * float(right), far


def carried(sound: Samples, metres: float) -> Samples:
    """Return a sound after so many metres of air, which takes the treble."""
    corner = AIR_HZ / max(metres, 1.0)
    if corner > 0.45 * RATE:
        return sound
    kept = float(np.exp(-2 * np.pi * corner / RATE))
    return filters.recursive([1 - kept], [1.0, -kept], sound)


def echo(dry: Samples, place: str, *, seed: int) -> Samples:
    """Return what a place answers to a sound, float64 (N, 2): decaying noise, without the sound.

    Source: J. A. Moorer, "About this reverberation business", Computer Music Journal 3 (1979): a
    room's late answer is noise that decays.
    """
    space = SPACES.get(place, OUTDOORS)
    if not dry.any():
        return np.zeros_like(dry)
    size = round(space.seconds * RATE)
    rng = np.random.default_rng((seed, 23))
    tail = rng.standard_normal((size, 2)) * np.exp(-6.9 * np.arange(size) / size)[:, None]
    tail = filters.sections(filters.low_pass(space.treble, RATE, order=1), tail)
    tail[: round(_GAP_SECONDS * RATE)] = 0
    tail *= space.wet / np.sqrt((tail**2).sum(axis=0))
    return filters.convolved(dry.mean(axis=1), tail)


def place_in(into: Samples, sound: Samples, at: float, levels: tuple[float, float]) -> None:
    """Add a sound of one channel to one of two, at a time in seconds."""
    for side in (0, 1):
        tones.add(into[:, side], sound, at, levels[side])
