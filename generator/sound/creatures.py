"""Sounds of what lives: birds, beasts, and crowds of people."""

import numpy as np
from numpy.typing import NDArray

from generator import filters
from generator.sound import tones
from generator.sound.tones import RATE

Samples = NDArray[np.float64]
Random = np.random.Generator

_TRACT_WIDTH = 0.12  # Of a beast's formants, against their frequency.


def birds(rng: Random, seconds: float) -> Samples:
    """Return small birds: runs of quick rising and falling whistles."""
    sound = np.zeros(len(tones.span(seconds)))
    for _ in range(max(round(1.1 * seconds), 1)):
        start, low = float(rng.uniform(0, seconds)), float(rng.uniform(2700, 4600))
        bend = float(rng.uniform(-2500, 5000))
        for chirp in range(int(rng.integers(2, 6))):
            hertz = low + bend * tones.span(0.075) / 0.075
            whistle = tones.glide(hertz) * np.hanning(len(hertz))
            tones.add(sound, whistle, start + 0.11 * chirp, float(rng.uniform(0.4, 1.0)))
    return sound


def crickets(rng: Random, seconds: float) -> Samples:
    """Return crickets: pulses of a high tone, each insect at its own pitch and pace."""
    time = tones.span(seconds)
    sound = np.zeros(len(time))
    for _ in range(4):
        hertz, pace = float(rng.uniform(3900, 5100)), float(rng.uniform(1.6, 2.6))
        late = float(rng.uniform(0, 1))
        pulses = np.clip(np.sin(2 * np.pi * 33 * time), 0, 1)
        songs = np.clip(np.sin(2 * np.pi * (pace * time + late)) + 0.2, 0, 1)
        sound += float(rng.uniform(0.3, 1)) * pulses * songs * np.sin(2 * np.pi * hertz * time)
    return sound


def owl(rng: Random, seconds: float) -> Samples:
    """Return an owl: four soft hoots."""
    sound = np.zeros(len(tones.span(seconds)))
    base = float(rng.uniform(330, 390))
    for at, length in ((0.0, 0.28), (0.55, 0.16), (0.8, 0.16), (1.05, 0.5)):
        hoot = tones.curve(length, (0, base), (length / 3, 1.12 * base), (length, 0.94 * base))
        tone = tones.buzz(hoot, soft=3.0, top=2000.0) * tones.swelled(length, 0.05, 0.1)
        tones.add(sound, tone, at)
    return sound


def rooster(rng: Random, seconds: float) -> Samples:
    """Return a cock that crows: three short calls and a long one that falls."""
    sound = np.zeros(len(tones.span(seconds)))
    base = float(rng.uniform(430, 500))
    calls = ((0.0, 0.14, 1.0, 1.1), (0.2, 0.16, 1.15, 1.3), (0.4, 0.28, 1.35, 1.5),
             (0.72, 0.75, 1.75, 1.0))  # fmt: skip
    for at, length, first, last in calls:
        hertz = tones.curve(length, (0, base * first), (0.3 * length, base * max(first, last)),
                            (length, base * last))  # fmt: skip
        throat = _throat(tones.buzz(hertz, soft=0.7), (900.0, 1900.0, 3200.0))
        tones.add(sound, tones.levelled(throat) * tones.swelled(length, 0.03, 0.1), at)
    return sound


def dog(rng: Random, seconds: float) -> Samples:
    """Return a dog that barks twice or three times."""
    sound = np.zeros(len(tones.span(seconds)))
    base, at = float(rng.uniform(260, 420)), 0.0
    for _ in range(int(rng.integers(2, 4))):
        length = float(rng.uniform(0.16, 0.22))
        hertz = tones.curve(length, (0, 0.8 * base), (0.3 * length, 1.35 * base),
                            (length, 0.6 * base))  # fmt: skip
        rough = 1 + 0.5 * tones.noise(rng, length, 30, 120)
        source = tones.buzz(hertz, soft=0.8) * rough + 0.5 * tones.noise(rng, length, 300, 6000)
        bark = _throat(source, (700.0, 1250.0, 2600.0)) * tones.swelled(length, 0.015, 0.09)
        tones.add(sound, tones.levelled(bark), at)
        at += length + float(rng.uniform(0.12, 0.3))
    return sound


def cat(rng: Random, seconds: float) -> Samples:
    """Return a cat that mews: the mouth opens, then closes."""
    length = min(0.9, seconds)
    base = float(rng.uniform(480, 620))
    hertz = tones.curve(
        length, (0, 0.85 * base), (0.35 * length, 1.25 * base), (length, 0.8 * base)
    )
    source = tones.buzz(hertz, soft=0.9)
    shut, wide = _throat(source, (450.0, 1700.0, 3000.0)), _throat(source, (1000.0, 1500.0, 3400.0))
    jaw = tones.curve(length, (0, 0), (0.35 * length, 1), (length, 0.1))
    mew = tones.levelled(shut) * (1 - jaw) + tones.levelled(wide) * jaw
    return mew * tones.swelled(length, 0.1, 0.25)


