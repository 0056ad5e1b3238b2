"""What a file for which nobody vouches shows, decoded once for all who look at it."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from fingerprint import descriptor, features, proxy, sample
from fingerprint.bundle import Fingerprint
from fingerprint.descriptor import Descriptors
from rightsd.adapters import media
from rightsd.adapters.media import Frames
from rightsd.adapters.media_process import Limits
from rightsd.domain.fingerprint import Channel

# Many films begin with black.
PICTURE_SECONDS = 1.0

# Takes (T, H, W, 3) and the times of these frames, float64, (T,).
Watch = Callable[[Frames, npt.NDArray[np.float64]], None]


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What a file shows.

    Attributes:
        still: It has one frame.
        seconds: Time of the last frame.
        whole: Its fingerprint by the channels that were asked for, but for its sound.
        picture: (H, W, 3), the frame at PICTURE_SECONDS or the last one before.
        has_sound: It says that there is sound.
    """

    still: bool
    seconds: float
    whole: Fingerprint
    picture: Frames
    has_sound: bool = False

    @property
    def content(self) -> Descriptors:
        """The codes of its frames, of which none may be good enough to be searched for."""
        return self.whole.content


def read(
    path: Path,
    *,
    limits: Limits,
    watches: Sequence[Watch] = (),
    points: features.Watcher | None = None,
    channels: Collection[Channel] = tuple(Channel),
) -> Reading:
    """Return what a file shows.

    Args:
        path: The file.
        limits: Of what is read.
        watches: Are shown the frames that are looked at, `sample.LOOKS_PER_SECOND` of each second
            and the last one, in chunks.
        points: Finds its points: those by which it will be found, unless others are asked for.
        channels: What is wanted beside the codes of its frames; each is work.

    Raises:
        RightsError: INVALID, TOO_LARGE or UNSUPPORTED, when it cannot be read as video or picture.
    """
    frames, seconds = 0, 0.0
    picture: Frames | None = None
    points = (points or features.Watcher()) if Channel.FEATURES in channels else None
    small = proxy.Watcher() if Channel.MOTION in channels else None
    watched = [each.look for each in (points, small) if each is not None]

    def look(chunk: media.Chunk) -> sample.Chunk:
        nonlocal frames, seconds, picture
        frames += len(chunk.frames)
        seconds = float(chunk.seconds[-1])
        early = np.flatnonzero(chunk.seconds <= PICTURE_SECONDS)
        if len(early):
            picture = chunk.frames[early[-1]].copy()
        for watch in (*watched, *watches):
            watch(chunk.frames, chunk.seconds)
        return chunk.frames, chunk.seconds

    with media.open_video(path, limits=limits, looks_per_second=sample.LOOKS_PER_SECOND) as video:
        chunks: Iterator[sample.Chunk] = map(look, video)
        content = descriptor.describe(chunks)
    assert picture is not None  # A file without a frame is refused.
    whole = Fingerprint(
        content,
        features=None if points is None else points.features(),
        motion=None if small is None else small.take(),
    )
    return Reading(frames == 1, seconds, whole, picture, video.info.has_audio)
