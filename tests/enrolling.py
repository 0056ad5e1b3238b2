"""What people send to an enrolment: painted heads that turn, and synthetic voices that count."""

import wave
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from rightsd.adapters import media
from rightsd.domain.challenge import SLOT_SECONDS, Challenge, Turn

RED, BLUE = (210, 40, 40), (40, 60, 220)
FPS = 8
RATE = 16_000
WIDTH, HEIGHT, SIDE = 320, 240, 100
Colour = tuple[int, int, int]

# Ten words, each two vowels long, some with a hiss before: formants in hertz.
_VOWELS = {
    "a": (730, 1090),
    "e": (530, 1840),
    "i": (270, 2290),
    "o": (570, 840),
    "u": (300, 870),
}
WORDS = ("seo", "ua", "tu", "si", "oe", "ai", "sie", "eu", "ei", "ao")


def yaws(turns: Sequence[Turn], *, degrees: float = 35.0) -> list[float]:
    """Return the yaw of each frame of someone who does as they are asked."""
    still = [0.0] * int(1.5 * FPS)
    made = list(still)
    for turn in turns:
        sign = 1 if turn is Turn.LEFT else -1
        made += [sign * degrees * share for share in (0.3, 0.7, 1.0, 1.0, 0.6, 0.2)] + still
    return made


def picture(*faces: tuple[Colour, float], size: int = SIDE) -> npt.NDArray[np.uint8]:
    """Return a picture of faces side by side, each of a colour and a yaw."""
    drawn = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
    for place, (colour, yaw) in enumerate(faces):
        left, top = 20 + place * (size + 40), (HEIGHT - size) // 2
        drawn[top : top + size, left : left + size] = colour
        nose = left + round(size * (0.5 + yaw / 120))
        drawn[top + 40 : top + 60, nose - 8 : nose + 8] = 255
    return drawn


def clip(path: Path, frames: Sequence[npt.NDArray[np.uint8]]) -> Path:
    def chunks() -> Iterator[npt.NDArray[np.uint8]]:
        yield np.stack(list(frames))

    media.write_video(
        path, width=WIDTH, height=HEIGHT, fps=Fraction(FPS), frames=chunks(), audio=None
    )
    return path


def good_clip(path: Path, challenge: Challenge, colour: Colour = RED) -> Path:
    return clip(path, [picture((colour, yaw)) for yaw in yaws(challenge.turns)])


def photo(path: Path, *faces: tuple[Colour, float]) -> Path:
    Image.fromarray(picture(*faces)).save(path)
    return path


def utterance(word: str, pitch: float, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    """Return a word as it is said this once: length, pitch and formants differ a little."""
    hissing, vowels = word[0] in "st", [letter for letter in word if letter in _VOWELS]
    seconds = 0.5 * rng.uniform(0.85, 1.15)
    times = np.arange(int(seconds * RATE)) / RATE
    ends = np.array([_VOWELS[vowels[0]], _VOWELS[vowels[-1]]], float)
    ends *= (pitch / 120) ** 0.3 * rng.uniform(0.97, 1.03, (2, 2))
    share = np.clip((times / seconds - 0.3) / 0.4, 0, 1)[:, None]
    formants = ends[0] * (1 - share) + ends[1] * share
    base = pitch * rng.uniform(0.99, 1.01) * (1 - 0.03 * times / seconds)
    phase = 2 * np.pi * np.cumsum(base) / RATE
    said = np.zeros(len(times))
    for number in range(1, int(3800 / pitch)):
        level = sum(
            gain / (1 + ((number * base - formants[:, at]) / width) ** 2)
            for at, (gain, width) in enumerate(((1.0, 90.0), (0.7, 120.0)))
        )
        said += level / number**0.5 * np.sin(number * phase)
    said *= np.minimum(1, times / 0.04) * np.minimum(1, (seconds - times) / 0.06)
    if hissing:
        noise = np.diff(rng.standard_normal(int(0.12 * RATE) + 1))
        said = np.concatenate([0.5 * noise, said])
    return said / np.abs(said).max()


def recording(
    digits: Sequence[int | None],
    *,
    pitch: float = 110.0,
    noise: float = 0.003,
    seed: int = 1,
) -> npt.NDArray[np.float64]:
    """Return someone saying one digit in each slot; None: they say nothing."""
    rng = np.random.default_rng(seed)
    slot = int(SLOT_SECONDS * RATE)
    made = noise * rng.standard_normal(slot * len(digits))
    for place, digit in enumerate(digits):
        if digit is not None:
            said = 0.5 * utterance(WORDS[digit], pitch, rng)
            start = place * slot + int(rng.uniform(0.2, 0.6) * RATE)
            made[start : start + len(said)] += said
    return made


def sound(path: Path, samples: npt.NDArray[np.float64], *, rate: int = RATE) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def good_voice(path: Path, challenge: Challenge, pitch: float = 110.0) -> Path:
    return sound(path, recording(challenge.slots, pitch=pitch))