def frogs(rng: Random, seconds: float) -> Samples:
    """Return frogs that croak by turns."""
    sound = np.zeros(len(tones.span(seconds)))
    for _ in range(max(round(1.5 * seconds), 2)):
        base, pulses = float(rng.uniform(420, 900)), int(rng.integers(5, 12))
        start = float(rng.uniform(0, seconds))
        for pulse in range(pulses):
            ring = tones.rung(((base, 0.012, 1.0), (2.1 * base, 0.008, 0.5)), 0.06)
            tones.add(sound, ring, start + pulse / 38, np.sin(np.pi * (pulse + 1) / (pulses + 1)))
    return sound


def applause(rng: Random, seconds: float) -> Samples:
    """Return hands that clap: many, each a short knock of air at its own pitch."""
    sound = np.zeros(len(tones.span(seconds)))
    hands = 26
    claps = [
        tones.noise(rng, 0.03, float(low), float(low) * 2.6) * tones.struck(0.03, 0.006)
        for low in rng.uniform(600, 1500, hands)
    ]
    for clap in claps:
        pace, late, far = rng.uniform(2.8, 4.6), rng.uniform(0, 0.6), rng.uniform(0.15, 1.0)
        for number in range(int(seconds * pace)):
            at = late + (number + float(rng.normal(0, 0.08))) / pace
            tones.add(sound, clap, at, float(far))
    return sound * tones.swelled(seconds, 0.35, min(1.2, seconds / 2))


def crowd(rng: Random, seconds: float) -> Samples:
    """Return many people who talk far off: no word can be told from another."""
    sound = np.zeros(len(tones.span(seconds)))
    knots = max(round(5 * seconds), 4)
    for _ in range(9):
        base = float(rng.choice([rng.uniform(95, 140), rng.uniform(170, 240)]))
        where = np.linspace(0, seconds, knots)
        pitch = np.interp(tones.span(seconds), where, base * rng.uniform(0.9, 1.15, knots))
        loud = np.interp(tones.span(seconds), where, rng.uniform(0, 1, knots) ** 2)
        centres = (float(rng.uniform(350, 700)), float(rng.uniform(1000, 1900)), 2500.0)
        sound += tones.levelled(_throat(tones.pulses(pitch), centres)) * loud
    return sound + 0.3 * tones.noise(rng, seconds, 200, 1500)


def cheer(rng: Random, seconds: float) -> Samples:
    """Return a crowd that cheers: a long open vowel of many voices, and clapping."""
    sound = np.zeros(len(tones.span(seconds)))
    for _ in range(14):
        base = float(rng.uniform(180, 420))
        hertz = tones.curve(
            seconds, (0, 0.85 * base), (0.3 * seconds, 1.15 * base), (seconds, base)
        )
        hertz = hertz * (1 + 0.02 * np.sin(2 * np.pi * rng.uniform(4, 7) * tones.span(seconds)))
        voice = _throat(tones.pulses(hertz), (800.0, 1350.0, 2700.0))
        tones.add(sound, tones.levelled(voice), float(rng.uniform(0, 0.3)))
    roar = tones.levelled(sound) + 0.25 * tones.noise(rng, seconds, 500, 5000)
    return roar * tones.swelled(seconds, 0.3, 0.5 * seconds) + 0.3 * applause(rng, seconds)


def heartbeat(rng: Random, seconds: float) -> Samples:
    """Return a heart: two dull blows, the second softer."""
    sound = np.zeros(len(tones.span(seconds)))
    beat = float(rng.uniform(0.78, 0.95))
    for number in range(int(seconds / beat) + 1):
        for late, level, hertz in ((0.0, 1.0, 52.0), (0.28, 0.7, 66.0)):
            thud = tones.rung(((hertz, 0.06, 1.0), (1.9 * hertz, 0.035, 0.3)), 0.3)
            tones.add(
                sound, thud * np.minimum(1, tones.span(0.3) / 0.008), number * beat + late, level
            )
    return sound


def _throat(source: Samples, centres: tuple[float, ...]) -> Samples:
    """Return a source after resonances side by side."""
    return sum(
        (
            filters.sections(
                filters.band((1 - _TRACT_WIDTH) * at, (1 + _TRACT_WIDTH) * at, RATE, order=1),
                source,
            )
            / (1 + number)
            for number, at in enumerate(centres)
        ),
        np.zeros(len(source)),
    )
