"""Music by mood: a small composer over plucked strings, pads, bass and percussion.

A mood is a pace, a scale, a run of chords and who plays. Strings are those of K. Karplus and A.
Strong, "Digital synthesis of plucked-string and drum timbres", Computer Music Journal 7 (1983),
tuned between samples as by D. Jaffe and J. O. Smith in the same volume.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generator import filters
from generator.sound import tones
from generator.sound.tones import RATE

Samples = NDArray[np.float64]

LEVEL = 0.035  # Root mean square of a piece: under everything that is said and done.
_BEATS = 4  # Of a bar.
_MAJOR, _MINOR, _DORIAN = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10), (0, 2, 3, 5, 7, 9, 10)
_WHOLE, _PHRYGIAN = (0, 2, 4, 6, 8, 10, 12), (0, 1, 3, 5, 7, 8, 10)


@dataclass(frozen=True, slots=True)
class Mood:
    """How a piece is made.

    Attributes:
        beats: A minute.
        scale: Semitones over the root.
        chords: Steps of the scale on which bars are built, in turn.
        root: MIDI number of the lowest root.
        plucks: In quarters of a beat, when a string is plucked in a bar; none is no strings.
        pad: Level of the long chords.
        bass: Level of the bass.
        drums: Level of the percussion, and whether it drives (a kick on each beat).
        bright: How long and bright a string rings, 0..1.
    """

    beats: float
    scale: tuple[int, ...]
    chords: tuple[int, ...]
    root: int
    plucks: tuple[int, ...]
    pad: float
    bass: float
    drums: tuple[float, bool]
    bright: float


MOODS: dict[str, Mood] = {
    "calm": Mood(66, _MAJOR, (0, 5, 3, 4), 50, (0, 4, 6, 10, 12), 0.8, 0.5, (0.0, False), 0.5),
    "happy": Mood(
        122, _MAJOR, (0, 4, 5, 3), 52, (0, 2, 4, 6, 8, 10, 12, 14), 0.3, 0.8, (0.7, True), 0.8
    ),
    "sad": Mood(58, _MINOR, (0, 5, 3, 4), 49, (0, 6, 8, 14), 0.9, 0.5, (0.0, False), 0.4),
    "tense": Mood(96, _PHRYGIAN, (0, 1, 0, 6), 45, (0, 2, 8, 10), 0.7, 1.0, (0.5, False), 0.3),
    "epic": Mood(104, _DORIAN, (0, 5, 2, 6), 45, (0, 4, 8, 12), 1.0, 1.0, (1.0, True), 0.9),
    "mysterious": Mood(72, _WHOLE, (0, 2, 1, 3), 50, (0, 5, 11), 1.0, 0.3, (0.15, False), 0.7),
}


def play(mood: str, *, seconds: float, seed: int) -> Samples:
    """Return a piece, float64 (N, 2), at `tones.RATE`, LEVEL loud.

    Args:
        mood: A name in MOODS.
        seconds: How long; the last bar dies away.
        seed: Of key and melody.
    """
    made = MOODS[mood]
    rng = np.random.default_rng((seed, 80, list(MOODS).index(mood)))
    root = made.root + int(rng.integers(0, 5))
    beat = 60 / made.beats
    count = len(tones.span(seconds))
    strings, low, kit = (np.zeros(count) for _ in range(3))
    pads = np.zeros((count, 2))
    step = int(rng.integers(0, 7))
    plucked: dict[int, Samples] = {}
    for bar in range(math.ceil(seconds / (_BEATS * beat))):
        at = bar * _BEATS * beat
        degree = made.chords[bar % len(made.chords)]
        chord = [_note(made.scale, degree + third) + root for third in (0, 2, 4, 6)]
        _pad(pads, chord, at, _BEATS * beat, made.pad)
        for quarter in made.plucks:
            # The melody walks by small steps and comes back to the chord.
            step += int(rng.integers(-2, 3))
            step = int(np.clip(step, 0, 11))
            tone = chord[step % 4] + 12 if quarter % 4 == 0 else _note(made.scale, step) + root + 12
            level = 1.0 if quarter == 0 else float(rng.uniform(0.5, 0.85))
            if tone not in plucked:
                plucked[tone] = _string(_hertz(tone), made.bright, rng)
            tones.add(strings, plucked[tone], at + quarter * beat / 4, level)
        for number in range(2):
            bass = _bass(_hertz(chord[0] - 12), 1.9 * beat)
            tones.add(low, bass, at + 2 * number * beat, made.bass)
        _drums(kit, at, beat, made.drums, rng)
    parts = (
        pads * 0.5 + 0.55 * strings[:, None] * np.array([0.9, 1.1]) + 0.6 * low[:, None]
        + kit[:, None]
    )  # fmt: skip
    end = tones.swelled(seconds, min(0.4, seconds / 4), min(1.2, seconds / 3))
    piece = parts * end[:, None]
    loud = float(np.sqrt((piece**2).mean()))
    return piece * (LEVEL / max(loud, 1e-9))


def _note(scale: tuple[int, ...], step: int) -> int:
    """Return the semitones of a step of a scale that goes on over octaves."""
    return scale[step % len(scale)] + 12 * (step // len(scale))


def _hertz(note: float) -> float:
    return 440.0 * 2 ** ((note - 69) / 12)


def _string(hertz: float, bright: float, rng: np.random.Generator) -> Samples:
    """Return a plucked string: noise that runs round a delay and is smoothed at each turn."""
    seconds = 0.7 + 1.1 * bright
    period = RATE / hertz - 0.5  # The smoothing itself delays by half a sample.
    whole = int(period)
    part = period - whole
    kept = 0.5 * (0.994 + 0.005 * bright)
    softness = 0.15 + 0.8 * bright
    burst = rng.uniform(-1, 1, whole)
    made = np.zeros(len(tones.span(seconds)) + whole + 2)
    made[2 : whole + 2] = filters.recursive([softness], [1.0, softness - 1.0], burst)
    # A whole period at a time: it hangs on nothing later than the one before.
    for first in range(whole + 2, len(made), whole):
        size = min(whole, len(made) - first)
        turns = [made[first - whole - late : first - whole - late + size] for late in range(3)]
        made[first : first + size] = kept * ((1 - part) * turns[0] + turns[1] + part * turns[2])
    rung = made[2 : 2 + len(tones.span(seconds))]
    return 0.5 * tones.levelled(rung) * tones.swelled(seconds, 0.002, 0.25 * seconds)


def _pad(into: Samples, chord: list[int], at: float, seconds: float, level: float) -> None:
    """Add a long chord of soft, slightly detuned tones, spread between left and right."""
    length = seconds + 0.6
    envelope = tones.swelled(length, 0.7, 0.9)
    time = tones.span(length)
    first = round(at * RATE)
    size = min(len(time), len(into) - first)
    for number, note in enumerate(chord):
        phase = 2 * np.pi * _hertz(note + 12) * (0.999 + 0.0007 * number) * time[:size]
        tone = np.sin(phase + 0.5 * np.sin(phase)) * envelope[:size]
        for side in (0, 1):
            into[first : first + size, side] += 0.2 * level * (0.7, 1.3)[(number + side) % 2] * tone


def _bass(hertz: float, seconds: float) -> Samples:
    time = tones.span(seconds)
    phase = 2 * np.pi * hertz * time
    tone = np.sin(phase) + 0.4 * np.sin(2 * phase) * np.exp(-time / 0.3)
    return 0.5 * tone * np.exp(-time / (0.6 * seconds)) * tones.swelled(seconds, 0.006, 0.05)


def _drums(
    kit: Samples, at: float, beat: float, drums: tuple[float, bool], rng: np.random.Generator
) -> None:
    """Add a bar of kick, snare and shaker."""
    level, driving = drums
    if level <= 0:
        return
    time = tones.span(0.28)
    kick = np.sin(2 * np.pi * np.cumsum(48 + 110 * np.exp(-time / 0.025)) / RATE)
    kick *= np.exp(-time / 0.09)
    snare = tones.noise(rng, 0.2, 900, 8000) * tones.struck(0.2, 0.05)
    shaker = tones.noise(rng, 0.06, 5000, 12_000) * tones.swelled(0.06, 0.012, 0.04)
    for number in range(_BEATS):
        when = at + number * beat
        if driving or number == 0:
            tones.add(kit, kick, when, 0.8 * level)
        if driving and number % 2:
            tones.add(kit, snare, when, 0.16 * level)
        for half in (0.0, 0.5) if driving else (0.0,):
            tones.add(kit, shaker, when + half * beat, 0.06 * level)
