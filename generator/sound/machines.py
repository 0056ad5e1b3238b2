"""Sounds of what people made: doors, bells, engines, signals, tools."""

import numpy as np
from numpy.typing import NDArray

from generator import filters
from generator.sound import impacts, tones
from generator.sound.tones import RATE

Samples = NDArray[np.float64]
Random = np.random.Generator

# Partials of a church bell to its strike note: hum, prime, tierce, quint, nominal and above.
# Source: N. H. Fletcher and T. D. Rossing, "The Physics of Musical Instruments" (1998), ch. 21.
_BELL = ((0.5, 1.0, 0.8), (1.0, 0.7, 0.9), (1.2, 0.55, 0.8), (1.5, 0.4, 0.4), (2.0, 0.4, 1.0),
         (2.5, 0.2, 0.4), (2.67, 0.18, 0.3), (3.0, 0.15, 0.45), (4.2, 0.1, 0.3))  # fmt: skip


def door(rng: Random, seconds: float) -> Samples:
    """Return a door that falls shut: the leaf, the frame, then the latch."""
    sound = np.zeros(len(tones.span(seconds)))
    seed = int(rng.integers(1 << 30))
    tones.add(sound, impacts.knock(("wood", 1.6), ("wood", 1.0), 4.0, seed=seed), 0.0, 1.4)
    tones.add(sound, tones.rung(((64.0, 0.09, 1.0), (97.0, 0.07, 0.6)), 0.5), 0.0, 0.5)
    tones.add(sound, impacts.knock(("metal", 0.09), ("metal", 0.2), 1.2, seed=seed + 1), 0.045, 0.3)
    return sound


def knocking(rng: Random, seconds: float) -> Samples:
    """Return knuckles on a door, three times."""
    sound = np.zeros(len(tones.span(seconds)))
    for number in range(3):
        seed = int(rng.integers(1 << 30))
        tap = impacts.knock(("wood", 0.7), ("leather", 0.06), 2.6, seed=seed)
        hard = impacts.knock(("wood", 0.5), ("wood", 0.2), 1.0, seed=seed)
        tones.add(sound, tap, 0.24 * number)
        tones.add(sound, hard, 0.24 * number, 0.8)
    return sound


def creak(rng: Random, seconds: float) -> Samples:
    """Return a hinge: it sticks and slips, faster and slower, and the wood rings."""
    length = min(1.3, seconds)
    pace = tones.curve(
        length, (0, 40.0), (0.4 * length, 95.0), (0.7 * length, 60.0), (length, 110.0)
    )
    pace = pace * (1 + 0.15 * tones.noise(rng, length, 2, 12))
    slips = np.diff(np.floor(np.cumsum(pace) / RATE), prepend=0.0)
    body = sum(
        (
            filters.sections(filters.band(low, 1.08 * low, RATE, order=1), slips)
            for low in (410, 980, 1650, 2700)
        ),
        np.zeros(len(slips)),
    )
    return tones.levelled(body) * tones.swelled(length, 0.08, 0.2)


def bell(rng: Random, seconds: float) -> Samples:
    """Return a church bell, struck twice."""
    note = float(rng.uniform(380, 520))
    modes = tuple((note * ratio, 1.6 * decay, level) for ratio, decay, level in _BELL)
    sound = np.zeros(len(tones.span(seconds)))
    for at in (0.0, 1.35):
        tones.add(sound, tones.rung(modes, max(seconds - at, 0.1)), at)
    return sound


def doorbell(rng: Random, seconds: float) -> Samples:
    """Return a chime of two bars, a third apart."""
    note = float(rng.uniform(620, 700))
    sound = np.zeros(len(tones.span(seconds)))
    for at, hertz in ((0.0, note), (0.55, note / 1.26)):
        bar = ((hertz, 0.55, 1.0), (2.76 * hertz, 0.2, 0.25), (5.4 * hertz, 0.08, 0.1))
        tones.add(sound, tones.rung(bar, max(seconds - at, 0.1)), at)
    return sound


def phone(rng: Random, seconds: float) -> Samples:
    """Return an old telephone: two gongs under a quick hammer, two rings."""
    sound = np.zeros(len(tones.span(seconds)))
    low = float(rng.uniform(1180, 1320))
    gongs = [
        tones.rung(((h, 0.16, 1.0), (1.9 * h, 0.08, 0.5), (3.1 * h, 0.05, 0.25)), 0.5)
        for h in (low, 1.19 * low)
    ]
    for ring in (0.0, 1.4):
        for number in range(22):
            tones.add(sound, gongs[number % 2], ring + number / 24, 0.5)
    return sound


def clock(rng: Random, seconds: float) -> Samples:
    """Return a clock that ticks and tocks."""
    sound = np.zeros(len(tones.span(seconds)))
    for number in range(int(seconds / 0.5) + 1):
        hertz = 2300.0 if number % 2 else 1900.0
        tick = tones.rung(
            ((hertz, 0.006, 1.0), (2.7 * hertz, 0.003, 0.6), (420.0, 0.02, 0.25)), 0.1
        )
        tones.add(sound, tick, 0.5 * number + float(rng.uniform(0, 0.004)))
    return sound


