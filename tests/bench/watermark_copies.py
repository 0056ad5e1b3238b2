"""The copies of a marked clip that the benchmark of the watermark reads, in three tiers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from pathlib import Path

import numpy as np

from rightsd.adapters.media import Frames
from tests.bench.watermark_clips import FPS, read, write
from watermark import attacks

Change = Callable[[Frames], Frames]


@dataclass(frozen=True, slots=True)
class Step:
    """What happens to the frames, and the file that is made of them."""

    change: Change = attacks.keep
    crf: int = 23
    codec: str = "libx264"
    fps: Fraction = FPS


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of a clip.

    Attributes:
        name: In words.
        steps: Each works on the file of the one before.
        speed: How fast it shows what the clip shows.
        read_goal: The share of such copies that should be read blind, of five seconds of 720 lines.
        proved_goal: The share that should be read, or else verified with the original.
    """

    name: str
    steps: tuple[Step, ...]
    speed: float = 1.0
    read_goal: float = 1.0
    proved_goal: float = 1.0

    def make(self, frames: Frames, path: Path) -> None:
        for number, step in enumerate(self.steps):
            given = read(path) if number else frames
            write(path, step.change(given), fps=step.fps, codec=step.codec, crf=step.crf)


def _one(
    name: str,
    change: Change = attacks.keep,
    *,
    crf: int = 23,
    codec: str = "libx264",
    fps: Fraction = FPS,
    speed: float = 1.0,
) -> Copy:
    return Copy(name, (Step(change, crf, codec, fps),), speed)


def _lines(frames: Frames, *, lines: int) -> Frames:
    """Return frames of so many lines at most."""
    return attacks.scale(frames, share=min(1.0, lines / min(frames.shape[1:3])))


def _faster(frames: Frames) -> Frames:
    """Return frames for 30 a second of those for 24: every fourth twice."""
    return frames[np.arange(len(frames) * 5 // 4) * 4 // 5]


def _slower(frames: Frames) -> Frames:
    """Return frames for 20 a second of those for 24: without every sixth."""
    return frames[np.arange(len(frames)) % 6 != 5]


def _messenger(frames: Frames) -> Frames:
    return _slower(attacks.phone(frames))


def _reel(frames: Frames) -> Frames:
    """Return an upright strip with a caption, 576 pixels wide at most."""
    return attacks.caption(_lines(attacks.portrait(frames), lines=576))


def _mild(frames: Frames) -> Frames:
    """Return frames to which a little of everything was done."""
    turned = attacks.rotate(attacks.crop(frames, share=0.9), degrees=1.0)
    toned = attacks.tone(attacks.mirror(turned), contrast=1.1, brightness=0.95, gamma=1.1)
    soft = attacks.blur(attacks.recolour(toned), share=1 / 900)
    return attacks.drop(attacks.roughen(soft, deviation=4.0))


MESSENGER = Step(_messenger, 30, fps=Fraction(20))

EASY = (
    *(_one(f"H.264, CRF {crf}", crf=crf) for crf in (23, 28, 33)),
    _one("H.265, CRF 28", crf=28, codec="libx265"),
    _one("AV1, CRF 40", crf=40, codec="libsvtav1"),
    _one("video platform: 480 lines, CRF 28", partial(_lines, lines=480), crf=28),
    _one("a quarter of its size", partial(attacks.scale, share=0.25)),
    _one("half its size", partial(attacks.scale, share=0.5)),
    _one("1.5 times its size", partial(attacks.scale, share=1.5)),
    _one("twice its size", partial(attacks.scale, share=2.0)),
    _one("cropped to 75 %", partial(attacks.crop, share=0.75)),
    _one("cropped to 50 %", partial(attacks.crop, share=0.5)),
    _one("between black bars", attacks.letterbox),
    _one("turned by 2 degrees", partial(attacks.rotate, degrees=2.0)),
    _one("turned by 5 degrees", partial(attacks.rotate, degrees=5.0)),
    _one("turned by 90 degrees", attacks.upend),
    _one("mirrored", attacks.mirror),
    _one("darker, 0.7", partial(attacks.tone, brightness=0.7)),
    _one("brighter, 1.3", partial(attacks.tone, brightness=1.3)),
    _one("more contrast, 1.5", partial(attacks.tone, contrast=1.5)),
    _one("gamma 1.6", partial(attacks.tone, gamma=1.6)),
    _one("other hues", attacks.recolour),
    _one("without colour", attacks.bleach),
    _one("out of focus", attacks.blur),
    _one("noise of 15 in 255", attacks.roughen),
    _one("24 to 30 frames a second", _faster, fps=Fraction(30)),
    _one("0.8 times as fast", fps=FPS * Fraction(4, 5), speed=0.8),
    _one("1.25 times as fast", fps=FPS * Fraction(5, 4), speed=1.25),
    _one("every fifth frame lost", attacks.drop, speed=1.25),
    _one("logo and caption", attacks.caption),
)
HARD = (
    _one("H.264, CRF 38", crf=38),
    Copy("messenger: 360 lines, 20 a second, CRF 30", (MESSENGER,)),
    _one("reel: 9:16, 576 wide, caption, CRF 30", _reel, crf=30),
    _one("upright, 9:16", attacks.portrait),
    _one("cropped to 33 %", partial(attacks.crop, share=0.33)),
    _one("picture in a picture, 50 %", partial(attacks.inset, share=0.5)),
    _one("picture in a picture, 35 %", partial(attacks.inset, share=0.35)),
    _one("turned by 12 degrees", partial(attacks.rotate, degrees=12.0)),
    _one("turned by -12 degrees", partial(attacks.rotate, degrees=-12.0)),
    _one("one frame", partial(attacks.first, count=1)),
    _one("half a second", partial(attacks.first, count=12)),
    _one("filmed from a screen, CRF 26", attacks.film, crf=26),
    _one("a little of everything", _mild, speed=1.25),
)
HARDEST = (
    Copy("H.264, CRF 43", (Step(crf=43),), read_goal=0.9),
    Copy("AV1, CRF 60", (Step(crf=60, codec="libsvtav1"),), read_goal=0.7, proved_goal=0.9),
    Copy("messenger, twice", (MESSENGER, MESSENGER), read_goal=0.9, proved_goal=0.95),
)
LIGHTEST = _one("H.264, CRF 18", crf=18)  # For marks that nothing else leaves.
TIERS: Mapping[str, tuple[Copy, ...]] = {"easy": EASY, "hard": HARD, "hardest": HARDEST}
BY_NAME: Mapping[str, Copy] = {copy.name: copy for tier in TIERS.values() for copy in tier}
