"""How well digits are told apart by two readings of the same person, in quiet and in noise.

Needs the recordings of the Free Spoken Digit Dataset (Jakobovski; CC BY-SA 4.0), in a folder:
`python -m tests.bench.digits FOLDER [SESSIONS]`. Its speakers are recorded at 8 kHz and cut
tightly; each recording is put at a random place into a slot, and noise over all of it.
"""

import random
import sys
import time
import wave
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from rightsd.adapters import digits
from rightsd.adapters.digits import Spoken
from rightsd.domain.challenge import DIGITS_DRAWN, DIGITS_NEEDED, READINGS, SLOT_SECONDS

RATE = 8000
SESSIONS = 20  # Of each speaker.
NOISES = {
    "quiet (45 dB)": (45.0, False),
    "white, 20 dB": (20.0, False),
    "pink, 10 dB": (10.0, True),
}
Speakers = Mapping[str, Mapping[int, list[Path]]]


def main(folder: Path, sessions: int) -> None:
    speakers = _speakers(folder)
    print("| noise | digits right | sessions passed | speakers, digits | ms of processor a digit |")
    print("|---|---|---|---|---|")
    for name, (decibels, pink) in NOISES.items():
        rng, chooser = np.random.default_rng(0), random.Random(0)
        began, right = time.process_time(), dict[str, list[int]]()
        for speaker, recordings in speakers.items():
            right[speaker] = [
                _session(recordings, decibels, rng, chooser, pink=pink) for _ in range(sessions)
            ]
        spent = (time.process_time() - began) / (len(speakers) * sessions * DIGITS_DRAWN)
        each = {who: np.mean(found) / DIGITS_DRAWN for who, found in right.items()}
        passed = np.mean([count >= DIGITS_NEEDED for found in right.values() for count in found])
        shown = ", ".join(f"{share:.2f}" for share in sorted(each.values()))
        average = np.mean(list(each.values()))
        print(f"| {name} | {average:.3f} | {passed:.3f} | {shown} | {spent * 1000:.0f} |")


def _session(
    recordings: Mapping[int, list[Path]],
    decibels: float,
    rng: np.random.Generator,
    chooser: random.Random,
    *,
    pink: bool,
) -> int:
    """Return how many of the drawn digits are recognised; none, when a reading is not heard."""

    def listen(digit: int) -> Spoken | None:
        said = _load(chooser.choice(recordings[digit]))
        return digits.listen(_slot(said, decibels, rng, pink=pink), RATE)

    readings = [[listen(digit) for _ in range(READINGS)] for digit in range(10)]
    if any(spoken is None for alike in readings for spoken in alike):
        return 0
    known = [[spoken for spoken in alike if spoken is not None] for alike in readings]
    right = 0
    for _ in range(DIGITS_DRAWN):
        digit = chooser.randrange(10)
        spoken = listen(digit)
        right += spoken is not None and digits.recognise(spoken, known) == digit
    return right


def _slot(
    said: npt.NDArray[np.float32], decibels: float, rng: np.random.Generator, *, pink: bool
) -> npt.NDArray[np.float32]:
    slot = np.zeros(int(SLOT_SECONDS * RATE), np.float32)
    said = said[: len(slot)]
    start = int(rng.integers(0, len(slot) - len(said) + 1))
    slot[start : start + len(said)] = said
    noise = rng.standard_normal(len(slot))
    if pink:
        spectrum = np.fft.rfft(noise)
        spectrum[1:] /= np.sqrt(np.arange(1, len(spectrum)))
        noise = np.fft.irfft(spectrum, len(slot))
    level = np.sqrt(np.mean(said**2) / 10 ** (decibels / 10) / np.mean(noise**2))
    return (slot + level * noise).astype(np.float32)


def _load(path: Path) -> npt.NDArray[np.float32]:
    with wave.open(str(path)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768


def _speakers(folder: Path) -> Speakers:
    found: dict[str, dict[int, list[Path]]] = {}
    for path in sorted(folder.glob("*_*_*.wav")):
        digit, speaker, _ = path.stem.split("_")
        found.setdefault(speaker, {}).setdefault(int(digit), []).append(path)
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else SESSIONS)
