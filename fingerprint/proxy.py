"""A small grey picture, eight times a second: what the motion of a recording is compared by.

It is no fingerprint but a likeness of the work, if a coarse one, so whoever keeps it asks first.
"""

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from fingerprint import sample
from fingerprint.errors import FramesError

ALGORITHM = "org.rightsd.proxy96.1"
SIDE_PIXELS = 96  # The longer side; at 64 another take in a few pixels cannot be told.
LOOKS_PER_SECOND = sample.LOOKS_PER_SECOND
LOOKS_MAX = int(sample.CLIP_SECONDS_MAX) * LOOKS_PER_SECOND + 2


@dataclass(frozen=True, slots=True, eq=False)
class Proxy:
    """The looks at a clip, or at a part of one, in the order of time.

    Attributes:
        frames: uint8, (T, h, w), luma; neither side is longer than SIDE_PIXELS.
        seconds: float64, (T,), when each is shown; rising.

    Raises:
        FramesError: The arrays do not fit together, or are beyond a limit.
    """

    frames: NDArray[np.uint8]
    seconds: NDArray[np.float64]

    def __post_init__(self) -> None:
        """Refuse arrays that do not fit together."""
        if self.frames.dtype != np.uint8 or self.frames.ndim != 3:
            raise FramesError("The frames of a proxy are uint8 of shape (T, h, w).")
        if not all(0 < side <= SIDE_PIXELS for side in self.frames.shape[1:]):
            raise FramesError(f"The sides of a proxy are 1 to {SIDE_PIXELS} pixels.")
        if self.seconds.shape != (len(self.frames),) or len(self.frames) > LOOKS_MAX:
            raise FramesError(f"A proxy has a time for each of at most {LOOKS_MAX} frames.")
        if not np.isfinite(self.seconds).all() or (np.diff(self.seconds) <= 0).any():
            raise FramesError("The times of a proxy are finite and rise.")

    def __len__(self) -> int:
        """Return the number of looks."""
        return len(self.frames)


@dataclass(slots=True)
class Watcher:
    """Makes the proxy of a clip on its way past."""

    _frames: list[NDArray[np.uint8]] = field(default_factory=list[NDArray[np.uint8]])
    _seconds: list[float] = field(default_factory=list[float])
    _size: tuple[int, int] | None = None  # Width and height.
    _first: float = 0.0
    _due: float = -np.inf

    def look(self, frames: NDArray[np.uint8], seconds: NDArray[np.float64]) -> None:
        """Take in frames, with their times, which never run backwards.

        Args:
            frames: uint8, (T, H, W, 3), RGB, or (T, H, W), luma.
            seconds: float64, (T,).

        Raises:
            FramesError: They are no such frames.
        """
        colour = frames.ndim == 4 and frames.shape[3] == 3
        if (
            frames.dtype != np.uint8
            or not (colour or frames.ndim == 3)
            or not all(frames.shape[1:])
        ):
            raise FramesError(f"Frames are uint8, (T, H, W, 3) or (T, H, W), not {frames.shape}.")
        for frame, at in zip(frames, seconds.tolist(), strict=True):
            if at < self._due - sample.STEP_SECONDS_MIN:
                continue
            if self._size is None:
                self._size, self._first = _size(*frame.shape[:2]), at
            elapsed = at - self._first + sample.STEP_SECONDS_MIN
            self._due = self._first + (np.floor(elapsed * LOOKS_PER_SECOND) + 1) / LOOKS_PER_SECOND
            grey = np.asarray(cv2.resize(frame, self._size, interpolation=cv2.INTER_AREA), np.uint8)
            if colour:
                grey = np.asarray(cv2.cvtColor(grey, cv2.COLOR_RGB2GRAY), np.uint8)
            self._frames.append(grey)
            self._seconds.append(at)

    def __len__(self) -> int:
        """Return how many looks wait to be taken."""
        return len(self._frames)

    def take(self) -> Proxy:
        """Return the looks since the last time this was asked, and forget them."""
        wide, high = self._size or (1, 1)
        frames = np.stack(self._frames) if self._frames else np.empty((0, high, wide), np.uint8)
        proxy = Proxy(frames, np.array(self._seconds, np.float64))
        self._frames.clear()
        self._seconds.clear()
        return proxy


def _size(high: int, wide: int) -> tuple[int, int]:
    """Return the width and height of the proxy of frames of this size."""
    share = min(1.0, SIDE_PIXELS / max(high, wide))
    return max(1, round(wide * share)), max(1, round(high * share))
