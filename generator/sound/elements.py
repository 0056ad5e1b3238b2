"""Sounds of air, water, fire and earth, and of what breaks."""

import numpy as np
from numpy.typing import NDArray

from generator import filters
from generator.sound import foley, tones
from generator.sound.tones import RATE

Samples = NDArray[np.float64]
Random = np.random.Generator


def thunder(rng: Random, seconds: float) -> Samples:
    """Return thunder: a crack, then a rumble that rolls away in several swells."""
    sound = np.zeros(len(tones.span(seconds)))
    for _ in range(7):
        late = float(rng.exponential(0.16))
        crack = tones.noise(rng, 0.35, 120, 5000) * tones.struck(0.35, 0.05)
        tones.add(sound, crack, late, float(rng.uniform(0.2, 1.0)) * np.exp(-3 * late))
    knots = max(round(3 * seconds), 4)
    swells = np.interp(
        tones.span(seconds), np.linspace(0, seconds, knots), rng.uniform(0.3, 1, knots)
    )
    rumble = tones.noise(rng, seconds, 28, 160) + 0.4 * tones.noise(rng, seconds, 90, 420)
    return tones.levelled(sound) * 0.8 + 0.3 * rumble * swells * tones.struck(
        seconds, seconds / 2.6
    ) * (tones.swelled(seconds, 0.05, 0.4))


def wind(rng: Random, seconds: float) -> Samples:
    """Return wind that gusts and whistles a little."""
    knots = max(round(1.2 * seconds), 3)
    gust = np.interp(
        tones.span(seconds), np.linspace(0, seconds, knots), rng.uniform(0.35, 1, knots)
    )
    low, high = tones.noise(rng, seconds, 90, 420), tones.noise(rng, seconds, 420, 1100)
    return low * gust + 0.5 * high * gust**3


def rain(rng: Random, seconds: float) -> Samples:
    """Return rain: a hiss of many drops, and some near ones."""
    sound = 0.7 * tones.noise(rng, seconds, 1200, 9000)
    near = [tones.rung(((float(h), 0.0035, 1.0),), 0.03) for h in rng.uniform(1800, 6000, 12)]
    for at in rng.uniform(0, seconds, round(45 * seconds)):
        tones.add(sound, near[int(rng.integers(12))], float(at), float(rng.uniform(0.3, 1.6)))
    return sound


def waves(rng: Random, seconds: float) -> Samples:
    """Return waves on a shore: each rises, breaks and runs back."""
    time = tones.span(seconds)
    phase = (time / 6.5 + float(rng.uniform(0, 1))) % 1.0
    breaking = np.where(phase < 0.3, (phase / 0.3) ** 2, np.exp(-(phase - 0.3) * 4.5))
    low, high = tones.noise(rng, seconds, 80, 600), tones.noise(rng, seconds, 600, 5500)
    return 0.8 * low * (0.35 + breaking) + high * breaking**1.5


def stream(rng: Random, seconds: float) -> Samples:
    """Return a brook: bubbles of all sizes over a soft rush."""
    sound = 0.25 * tones.noise(rng, seconds, 400, 3000)
    drips = [
        foley.plop(0.5, float(r), seed=int(rng.integers(1 << 30)))
        for r in rng.uniform(0.004, 0.015, 10)
    ]
    drips = [tones.levelled(drip) for drip in drips]
    for at in rng.uniform(0, seconds, round(24 * seconds)):
        tones.add(sound, drips[int(rng.integers(10))], float(at), float(rng.uniform(0.2, 0.9)))
    return sound


def fire(rng: Random, seconds: float) -> Samples:
    """Return a fire: a low roar that flickers, and wood that cracks."""
    knots = max(round(9 * seconds), 4)
    flicker = np.interp(
        tones.span(seconds), np.linspace(0, seconds, knots), rng.uniform(0.4, 1, knots)
    )
    sound = 0.35 * tones.noise(rng, seconds, 50, 380) * flicker
    for at in rng.uniform(0, seconds, round(14 * seconds)):
        crack = tones.noise(rng, 0.02, 1500, 9000) * tones.struck(0.02, 0.0025)
        tones.add(sound, crack, float(at), float(rng.pareto(2.2)) * 0.5)
    return np.clip(sound, -3, 3)


