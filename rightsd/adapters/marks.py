"""The watermarks of a file for which nobody vouches."""

from typing import Literal

import numpy as np
import numpy.typing as npt

from rightsd.adapters.media import Frames
from watermark.detect import Detection, Detector
from watermark.spectrum import Accumulator


class Marks:
    """Adds up the frames of a file while it is read, to find marks in all of it or in a part."""

    def __init__(self, secret: bytes) -> None:
        """Begin.

        Args:
            secret: Whose marks are looked for.
        """
        self._detector = Detector(secret)
        self._sums = Accumulator()
        self._times: list[float] = []

    def look(self, frames: Frames, seconds: npt.NDArray[np.float64]) -> None:
        """Take in the next frames: see `readings.Watch`."""
        self._sums.add(frames)
        self._times += seconds.tolist()

    def find(self) -> Detection:
        """Return what is found in all that was looked at; there must be a frame."""
        return self._detector.look(self._sums)

    def find_between(
        self, start: float, end: float, *, effort: Literal["quick", "full"]
    ) -> Detection:
        """Return what is found in a part.

        Args:
            start: In seconds.
            end: After `start`.
            effort: "full" finds it in what was cropped or turned as well, for several times the
                cost.
        """
        first = min(int(np.searchsorted(self._times, start)), len(self._times) - 1)
        behind = max(int(np.searchsorted(self._times, end)), first + 1)
        return self._detector.look(self._sums.part(first, behind), effort=effort)
