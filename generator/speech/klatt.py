"""A voice made of a buzz, breath and noise, and of the resonances of a vocal tract.

The buzz and the breath pass a cascade of resonators with one pole and one zero of the nose; the
noise of the mouth passes resonators side by side. Source: D. H. Klatt, "Software for a
cascade/parallel formant synthesizer", JASA 67 (1980); the pulse of the folds and the flutter of
their pitch are those of D. H. Klatt and L. C. Klatt, "Analysis, synthesis, and perception of voice
quality variations among female and male talkers", JASA 87 (1990).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generator import filters
from generator.speech.tracks import HOP_SECONDS, Hiss, Tracks

RATE = 16_000  # Samples a second; speech holds little above 8 kHz.
LEVEL = 0.11  # Root mean square of what is voiced.
_FINE = 3  # The pulse is drawn so much finer, so that its corners do not fold back.
_HIGH: tuple[tuple[float, float], ...] = (  # Resonances that no phone moves, hertz and width.
    (3400.0, 230.0), (4300.0, 280.0), (5300.0, 380.0), (6300.0, 480.0), (7300.0, 560.0),
)  # fmt: skip
_HISS_WIDTHS = (180.0, 220.0, 320.0, 600.0, 1500.0)
_HISS_HIGH = (3500.0, 4600.0, 6200.0)
_NOSE_HZ, _NOSE_WIDTH, _NOSE_OPEN_HZ = 270.0, 100.0, 180.0
_TOP_HZ = 7900.0
_BREATH_LEVEL = 0.045  # Of breath against the pulse, before the tract.
_TILT_HZ = 420.0  # What is left of a voice behind closed lips.

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks: mean pitch in hertz; `tract` scales the formants of a man, 1; `airy` 0..1."""

    hertz: float
    tract: float
    airy: float


def synthesise(tracks: Tracks, voice: Voice, *, seed: int) -> Array:
    """Return what is heard, float64 (N,) at RATE; the first sample is the utterance's start.

    Args:
        tracks: What is done when.
        voice: Who speaks.
        seed: Of breath and noise.
    """
    rng = np.random.default_rng((seed, 40))
    hop = round(HOP_SECONDS * RATE)
    count = hop * len(tracks.pitch)
    time = (np.arange(len(tracks.pitch)) + 0.5) * hop
    sample = np.arange(count)
    folds = np.interp(sample, time, tracks.voice)
    hertz = _pitch(tracks, voice, count)
    breath = np.interp(sample, time, tracks.breath) + 0.5 * voice.airy * folds
    pulse, opened = _pulses(hertz)
    noise = rng.standard_normal(count) * _BREATH_LEVEL * breath
    # While the folds swing, breath comes in puffs.
    noise *= np.where(folds > 0.1, 0.4 + 0.9 * opened, 1.0)
    if voice.airy > 0:
        pulse = _softened(pulse, _TOP_HZ * (1 - 0.68 * voice.airy))
    shut = np.interp(sample, time, tracks.tilt)
    buzz = folds * (pulse + shut * (_softened(pulse, _TILT_HZ) - pulse))
    source = buzz + noise
    open_nose = np.interp(sample, time, tracks.nasal)
    source += open_nose * (filters.sections(_nose(), source) - source)
    sound = _cascade(source, tracks, voice, hop)
    loud = folds > 0.5
    size = float(np.sqrt((sound[loud] ** 2).mean())) if loud.any() else 0.0
    # A whole whisper has no voice to measure by: the breath's usual gain is taken.
    gain = LEVEL / size if size > 1e-9 else 1.0
    sound *= gain
    for hiss in tracks.hisses:
        first = round(hiss.start * RATE)
        made = LEVEL * _hiss(hiss, voice, rng)[: max(count - first, 0)]
        sound[first : first + len(made)] += made
    return sound


def _pitch(tracks: Tracks, voice: Voice, count: int) -> Array:
    """Return the pitch at every fine sample, hertz; its median where voiced is the voice's."""
    voiced = tracks.voice > 0.3
    middle = float(np.median(tracks.pitch[voiced])) if voiced.any() else 1.0
    hop = count / len(tracks.pitch)
    fine = np.arange(count * _FINE) / _FINE
    factor = np.interp(fine, (np.arange(len(tracks.pitch)) + 0.5) * hop, tracks.pitch)
    second = fine / RATE
    flutter = sum(np.sin(2 * np.pi * rate * second) for rate in (12.7, 7.1, 4.7))
    return voice.hertz * factor / middle * (1 + 0.004 * flutter)


