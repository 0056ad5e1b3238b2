"""The landmarks of a sound: what a copy of it is recognised by, whatever it is played with."""

import struct
import zlib
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from fingerprint import soundpeaks
from fingerprint.errors import DescriptorsError
from fingerprint.soundpeaks import Listener, Samples

# Goes next to all that is stored. Landmarks of two algorithms cannot be compared.
ALGORITHM: Final = "org.rightsd.landmarks.1"
TICKS_PER_SECOND: Final = 256
STEPS_PER_TONE: Final = 64
SECONDS_MAX: Final = 86_400.0
# What is stored has as many peaks a second as are picked, and a few at both ends.
COUNT_MAX: Final = int(SECONDS_MAX + 1) * soundpeaks.PEAKS_PER_SECOND * 2

_MAGIC: Final = b"RLM1"
_HEADER: Final = struct.Struct("<4sII")
_ROW_BYTES: Final = 6  # Ticks since the one before, and the tone.


@dataclass(frozen=True, slots=True, eq=False)
class Landmarks:
    """The peaks of one sound, in the order of time.

    Attributes:
        length: Of the sound, in ticks of 1/256 s.
        ticks: int64, (N,), when each peak is, never falling.
        steps: int64, (N,), the tone of each (`soundpeaks.tone_of`), in 1/64.

    Raises:
        DescriptorsError: The arrays do not fit together, or are out of range.
    """

    length: int
    ticks: NDArray[np.int64]
    steps: NDArray[np.int64]

    def __post_init__(self) -> None:
        """Refuse arrays that do not fit together."""
        if self.ticks.dtype != np.int64 or self.steps.dtype != np.int64:
            raise DescriptorsError("Ticks and steps are int64.")
        if self.ticks.ndim != 1 or self.ticks.shape != self.steps.shape:
            raise DescriptorsError(f"{self.ticks.shape} ticks come with {self.steps.shape} steps.")
        if not 0 <= self.length <= SECONDS_MAX * TICKS_PER_SECOND or len(self) > COUNT_MAX:
            raise DescriptorsError(f"A sound lasts at most {SECONDS_MAX:.0f} s.")
        if not len(self):
            return
        if (np.diff(self.ticks) < 0).any() or self.ticks[0] < 0 or self.ticks[-1] > self.length:
            raise DescriptorsError("Times lie in the sound and never run backwards.")
        lowest = int(soundpeaks.LOWEST * STEPS_PER_TONE)
        highest = int(soundpeaks.HIGHEST * STEPS_PER_TONE) + 1
        if self.steps.min() < lowest or self.steps.max() > highest:
            raise DescriptorsError("A tone is outside the scale.")

    def __len__(self) -> int:
        """Return the number of peaks."""
        return len(self.ticks)

    @property
    def seconds_long(self) -> float:
        """How long the sound is."""
        return self.length / TICKS_PER_SECOND

    @property
    def seconds(self) -> NDArray[np.float64]:
        """When each peak is."""
        return self.ticks / TICKS_PER_SECOND

    @property
    def tones(self) -> NDArray[np.float64]:
        """The tone of each peak."""
        return self.steps / STEPS_PER_TONE

    def between(self, start: float, end: float) -> "Landmarks":
        """Return the peaks in a stretch, at the times that they have here."""
        first, behind = np.searchsorted(self.seconds, [start, end])
        return Landmarks(self.length, self.ticks[first:behind], self.steps[first:behind])


def describe(samples: Samples, rate: int) -> Landmarks:
    """Return the landmarks of a sound that is there as a whole: see `Listener` for one that is not.

    Args:
        samples: float32, (N,) or (N, channels), -1 to 1.
        rate: Samples a second.

    Returns:
        At most about 30 a second; none where it is silent.

    Raises:
        SamplesError: It is no such sound, or the rate is out of range.
    """
    listener = Listener(rate)
    listener.add(samples)
    return collect(listener)


def collect(listener: Listener) -> Landmarks:
    """Return the landmarks of all that a listener was given; it takes nothing in after this.

    Raises:
        DescriptorsError: That was more than SECONDS_MAX.
    """
    peaks = listener.peaks()
    length = int(np.ceil(listener.seconds * TICKS_PER_SECOND))
    ticks = np.minimum(np.rint(peaks[:, 0] * TICKS_PER_SECOND).astype(np.int64), length)
    steps = np.rint(peaks[:, 1] * STEPS_PER_TONE).astype(np.int64)
    order = np.lexsort((steps, ticks))
    return Landmarks(length, ticks[order], steps[order])


def pack(landmarks: Landmarks) -> bytes:
    """Return landmarks as bytes: about 100 for a second of sound."""
    gaps = np.diff(landmarks.ticks, prepend=0).astype("<u4")
    # The same byte of all rows side by side, since that compresses best.
    columns = [gaps.view(np.uint8).reshape(-1, 4), landmarks.steps.astype("<u2")[:, None]]
    planes = np.column_stack([columns[0], columns[1].view(np.uint8)]).T
    body = zlib.compress(np.ascontiguousarray(planes).tobytes(), 6)
    return _HEADER.pack(_MAGIC, landmarks.length, len(landmarks)) + body


def unpack(packed: bytes) -> Landmarks:
    """Return the landmarks that were packed.

    Raises:
        DescriptorsError: These are other bytes, or of another version.
    """
    if len(packed) < _HEADER.size:
        raise DescriptorsError("Packed landmarks are too short.")
    magic, length, count = _HEADER.unpack_from(packed)
    if magic != _MAGIC or count > COUNT_MAX:
        raise DescriptorsError("These are no landmarks of this version.")
    reader = zlib.decompressobj()
    try:
        # A byte more than there may be shows what is too long.
        body = reader.decompress(packed[_HEADER.size :], count * _ROW_BYTES + 1)
    except zlib.error as error:
        raise DescriptorsError("Packed landmarks are broken.") from error
    if len(body) != count * _ROW_BYTES or not reader.eof or reader.unused_data:
        raise DescriptorsError("Packed landmarks have another length than they say.")
    rows = np.ascontiguousarray(np.frombuffer(body, np.uint8).reshape(_ROW_BYTES, count).T)
    gaps = np.ascontiguousarray(rows[:, :4]).view("<u4")[:, 0].astype(np.int64)
    steps = np.ascontiguousarray(rows[:, 4:]).view("<u2")[:, 0].astype(np.int64)
    return Landmarks(length, np.cumsum(gaps), steps)
