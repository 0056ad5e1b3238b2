"""What is known of a clip, by every channel, and of where known assets lie."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from fingerprint import descriptor, landmarks
from fingerprint.descriptor import Descriptors
from fingerprint.features import Features
from fingerprint.landmarks import Landmarks
from fingerprint.proxy import Proxy

# A still stands for this much of a query.
STILL_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Extent:
    """How much there is to be compared with.

    Attributes:
        rows: Codes of frames that are searched for.
        pictures: Frames with points.
        seconds: Of sound.
    """

    rows: int
    pictures: int
    seconds: float

    def __add__(self, other: "Extent") -> "Extent":
        """Return both together."""
        return Extent(
            self.rows + other.rows, self.pictures + other.pictures, self.seconds + other.seconds
        )


@dataclass(frozen=True, slots=True, eq=False)
class Fingerprint:
    """What is known of a clip, by channel; None: this channel was not made, or may not be kept.

    Attributes:
        frames: Codes of whole frames.
        features: Points of some frames.
        sound: Landmarks of the sound.
        motion: A small grey copy.
    """

    frames: Descriptors | None = None
    features: Features | None = None
    sound: Landmarks | None = None
    motion: Proxy | None = None

    @property
    def content(self) -> Descriptors:
        """The codes of whole frames; none, if there are no pictures."""
        return descriptor.collect([]) if self.frames is None else self.frames

    @property
    def extent(self) -> Extent:
        """How much of it can be compared."""
        return Extent(
            0 if self.frames is None else len(self.frames.searchable()),
            0 if self.features is None else len(self.features.seconds),
            0.0 if self.sound is None else self.sound.length / landmarks.TICKS_PER_SECOND,
        )

    @property
    def seconds(self) -> float:
        """How long the pictures last, or the sound where there are none."""
        if self.frames is not None and len(self.frames):
            length = float(self.frames.seconds[-1] - self.frames.seconds[0])
        else:
            length = self.extent.seconds
        return max(STILL_SECONDS, length)


class Library(Protocol):
    """Where known assets lie. What is withdrawn meanwhile may be left out anywhere."""

    @property
    def extent(self) -> Extent:
        """How much there is of all assets."""
        ...

    def near_frames(self, codes: NDArray[np.uint8], radius: int) -> Iterable[tuple[int, str]]:
        """Return which codes, by number, are near a frame of which asset."""
        ...

    def near_points(self, query: Features) -> list[str]:
        """Return the assets of which points agree, the best first: `candidates.find`."""
        ...

    def near_sounds(self, query: Landmarks) -> list[str]:
        """Return the assets of which sounds agree, the best first: `soundmatch.find`."""
        ...

    def look_up(self, asset_id: str) -> Fingerprint | None:
        """Return all that is known of an asset."""
        ...
