"""What a synthesiser has to do for an utterance, five milliseconds at a time.

A phone holds its formants in its middle and meets its neighbours at its edges: a consonant pulls
the edge of a vowel towards its own locus (Delattre, Liberman, Cooper, "Acoustic loci and
transitional cues for consonants", JASA 27, 1955), by as much as `Phone.locus` leaves it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from generator.speech.durations import BURST_SECONDS, Timed
from generator.speech.phones import AFFRICATES, PHONES, Manner, Phone, Three
from generator.speech.utterances import Utterance

HOP_SECONDS = 0.005
_MOVES = {  # Seconds that a phone's formants take to leave its edge.
    Manner.VOWEL: 0.055, Manner.GLIDE: 0.035, Manner.NASAL: 0.012, Manner.FRICATIVE: 0.022,
    Manner.STOP: 0.015, Manner.BREATH: 0.03, Manner.SILENCE: 0.03,
}  # fmt: skip
_VOICE = {  # How strongly the folds sound, 1 in a vowel.
    Manner.VOWEL: 1.0, Manner.GLIDE: 0.75, Manner.NASAL: 0.7, Manner.FRICATIVE: 0.32,
    Manner.STOP: 0.16, Manner.BREATH: 0.0, Manner.SILENCE: 0.0,
}  # fmt: skip
_ONSET_SECONDS = 0.012  # The folds take so long to swing.
_BREATH = 1.0  # Breath of a whispered vowel, an h, or after a stop.
_FULL_DB = 68.0  # Decibels of noise that are as loud as a vowel.

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Hiss:
    """Noise made at one place in the mouth: from `start`, seconds of the utterance.

    Attributes:
        start: Seconds after the utterance began.
        seconds: How long.
        level: Root mean square against that of a vowel.
        resonators: Hertz of the second and third resonance it passes.
        gains: Decibels at the resonators 2 to 6, and past them all.
        sharp: Whether it begins at once, as a burst does.
    """

    start: float
    seconds: float
    level: float
    resonators: tuple[float, float]
    gains: tuple[float, float, float, float, float, float]
    sharp: bool


@dataclass(frozen=True, slots=True)
class Tracks:
    """An utterance for a synthesiser; every array has one row for each HOP_SECONDS.

    Attributes:
        pitch: float64 (T,): factor on the speaker's pitch.
        voice: float64 (T,): strength of the folds, 0..1.
        breath: float64 (T,): strength of breath, 0..1.
        formants: float64 (T, 3): hertz, for a man's vocal tract.
        widths: float64 (T, 3): hertz of their bandwidths.
        nasal: float64 (T,): how far the nose is open, 0..1.
        tilt: float64 (T,): how far the high harmonics are taken away, 0..1.
        hisses: Noise of the mouth, in order of time.
    """

    pitch: Array
    voice: Array
    breath: Array
    formants: Array
    widths: Array
    nasal: Array
    tilt: Array
    hisses: tuple[Hiss, ...]


def track(utterance: Utterance, *, tail: float) -> Tracks:
    """Return what to do for an utterance, and for `tail` seconds after it; time 0 is its start."""
    start = utterance.start
    time = np.arange(0.0, utterance.end - start + tail, HOP_SECONDS) + HOP_SECONDS / 2
    phones = utterance.phones
    formants = np.stack([_course(phones, start, time, number) for number in range(3)], axis=1)
    edges = np.array([said.start - start for said in phones])
    index = np.clip(np.searchsorted(edges, time, side="right") - 1, 0, len(phones) - 1)
    widths = np.array([PHONES[said.phone].widths for said in phones])[index]
    widths = _smooth(widths, 4)
    voice, breath = np.zeros(len(time)), np.zeros(len(time))
    tilt, nasal = np.zeros(len(time)), np.zeros(len(time))
    hisses: list[Hiss] = []
    for at, said in enumerate(phones):
        phone = PHONES[said.phone]
        inside = (time >= said.start - start) & (time < said.end - start)
        closed = inside & (time < said.release - start)
        if phone.manner is Manner.STOP:
            voice[closed] = _VOICE[Manner.STOP] if phone.voiced else 0.0
            tilt[closed] = 1.0
            if phone.voiced and said.phone not in AFFRICATES:
                voice[inside & ~closed] = 0.5
            breath[inside & ~closed] = _BREATH if said.breath else 0.0
        elif said.whispered or phone.manner is Manner.BREATH:
            breath[inside] = 0.7 * _BREATH
            between = 0 < at < len(phones) - 1
            voiced = between and all(PHONES[phones[n].phone].voiced for n in (at - 1, at + 1))
            voice[inside] = 0.35 if voiced and not said.whispered else 0.0
        elif phone.voiced:
            voice[inside] = _VOICE[phone.manner]
        nasal[inside] = 1.0 if phone.manner is Manner.NASAL else 0.0
        hisses += _hiss(said, phone, start)
    ramp = round(_ONSET_SECONDS / HOP_SECONDS)
    points = np.array(utterance.pitch)
    pitch = np.interp(time + start, points[:, 0], points[:, 1])
    return Tracks(
        pitch, _smooth(voice, ramp), _smooth(breath, 1), formants, widths, _smooth(nasal, 4),
        _smooth(tilt, 1), tuple(hisses),
    )  # fmt: skip


def _smooth(values: Array, reach: int) -> Array:
    """Return the running mean over `reach` rows on either side."""
    size = 2 * reach + 1
    pad = [(reach, reach)] + [(0, 0)] * (values.ndim - 1)
    total = np.cumsum(np.pad(values, pad, mode="edge"), axis=0)
    total = np.concatenate([np.zeros_like(total[:1]), total])
    return (total[size:] - total[:-size]) / size


def _course(phones: tuple[Timed, ...], start: float, time: Array, number: int) -> Array:
    """Return one formant over time, hertz."""
    times: list[float] = []
    values: list[float] = []
    for at, said in enumerate(phones):
        phone = PHONES[said.phone]
        first, last = _targets(phones, at)
        before = _edge(phones, at - 1, number) if at else first[number]
        after = _edge(phones, at, number) if at + 1 < len(phones) else last[number]
        move = _MOVES[phone.manner]
        ahead, behind = min(move, 0.4 * said.seconds), min(move, 0.4 * said.seconds)
        begin, end = said.start - start, said.end - start
        times += [begin, begin + ahead, end - behind]
        values += [before, first[number], last[number]]
        if at + 1 == len(phones):
            times.append(end)
            values.append(after)
    return np.interp(time, times, values)


def _targets(phones: tuple[Timed, ...], at: int) -> tuple[Three, Three]:
    """Return the formants that a phone holds: its own, or those of the vowel it is breathed on."""
    phone = PHONES[phones[at].phone]
    if phone.manner in (Manner.BREATH, Manner.SILENCE):
        for other in (at + 1, at - 1):
            if 0 <= other < len(phones):
                beside = PHONES[phones[other].phone]
                if beside.manner not in (Manner.BREATH, Manner.SILENCE):
                    edge = beside.formants if other > at else beside.glide
                    return edge, edge
    if phone.manner in (Manner.STOP, Manner.FRICATIVE) or phone.locus > 0.6:
        vowel = _vowel_beside(phones, at)
        if vowel is not None and phone.manner is not Manner.VOWEL:
            second = phone.formants[1] + phone.locus * (vowel[1] - phone.formants[1])
            shaped = (phone.formants[0], second, phone.formants[2])
            return shaped, shaped
    return phone.formants, phone.glide


def _vowel_beside(phones: tuple[Timed, ...], at: int) -> Three | None:
    for other in (at + 1, at - 1, at + 2):
        if 0 <= other < len(phones):
            beside = PHONES[phones[other].phone]
            if beside.manner is Manner.VOWEL:
                return beside.formants if other > at else beside.glide
    return None


def _edge(phones: tuple[Timed, ...], at: int, number: int) -> float:
    """Return a formant at the border between two phones: nearer to the one that rules it."""
    one, two = PHONES[phones[at].phone], PHONES[phones[at + 1].phone]
    left, right = _targets(phones, at)[1][number], _targets(phones, at + 1)[0][number]
    weight = _rule(two) / (_rule(one) + _rule(two))
    return left + weight * (right - left)


def _rule(phone: Phone) -> float:
    """Return how strongly a phone holds its formants at its edges."""
    return {Manner.VOWEL: 1.0, Manner.GLIDE: 1.6, Manner.SILENCE: 0.02, Manner.BREATH: 0.05}.get(
        phone.manner, 2.6
    )


def _hiss(said: Timed, phone: Phone, start: float) -> list[Hiss]:
    """Return the noise of a fricative, or of a stop that lets go."""
    loudest = max(phone.noise)
    if loudest <= 0:
        return []
    level = 10 ** ((loudest - _FULL_DB) / 20)
    passes = (phone.formants[1], phone.formants[2])
    if phone.manner is Manner.FRICATIVE:
        soft = 0.5 if phone.voiced else 1.0
        return [
            Hiss(said.start - start, said.seconds, soft * level, passes, phone.noise, sharp=False)
        ]
    length = said.end - said.release if said.phone in AFFRICATES else BURST_SECONDS
    soft = 0.6 if phone.voiced else 1.0
    return [Hiss(said.release - start, length, soft * level, passes, phone.noise, sharp=True)]