def _pulses(hertz: Array) -> tuple[Array, Array]:
    """Return the derivative of the flow through the folds, and whether they are open, at RATE."""
    share = np.cumsum(hertz / (RATE * _FINE)) % 1.0
    quotient = 0.62
    through = share / quotient
    flow = np.where(through < 1, 2 * through - 3 * through**2, 0.0)
    pulse = filters.resampled(flow, 1, _FINE)
    return pulse, np.asarray((through < 1)[::_FINE], np.float64)


def _cascade(source: Array, tracks: Tracks, voice: Voice, hop: int) -> Array:
    """Return a source after the tract; every hop has resonances of its own."""
    back, again = _poles(tracks, voice)
    sections = np.zeros((*back.shape, 6))
    sections[..., 0], sections[..., 3] = 1 - back - again, 1.0
    sections[..., 4], sections[..., 5] = -back, -again
    state = np.zeros((back.shape[1], 2))
    made = np.empty_like(source)
    for number in range(len(sections)):
        span = slice(number * hop, (number + 1) * hop)
        if number:
            # The state holds products with the last hop's poles; what a resonance remembers is
            # its own last two values, and those go on under the new poles without a click.
            last = state[:, 1] / again[number - 1]
            before = (state[:, 0] - back[number - 1] * last) / again[number - 1]
            state[:, 0] = back[number] * last + again[number] * before
            state[:, 1] = again[number] * last
        made[span], state = filters.sections_from(sections[number], source[span], state)
    return made


def _poles(tracks: Tracks, voice: Voice) -> tuple[Array, Array]:
    """Return what each resonance takes of its last value and the one before, float64 (T, R)."""
    rows = [
        _resonance(np.minimum(hertz * voice.tract, _TOP_HZ), width * (1 + 0.25 * voice.airy))
        for hertz, width in zip(tracks.formants.T, tracks.widths.T, strict=True)
    ]
    for hertz, width in _HIGH:
        if hertz * voice.tract < _TOP_HZ:
            shape = np.ones(len(tracks.pitch))
            rows.append(_resonance(hertz * voice.tract * shape, width * shape))
    return np.stack([row[0] for row in rows], axis=1), np.stack([row[1] for row in rows], axis=1)


def _resonance(hertz: Array, width: Array) -> tuple[Array, Array]:
    decay = np.exp(-np.pi * width / RATE)
    return 2 * decay * np.cos(2 * np.pi * hertz / RATE), -(decay**2)


def _nose() -> Array:
    """Return the section of an open nose: a pole, and a zero above it; one at 0 Hz."""
    hertz = np.array([_NOSE_HZ, _NOSE_HZ + _NOSE_OPEN_HZ])
    back, again = _resonance(hertz, np.full(2, _NOSE_WIDTH))
    gain = (1 - back[0] - again[0]) / (1 - back[1] - again[1])
    return np.array([[gain, -gain * back[1], -gain * again[1], 1.0, -back[0], -again[0]]])


def _softened(sound: Array, corner: float) -> Array:
    """Return a sound without what lies above a corner, by one pole."""
    kept = float(np.exp(-2 * np.pi * corner / RATE))
    return filters.recursive([1 - kept], [1, -kept], sound)


def _hiss(hiss: Hiss, voice: Voice, rng: np.random.Generator) -> Array:
    """Return noise shaped by the mouth, with a level of `hiss.level` in its middle."""
    size = max(round(hiss.seconds * RATE), 16)
    spectrum = np.fft.rfft(rng.standard_normal(size))
    hertz = np.fft.rfftfreq(size, 1 / RATE)
    centres = [each * voice.tract for each in (*hiss.resonators, *_HISS_HIGH)]
    shape = np.full(len(hertz), 10 ** (hiss.gains[5] / 20) if hiss.gains[5] > 0 else 0.0)
    for centre, width, gain in zip(centres, _HISS_WIDTHS, hiss.gains[:5], strict=True):
        if gain > 0:
            shape += 10 ** (gain / 20) / np.sqrt(1 + ((hertz - centre) / (width / 2)) ** 2)
    shape *= hertz / (hertz + 400)  # Lips radiate little of what is low.
    noise = np.fft.irfft(spectrum * shape, n=size)
    noise /= max(float(np.sqrt((noise**2).mean())), 1e-12)
    share = (np.arange(size) + 0.5) / size
    if hiss.sharp:
        envelope = np.minimum(1, (1 - share) * 2.0) * np.exp(-0.8 * share)
    else:
        edge = min(0.03 / hiss.seconds, 0.45)
        envelope = np.minimum(1, np.minimum(share / edge, (1 - share) / edge))
    return hiss.level * envelope * noise
