"""Whether the mark of a copy is read, or verified by laying the copy over the output."""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import numpy as np

from rightsd.adapters import rescues
from rightsd.adapters.media import Frames
from tests.bench.watermark_clips import PAYLOAD_ID, SECRET, Clip, look, read
from tests.bench.watermark_copies import Copy
from watermark import register, verify
from watermark.detect import Detector
from watermark.verify import Marked


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read in a copy.

    Attributes:
        clip: The name of the clip.
        copy: That of the copy.
        read: The payload was.
        proved: It was not, but the mark was verified with the original.
        read_short: The payload was read in the copy's beginning; None, if that was not tried.
        wrong: Another payload was read in either.
    """

    clip: str
    copy: str
    read: bool
    proved: bool
    read_short: bool | None
    wrong: bool

    def as_short(self) -> "Reading":
        """Return what was read in the beginning."""
        assert self.read_short is not None
        return replace(self, read=self.read_short, proved=False)


def read_copy(folder: Path, clip: Clip, copy: Copy, *, short_seconds: float | None) -> Reading:
    """Make a copy of a clip and look for the mark in it.

    Args:
        folder: For the copy, while it is looked at.
        clip: What is copied.
        copy: How.
        short_seconds: Length of its beginning that is looked at as well; None for not at all.
    """
    path = folder / f"{clip.name}-{clip.height}-{copy.name.replace('/', '')}.copy.mp4"
    copy.make(_master(clip.marked), path)
    frames, seconds = look(path)
    path.unlink()
    detector = Detector(SECRET)
    found = [detector.detect([frames]).payload_id]
    if short_seconds is not None:
        found.append(detector.detect([frames[seconds < short_seconds]]).payload_id)
    return Reading(
        clip=clip.name,
        copy=copy.name,
        read=found[0] == PAYLOAD_ID,
        proved=found[0] is None and _prove(clip, frames, seconds * copy.speed),
        read_short=found[-1] == PAYLOAD_ID if short_seconds is not None else None,
        wrong=any(each not in {None, PAYLOAD_ID} for each in found),
    )


@lru_cache(maxsize=1)
def _master(path: Path) -> Frames:
    """Return the frames of the file of which all the copies of a clip are made in turn."""
    return read(path)


def _prove(clip: Clip, frames: Frames, seconds: np.ndarray) -> bool:
    """Return whether a copy is proved to carry the mark of the output, by times of the output."""
    there, times = look(clip.marked)
    views, original = register.shrink(frames), register.shrink(there)
    expected = np.abs(times - seconds[:, np.newaxis]).argmin(axis=1).tolist()
    laid = register.register(views, original, expected, reach=rescues.REACH)
    if laid is None:
        return False
    marked = Marked(PAYLOAD_ID, clip.height, clip.width)
    return verify.verify(SECRET, marked, views, original, laid, shots=[0] * len(original)).verified
