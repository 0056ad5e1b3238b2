"""The copies that the benchmark of the fingerprint looks for, with what each shows of its original.

A copy is of a part of a clip, of a random length and from a random start. Half of them have lost
their sound, so that pictures alone must tell; speed and the other sound of a copy are made of its
own. Where a copy needs another video, around, beside or before what is copied, there is one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np

from rightsd.adapters.media import Frames, Samples
from tests.bench import fingerprint_changes as changes
from tests.bench.fingerprint_changes import Change, Matrix, Size
from tests.bench.fingerprint_clips import FPS, RATE, Clip, Footage, cut, write
from tests.watermark.sound import attacks as sounds
from watermark import attacks

CRF = 23
SOUND_ATTENUATION = 0.6  # Of a copy under which another video is heard.
Stretch = Callable[[Samples, float], Samples]


def _stretch(samples: Samples, times: float) -> Samples:
    """Play a sound faster at the same pitch, as players do."""
    return sounds.stretch(samples, RATE, times=times)[0]


def _rush(samples: Samples, times: float) -> Samples:
    """Play a sound faster, and so higher."""
    return sounds.faster(samples, RATE, times=times)[0]


@dataclass(frozen=True, slots=True)
class Copy:
    """A way to copy a part of a clip.

    Attributes:
        name: In words.
        goal: The share of such copies that should be found with no false match.
        change: Of the pictures.
        seconds: Of the copy: the least and the most, less where the clip ends sooner.
        speed: How much faster it plays.
        fps: Frames a second of the copy.
        crf: Constant rate factor of its file.
        around: Seconds of another video before and after.
        heard: Only its sound is copied, with the pictures of another video.
        mixed: The sound of another video is heard too.
        stretch: How its sound is made faster.
    """

    name: str
    goal: float
    change: Change = changes.KEEP
    seconds: tuple[float, float] = (4.0, 7.0)
    speed: float = 1.0
    fps: Fraction = FPS
    crf: int = CRF
    around: tuple[float, float] = (0.0, 0.0)
    heard: bool = False
    mixed: bool = False
    stretch: Stretch = _stretch


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """What a copy shows of its original.

    Attributes:
        clip: The name of the original.
        query: The first and the last second of the copy in which it is shown.
        reference: The seconds of the original that are shown then.
        matrix: Where the points of the original's pictures are in those of the copy, in pixels;
            None, if no picture is copied.
        size: (width, height) of the original.
        shown: The same of the copy.
    """

    clip: str
    query: tuple[float, float]
    reference: tuple[float, float]
    matrix: Matrix | None
    size: Size
    shown: Size


@dataclass(frozen=True, slots=True)
class Span:
    """Which frames of a clip a copy shows: those from `start` to before `end`."""

    start: int
    end: int


def draw(copy: Copy, count: int, random: np.random.Generator) -> Span:
    """Return a random part of a clip of so many frames."""
    length = random.uniform(*copy.seconds) * copy.speed
    frames = min(count, max(1, round(length * float(FPS))))
    start = int(random.integers(0, count - frames + 1))
    return Span(start, start + frames)


def make(
    path: Path, copy: Copy, clip: Clip, whole: Footage, span: Span, *, other: Footage, mute: bool
) -> Truth:
    """Write a copy of a part of a clip, and return what it shows.

    Args:
        path: Where to.
        copy: How.
        clip: What is copied.
        whole: What it shows.
        span: The part.
        other: What another video shows.
        mute: Leave its sound out, if it is not the sound that is copied.
    """
    picks = _pick(copy, span)
    before, after = (round(seconds * copy.fps) for seconds in copy.around)
    total = before + len(picks) + after
    beside = _repeat(other.frames, total, copy.fps)
    if copy.heard:
        shown, size, matrix = beside, _size(beside), None
    else:
        middle = copy.change.show(whole.frames[picks], beside[before : before + len(picks)])
        matrix, size = copy.change.place(_size(whole.frames))
        shown = np.concatenate([
            changes.fill(beside[:before], _size(middle)),
            middle,
            changes.fill(beside[before + len(picks) :], _size(middle)),
        ]) if before or after else middle  # fmt: skip
    sound = None
    if copy.heard or not mute:
        sound = _sound(copy, cut(whole, span.start, span.end).sound, other.sound, total)
    write(path, Footage(shown, sound), fps=copy.fps, crf=copy.crf)
    rate = float(copy.fps)
    return Truth(
        clip=clip.name,
        query=(before / rate, (before + len(picks) - 1) / rate),
        reference=(float(picks[0] / FPS), float(picks[-1] / FPS)),
        matrix=matrix,
        size=_size(whole.frames),
        shown=size,
    )


def _pick(copy: Copy, span: Span) -> np.ndarray:
    """Return the frame of the clip that each frame of the copy shows."""
    step = copy.speed * float(FPS / copy.fps)
    return span.start + np.floor(np.arange(0.0, span.end - span.start, step) + 1e-9).astype(int)


def _repeat(frames: Frames, count: int, fps: Fraction) -> Frames:
    """Return so many frames of another video, at another rate, again from its start at its end."""
    return frames[(np.arange(count) * float(FPS / fps)).astype(int) % len(frames)]


def _sound(copy: Copy, own: Samples | None, other: Samples | None, frames: int) -> Samples | None:
    """Return the sound of a copy of so many frames, all of it as long as its pictures."""
    if own is None:
        return None
    count = round(frames / copy.fps * RATE)
    heard = np.zeros((count, 2), np.float32)
    start = round(copy.around[0] * RATE)
    played = own if copy.speed == 1.0 else copy.stretch(own, copy.speed)
    played = played[: count - start]
    if other is not None and (copy.mixed or any(copy.around)):
        heard += np.resize(other, heard.shape)
        if copy.mixed:
            heard *= 1.0 - SOUND_ATTENUATION
            played = SOUND_ATTENUATION * played
        else:
            heard[start : start + len(played)] = 0.0
    heard[start : start + len(played)] += played
    return np.clip(heard, -1.0, 1.0)


def _size(frames: Frames) -> Size:
    return frames.shape[2], frames.shape[1]


EASY, NEARLY, BESIDE, SMALL = 0.999, 0.99, 0.98, 0.80
_tone = attacks.tone
TENTH = Fraction(10)
COPIES: Sequence[Copy] = (
    Copy("H.264, CRF 28", EASY, crf=28),
    Copy("H.264, CRF 35", EASY, crf=35),
    Copy("H.264, CRF 42", EASY, crf=42),
    Copy("144 lines", EASY, changes.lines(144), crf=30),
    Copy("letterbox", EASY, changes.bars(higher=4 / 3)),
    Copy("pillarbox", EASY, changes.bars(wider=4 / 3)),
    Copy("mirrored", EASY, changes.MIRROR),
    Copy("turned by 90 degrees", EASY, changes.UPEND),
    Copy("brighter", EASY, changes.recolour(partial(_tone, brightness=1.35))),
    Copy("more contrast", EASY, changes.recolour(partial(_tone, contrast=1.5))),
    Copy("gamma 1.8", EASY, changes.recolour(partial(_tone, gamma=1.8))),
    Copy("other hues", EASY, changes.recolour(attacks.recolour)),
    Copy("grey", EASY, changes.recolour(attacks.bleach)),
    Copy("out of focus", EASY, changes.recolour(partial(attacks.blur, share=1 / 120))),
    Copy("noise of 15 in 255", EASY, changes.recolour(attacks.roughen)),
    Copy("10 frames a second", EASY, fps=TENTH),
    Copy("0.8 times as fast", EASY, speed=0.8),
    Copy("1.25 times as fast", EASY, speed=1.25),
    Copy("twice as fast", EASY, speed=2.0, seconds=(2.0, 3.5)),
    Copy("cropped to 80 %", NEARLY, changes.crop(0.8)),
    Copy("cropped to 60 %", NEARLY, changes.crop(0.6)),
    Copy("cropped to 60 %, off-centre", NEARLY, changes.crop(0.6, x=0.15, y=0.85)),
    Copy("cropped to 50 %", 0.95, changes.crop(0.5)),
    Copy("upright, blurred around", NEARLY, changes.blurpad()),
    Copy("turned by 5 degrees", NEARLY, changes.turn(5.0)),
    Copy("turned by 10 degrees", NEARLY, changes.turn(-10.0)),
    Copy("filmed from a screen", NEARLY, changes.screen(), crf=26),
    Copy("logo and caption", NEARLY, changes.caption()),
    Copy("facecam", NEARLY, changes.facecam(), mixed=True),
    Copy("picture in picture, 50 %", BESIDE, changes.inset(0.5, x=0.8, y=0.7)),
    Copy("picture in picture, 25 %", SMALL, changes.inset(0.25, x=0.9, y=0.1)),
    Copy("reaction on a split screen", BESIDE, changes.reaction(), mixed=True),
    Copy("3 s of it", NEARLY, seconds=(3.0, 3.0)),
    Copy("2 s of it", NEARLY, seconds=(2.0, 2.0)),
    Copy("1 s of it", 0.90, seconds=(1.0, 1.0)),
    Copy("5 s inside a longer video", NEARLY, seconds=(5.0, 5.0), around=(2.5, 2.0)),
    Copy(
        "upright 9:16, mirrored, caption, 1.1 times as fast",
        0.90,
        changes.chain(changes.portrait(), changes.MIRROR, changes.caption()),
        speed=1.1,
    ),
    Copy("sound alone", BESIDE, heard=True),
    Copy("sound alone, 1.15 times as fast", 0.90, heard=True, speed=1.15),
    Copy("sound alone, 0.87 times as fast and lower", 0.90, heard=True, speed=0.87, stretch=_rush),
)
SAME = Copy("as it is", 1.0)
BY_NAME: Mapping[str, Copy] = {copy.name: copy for copy in (SAME, *COPIES)}