def traffic(rng: Random, seconds: float) -> Samples:
    """Return a street: a steady rumble and cars that pass."""
    sound = 0.6 * tones.noise(rng, seconds, 45, 260)
    for at in np.arange(float(rng.uniform(-1.5, 0.5)), seconds, 2.6):
        length = 3.0
        away = (tones.span(length) - length / 2) * 9.0
        near = 1 / (1 + (away / 5.0) ** 2)
        passing = tones.noise(rng, length, 150, 1500) * near
        tones.add(sound, passing, float(at), float(rng.uniform(0.5, 1.3)))
    return sound


def hum(rng: Random, seconds: float) -> Samples:
    """Return the tone of a room: mains and air."""
    time = tones.span(seconds)
    mains = np.sin(2 * np.pi * 100 * time) + 0.3 * np.sin(2 * np.pi * 200 * time)
    return 0.25 * mains + tones.noise(rng, seconds, 40, 260)


def leaves(rng: Random, seconds: float) -> Samples:
    """Return leaves that the wind moves."""
    knots = max(round(2 * seconds), 4)
    gust = np.interp(
        tones.span(seconds), np.linspace(0, seconds, knots), rng.uniform(0.05, 1, knots)
    )
    return tones.noise(rng, seconds, 2200, 8500) * gust**2


def glass_break(rng: Random, seconds: float) -> Samples:
    """Return glass that breaks: the blow, then shards that ring and fall."""
    sound = np.zeros(len(tones.span(seconds)))
    blow = tones.noise(rng, 0.2, 900, 12_000) * tones.struck(0.2, 0.025)
    tones.add(sound, blow, 0.0, 0.8)
    for number in range(42):
        late = 0.0 if number < 8 else float(rng.exponential(0.22))
        hertz = float(rng.uniform(2200, 9500))
        shard = tones.rung(((hertz, 0.05, 1.0), (1.6 * hertz, 0.03, 0.6)), 0.25)
        tones.add(sound, shard, late, 0.28 * np.exp(-2 * late) * float(rng.uniform(0.3, 1)))
    return sound


def whoosh(rng: Random, seconds: float) -> Samples:
    """Return something that flies past: a band of noise that rises and falls."""
    length = min(0.7, seconds)
    share = tones.span(length) / length
    low, high = tones.noise(rng, length, 250, 900), tones.noise(rng, length, 900, 4500)
    bell = np.exp(-(((share - 0.5) / 0.17) ** 2))
    return low * bell + 0.8 * high * bell**2


def explosion(rng: Random, seconds: float) -> Samples:
    """Return an explosion: a blast, its rumble, and what falls back."""
    time = tones.span(seconds)
    boom = np.sin(2 * np.pi * np.cumsum(30 + 70 * np.exp(-time / 0.12)) / RATE) * np.exp(
        -time / 0.35
    )
    blast = tones.noise(rng, seconds, 60, 4500) * np.exp(-time / 0.12)
    rumble = tones.noise(rng, seconds, 25, 220) * np.exp(-time / (0.4 * seconds))
    sound = 1.3 * boom + 0.5 * blast + 0.5 * rumble
    for at in rng.uniform(0.3, 0.8 * seconds, 25):
        bit = tones.noise(rng, 0.04, 800, 6000) * tones.struck(0.04, 0.006)
        tones.add(sound, bit, float(at), 0.12)
    return sound * np.minimum(1, time / 0.003)


def splash(rng: Random, seconds: float) -> Samples:
    """Return something heavy that falls into water."""
    sound = np.zeros(len(tones.span(seconds)))
    tones.add(sound, foley.plop(4.0, 0.15, seed=int(rng.integers(1 << 30))), 0.0)
    return sound


def drip(rng: Random, seconds: float) -> Samples:
    """Return drops that fall into a basin."""
    sound = np.zeros(len(tones.span(seconds)))
    at = 0.0
    while at < seconds:
        drop = foley.plop(2.0, float(rng.uniform(0.006, 0.012)), seed=int(rng.integers(1 << 30)))
        tones.add(sound, tones.levelled(drop), at)
        at += float(rng.uniform(0.45, 0.8))
    return sound


def earthquake(rng: Random, seconds: float) -> Samples:
    """Return ground that shakes, and things that rattle on it."""
    shake = tones.noise(rng, seconds, 18, 70) * tones.swelled(seconds, 0.4, seconds / 3)
    rattle = tones.noise(rng, seconds, 900, 4000) * np.clip(tones.noise(rng, seconds, 6, 14), 0, 2)
    return shake + 0.12 * filters.sections(filters.low_pass(3500.0, RATE), rattle)
