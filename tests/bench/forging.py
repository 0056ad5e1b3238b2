"""How marks are moved onto clips that are not ours, by those who have outputs and no secret."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from tests.watermark import attacks
from watermark import lattice
from watermark.frames import Frames, Plane
from watermark.lattice import Complexes

MARK_STD: Final = 1.6  # Grey levels: a little stronger than marks are.
LINES = lattice.lay_out(bytes(32))  # Where lines are is no secret; their phases are.


@dataclass(frozen=True, slots=True)
class Victim:
    """An output whose mark is to be moved.

    Attributes:
        id: Its generation.
        released: Its frames as anyone has them.
        plain: The same before they were marked; those leaked.
        marked: The same with the mark, before they were encoded.
    """

    id: str
    released: Frames
    plain: Frames
    marked: Frames


def copied(victim: Victim, onto: Frames) -> Frames:
    return attacks.copy(victim.released, onto)


def transplanted(victim: Victim, onto: Frames) -> Frames:
    count = min(len(onto), len(victim.plain))
    return attacks.transplant(victim.marked[:count], victim.plain[:count], onto[:count])


def cropped(victim: Victim, onto: Frames) -> Frames:
    """Return a transplant of which the mark says that it is a part of the output."""
    height, width = onto.shape[1:3]
    top, left = height // 12, width // 8
    forged = transplanted(victim, onto)
    views = forged[:, top : height - top, left : width - width // 16]
    for view, frame in zip(views.copy(), forged, strict=True):
        cv2.resize(view, (width, height), dst=frame, interpolation=cv2.INTER_AREA)
    return forged


def rebuilt(victim: Victim, onto: Frames) -> Frames:
    """Return a clip with the lines of an output as they were read, drawn anew."""
    return averaged(_draw_lines(estimate(victim.released)), onto)


def notched(victim: Victim, onto: Frames) -> Frames:
    """Return the same where the clip's own power was taken off the lines before."""
    cleared = attacks.notch(onto)
    return averaged(_draw_lines(estimate(victim.released)), cleared)


def averaged(pattern: Plane, onto: Frames) -> Frames:
    """Return a clip with a pattern that stands still, as strong as a mark."""
    change = pattern * (MARK_STD / max(float(pattern.std()), 1e-6))
    return np.clip(np.rint(onto + change[..., np.newaxis]), 0, 255).astype(np.uint8)


def average(outputs: Sequence[Frames]) -> Plane:
    return np.asarray(np.mean([estimate(each) for each in outputs], axis=0), dtype=np.float32)


def estimate(frames: Frames) -> Plane:
    """Return what stands out from the frames of an output and stands still, (H, W)."""
    total: Plane = np.zeros(frames.shape[1:3], dtype=np.float32)
    for frame in frames:
        smooth = np.asarray(cv2.bilateralFilter(frame, 7, 20.0, 5.0), dtype=np.float32)
        total += (frame - smooth).mean(axis=2)
    return total / np.float32(len(frames))


def _draw_lines(pattern: Plane) -> Plane:
    height, width = pattern.shape
    y, x = np.mgrid[0:height, 0:width] * (lattice.PERIODS / min(height, width))
    turns = [np.exp(-2j * np.pi * (u * x + v * y)) for u, v in LINES.lines.tolist()]
    read = np.array([(pattern * turn).sum() for turn in turns])
    values: Complexes = np.exp(1j * np.angle(read)).astype(np.complex128) * LINES.amplitudes
    return lattice.synthesise(LINES, values, height=height, width=width)
