"""What a file for which nobody vouches shows: its fingerprint, and a small picture of it."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from fingerprint import descriptor, pdq
from fingerprint.descriptor import Descriptors, FrameHash
from rightsd.adapters import media
from rightsd.adapters.media import Chunk, Video
from rightsd.adapters.media_process import Limits
from rightsd.errors import Code, RightsError

THUMBNAIL_WIDTH = 320
Moments = list[tuple[float, bytes, int]]  # (seconds, code, quality)
Watch = Callable[[media.Frames, npt.NDArray[np.float64]], None]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a file shows.

    Attributes:
        still: It has one frame.
        seconds: Time of the last frame.
        content: Its fingerprint, with a row at least that is good enough to be searched for.
        thumbnail: A JPEG of the first frame.
        md5: Of the file, as other systems look for it.
        pdq: PDQ hashes of it, one a second.
    """

    sha256: str
    still: bool
    seconds: float
    content: Descriptors
    thumbnail: bytes
    md5: str = ""
    pdq: Moments = field(default_factory=list[tuple[float, bytes, int]])


def describe(path: Path, *, limits: Limits, watch: Watch | None = None) -> Shown:
    """Return what a file shows, read once by a process of its own.

    Args:
        path: The file.
        limits: Of what is read.
        watch: Is shown its frames, with their times, on the way.

    Raises:
        RightsError: INVALID, TOO_LARGE or UNSUPPORTED, when there is no picture to compare.
    """
    try:
        with media.open_video(path, limits=limits) as video:
            watched = _Watched(video, watch)
            content = descriptor.describe((chunk.frames, chunk.seconds) for chunk in watched)
    except RightsError as error:
        if error.code is Code.INVALID and _is_sound(path, limits):
            detail = "this file is sound alone, and what is compared with it is a picture"
            raise RightsError(Code.UNSUPPORTED, detail) from error
        raise
    if not len(content.searchable()):
        detail = "there is too little to see in this file for it to be recognised"
        raise RightsError(Code.INVALID, detail)
    assert watched.first is not None
    return Shown(
        sha256=digest(path),
        still=watched.frames == 1,
        seconds=watched.seconds,
        content=content,
        thumbnail=media.jpeg(watched.first.frames[0], width_max=THUMBNAIL_WIDTH),
        md5=digest(path, "md5"),
        pdq=watched.pdq.moments,
    )


def digest(path: Path, algorithm: Literal["sha256", "md5"] = "sha256") -> str:
    """Return a digest of a file, in hexadecimal. MD5 is what others ask for; it proves nothing."""
    with path.open("rb") as file:
        return hashlib.file_digest(
            file, lambda: hashlib.new(algorithm, usedforsecurity=False)
        ).hexdigest()


def moments(content: Descriptors) -> Moments:
    """Return the rows that are worth keeping, as they are kept."""
    return [
        (float(content.seconds[row]), content.codes[row].tobytes(), int(content.quality[row]))
        for row in content.searchable()
    ]


def collect(kept: Moments) -> Descriptors:
    """Return the fingerprint of rows that were kept."""
    return descriptor.collect(FrameHash(*moment) for moment in kept)


class _Watched:
    """The chunks of a video, and what there was to see of them."""

    def __init__(self, video: Video, watch: Watch | None) -> None:
        self._video = video
        self._watch = watch
        self.pdq = pdq.Watcher()
        self.first: Chunk | None = None
        self.frames = 0
        self.seconds = 0.0

    def __iter__(self) -> "_Watched":
        return self

    def __next__(self) -> Chunk:
        chunk = next(self._video.chunks)
        self.first = self.first or chunk
        self.frames += len(chunk.frames)
        self.seconds = float(chunk.seconds[-1])
        self.pdq.look(chunk.frames, chunk.seconds)
        if self._watch is not None:
            self._watch(chunk.frames, chunk.seconds)
        return chunk


def _is_sound(path: Path, limits: Limits) -> bool:
    try:
        return media.read_audio(path, limits=limits) is not None
    except RightsError:
        return False