def typing(rng: Random, seconds: float) -> Samples:
    """Return fingers on a keyboard, in bursts."""
    sound = np.zeros(len(tones.span(seconds)))
    keys = [
        impacts.knock(
            ("plastic", float(size)), ("plastic", 0.3), 1.6, seed=int(rng.integers(1 << 30))
        )
        for size in rng.uniform(0.05, 0.09, 6)
    ]
    at = 0.0
    while at < seconds:
        key = keys[int(rng.integers(6))]
        tones.add(sound, key, at, float(rng.uniform(0.5, 1.0)))
        tones.add(sound, key, at + 0.07, 0.25)
        at += float(rng.uniform(0.09, 0.2)) if rng.uniform() < 0.9 else float(rng.uniform(0.4, 0.8))
    return sound


def siren(rng: Random, seconds: float) -> Samples:
    """Return a siren that wails up and down."""
    time = tones.span(seconds)
    sweep = 0.5 - 0.5 * np.cos(2 * np.pi * (time / 3.4 + float(rng.uniform(0, 0.2))))
    return tones.buzz(620 + 780 * sweep, soft=1.3, top=7000.0)


def alarm(rng: Random, seconds: float) -> Samples:
    """Return an alarm clock: four quick beeps, a rest, again."""
    time = tones.span(seconds)
    hertz = float(rng.uniform(1900, 2200))
    on = (time % 1.0 < 0.5) & (time % 0.125 < 0.07)
    tone = np.sin(2 * np.pi * hertz * time) + 0.3 * np.sin(2 * np.pi * 3 * hertz * time)
    return tone * filters.sections(filters.low_pass(200.0, RATE), on.astype(np.float64))


def horn(rng: Random, seconds: float) -> Samples:
    """Return a car's horn: two notes a major third apart, twice."""
    low = float(rng.uniform(390, 420))
    sound = np.zeros(len(tones.span(seconds)))
    for at, length in ((0.0, 0.22), (0.34, 0.55)):
        both = sum(
            tones.buzz(np.full(len(tones.span(length)), h), soft=0.8, top=6000.0)
            for h in (low, 1.26 * low)
        )
        tones.add(sound, np.asarray(both) * tones.swelled(length, 0.015, 0.04), at)
    return sound


def engine(rng: Random, seconds: float) -> Samples:
    """Return a car's engine that runs, and is given gas now and then."""
    knots = max(round(seconds), 2) + 1
    turns = np.interp(
        tones.span(seconds), np.linspace(0, seconds, knots), rng.uniform(24, 46, knots)
    )
    fire = tones.buzz(turns, soft=0.75, top=1400.0) * (1 + 0.3 * tones.noise(rng, seconds, 10, 60))
    body = filters.sections(filters.low_pass(700.0, RATE), fire)
    return tones.levelled(body) + 0.05 * tones.noise(rng, seconds, 800, 4000)


def train(rng: Random, seconds: float) -> Samples:
    """Return a train that rolls over joints of the rails."""
    sound = 0.12 * tones.noise(rng, seconds, 60, 900)
    seed = int(rng.integers(1 << 30))
    joints = [impacts.knock(("metal", 1.6), ("stone", 1.0), 3.0, seed=seed + n) for n in range(2)]
    for at in np.arange(0.0, seconds, 0.72):
        for late, joint in zip((0.0, 0.13), joints, strict=True):
            tones.add(sound, joint, float(at) + late, 0.8)
    return sound


def whistle(rng: Random, seconds: float) -> Samples:
    """Return a referee's whistle: a high tone that a ball in it breaks up."""
    length = min(0.75, seconds)
    trill = 1 + 0.025 * np.sin(2 * np.pi * float(rng.uniform(38, 48)) * tones.span(length))
    tone = tones.glide(2750 * trill) + 0.4 * tones.glide(2920 * trill)
    breath = 0.12 * tones.noise(rng, length, 2000, 9000)
    beat = 0.7 + 0.3 * np.sin(2 * np.pi * 43 * tones.span(length))
    return (tone * beat + breath) * tones.swelled(length, 0.02, 0.05)


def shutter(rng: Random, seconds: float) -> Samples:
    """Return a camera's shutter: the mirror up, the mirror down."""
    sound = np.zeros(len(tones.span(seconds)))
    for at, level in ((0.0, 1.0), (0.09, 0.7)):
        clack = tones.rung(((1500.0, 0.008, 1.0), (3400.0, 0.005, 0.8), (520.0, 0.014, 0.6)), 0.1)
        tones.add(sound, clack, at, level)
        tones.add(
            sound, tones.noise(rng, 0.05, 2000, 9000) * tones.struck(0.05, 0.008), at, 0.3 * level
        )
    return sound


def drum_roll(rng: Random, seconds: float) -> Samples:
    """Return a roll on a snare drum that grows, and its last stroke."""
    sound = np.zeros(len(tones.span(seconds)))
    skin = tones.rung(((185.0, 0.05, 1.0), (330.0, 0.035, 0.6)), 0.25)
    end = seconds - 0.5
    for at in np.arange(0, end, 1 / 24):
        wires = tones.noise(rng, 0.25, 1500, 9000) * tones.struck(0.25, 0.04)
        level = 0.25 + 0.6 * at / end
        tones.add(sound, skin + 0.5 * wires, float(at + rng.normal(0, 0.002)), float(level))
    last = skin + 0.8 * tones.noise(rng, 0.25, 1200, 9000) * tones.struck(0.25, 0.07)
    tones.add(sound, last, end, 1.6)
    return sound
