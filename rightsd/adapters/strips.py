"""The proof strip of two files: what each shows at the same moments of a match."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from fingerprint import sample, strip
from fingerprint.strip import Moment
from fingerprint.verdict import Passage
from rightsd.adapters import media
from rightsd.adapters.media import Frames
from rightsd.adapters.media_process import Limits


def draw(passage: Passage, query: Path, reference: Path, *, limits: Limits) -> Frames | None:
    """Return the strip of the longest part of a passage, uint8, (H, W, 3), RGB.

    None: it is not known how the picture of one lies on that of the other.

    Raises:
        RightsError: A file cannot be read.
    """
    if passage.geometry is None:
        return None
    part = max(passage.query, key=lambda each: each.end - each.start)
    times = strip.seconds(part.start, part.end)
    others = [max(0.0, passage.speed * at + passage.offset) for at in times]
    moments = [
        Moment(here, there, at, other)
        for here, there, at, other in zip(
            frames_at(query, times, limits=limits),
            frames_at(reference, others, limits=limits),
            times,
            others,
            strict=True,
        )
    ]
    return strip.draw(moments, matrix=passage.geometry.matrix, mirrored=passage.geometry.mirrored)


def frames_at(path: Path, seconds: Sequence[float], *, limits: Limits) -> list[Frames]:
    """Return what a file shows at some times, ascending: the nearest of the frames looked at."""
    best: list[tuple[float, Frames]] = []
    with media.open_video(path, limits=limits, looks_per_second=sample.LOOKS_PER_SECOND) as video:
        for chunk in video:
            for number, wanted in enumerate(seconds):
                at = int(np.abs(chunk.seconds - wanted).argmin())
                off = abs(float(chunk.seconds[at]) - wanted)
                if number == len(best):
                    best.append((off, chunk.frames[at].copy()))
                elif off < best[number][0]:
                    best[number] = off, chunk.frames[at].copy()
            if chunk.seconds[-1] > seconds[-1]:
                break
    return [frame for _, frame in best]
