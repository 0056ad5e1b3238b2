"""Local features: what single points of a picture look like, wherever the picture ends up.

A few times in ten seconds a frame is taken, and the points in it that can be found again in a crop,
a turned copy or a picture in a picture are described by 256 bits each: `points`. `local` matches
them.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from fingerprint import points, sample, spectrum
from fingerprint.errors import DescriptorsError, FramesError
from fingerprint.points import CODE_BYTES, Points

# Goes next to every stored code. Codes of two algorithms cannot be compared.
ALGORITHM = points.ALGORITHM
# Of what is kept and looked for: small pictures, since what is found in them is found again.
POINTS = 100
PIXELS = 384 * 216
# Of what is looked at once: more points, for half of them are of what was pasted around or over,
# and frames nearer to those of the reference where much moves. Measured on crops to a half, upright
# crops and insets this finds 0.94 of what is there, and the settings above for both 0.81.
QUERY_POINTS = 200
QUERY_PIXELS = 480 * 270
QUERY_APART_SECONDS = 0.5
# A frame is taken when it moved this far from the last one taken, and once in a while anyway.
APART_SECONDS = 1.0
STILL_SECONDS_MAX = 3.0
MOVED_BITS = 26
# Fades start without points: the next look comes sooner.
EMPTY_SECONDS = 0.25
POINTS_MIN = 8

FRAMES_MAX = 4 * 3600 + 1
POINTS_PER_FRAME_MAX = 1000
ASPECT_MAX = 8192.0

# How points are packed: a version, the aspect, the number of frames; for each frame its time and
# its number of points; then of all points x and y in 65535ths of the longer side, the size in
# steps of 1/20 octave, the direction in 256ths of a turn, and the codes.
_VERSION = 1
_HEAD = struct.Struct("<BfI")
_STEPS = 65535
_SIZE_STEPS, _SIZE_LEAST = 20.0, -12.0
_TURN = 2 * np.pi


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """The points of one clip, in the order of their frames.

    Attributes:
        seconds: float64, (F,), ascending: when each frame that was taken is shown.
        frame: int32, (N,), ascending: which of them a point is in.
        places: float32, (N, 2): x and y from the picture's centre, its longer side being 1.
        scales: float32, (N,), positive, in the same unit.
        angles: float32, (N,), radians, clockwise from the x axis.
        codes: uint8, (N, 32).
        aspect: The picture's width by its height.

    Raises:
        DescriptorsError: The arrays do not fit together, or are out of range.
    """

    seconds: NDArray[np.float64]
    frame: NDArray[np.int32]
    places: NDArray[np.float32]
    scales: NDArray[np.float32]
    angles: NDArray[np.float32]
    codes: NDArray[np.uint8]
    aspect: float

    def __post_init__(self) -> None:
        """Refuse arrays that do not fit together."""
        count = len(self.codes)
        shapes = (self.frame.shape, self.scales.shape, self.angles.shape, self.places.shape[:1])
        if self.codes.dtype != np.uint8 or self.codes.shape != (count, CODE_BYTES):
            raise DescriptorsError(f"Codes are uint8 of shape (N, {CODE_BYTES}).")
        if any(shape != (count,) for shape in shapes) or self.places.shape != (count, 2):
            raise DescriptorsError(f"{count} codes need as many frames, places, scales and angles.")
        if len(self.seconds) > FRAMES_MAX or self.seconds.ndim != 1:
            raise DescriptorsError(f"A clip has at most {FRAMES_MAX} frames with points.")
        if not np.isfinite(self.seconds).all() or (np.diff(self.seconds) <= 0).any():
            raise DescriptorsError("Times are finite and ascend.")
        if count and (self.frame[0] < 0 or self.frame[-1] >= len(self.seconds)):
            raise DescriptorsError("A point is in no frame.")
        if (np.diff(self.frame) < 0).any():
            raise DescriptorsError("The points are not in the order of their frames.")
        if not 1 / ASPECT_MAX <= self.aspect <= ASPECT_MAX:
            raise DescriptorsError(f"No picture is {self.aspect} times as wide as high.")
        self._check_values()

    def __len__(self) -> int:
        """Return the number of points."""
        return len(self.codes)

    def only(self, points: NDArray[np.bool_]) -> "Features":
        """Return the points that are chosen by a mask, (N,); the frames stay."""
        return replace(
            self,
            frame=self.frame[points],
            places=self.places[points],
            scales=self.scales[points],
            angles=self.angles[points],
            codes=self.codes[points],
        )

    def thinned(self, points_max: int) -> "Features":
        """Return the strongest points of each frame, so many in all; the frames stay."""
        if len(self) <= points_max:
            return self
        rank = np.arange(len(self)) - np.searchsorted(self.frame, self.frame)
        # The first ones of all frames come before the second ones.
        order = np.lexsort((self.frame, rank))
        chosen = np.zeros(len(self), np.bool_)
        chosen[order[:points_max]] = True
        return self.only(chosen)

    def between(self, start: float, end: float) -> "Features":
        """Return what is in the frames of a stretch of time, ends included."""
        first = int(np.searchsorted(self.seconds, start))
        last = int(np.searchsorted(self.seconds, end, side="right"))
        chosen = self.only((self.frame >= first) & (self.frame < last))
        return replace(
            chosen, seconds=self.seconds[first:last], frame=chosen.frame - np.int32(first)
        )

    def _check_values(self) -> None:
        values = (self.places, self.scales, self.angles)
        if not all(np.isfinite(value).all() for value in values) or (self.scales <= 0).any():
            raise DescriptorsError("Places, scales and angles are finite, and scales positive.")
        if (np.abs(self.places) > 0.5).any():
            raise DescriptorsError("A point lies outside its picture.")


@dataclass(slots=True)
class Watcher:
    """Finds the points of a clip on its way past.

    Attributes:
        points_max: How many of a frame are kept at most.
        pixels: To how many a frame is reduced first.
        apart_seconds: How far apart the frames are at least.
    """

    points_max: int = POINTS
    pixels: int = PIXELS
    apart_seconds: float = APART_SECONDS
    _aspect: float = 1.0
    _kept: spectrum.Spectrum | None = None
    _kept_at: float = -np.inf
    _due: float = -np.inf
    _taken: list[tuple[float, Points]] = field(default_factory=list[tuple[float, Points]])

    def look(self, frames: NDArray[np.uint8], seconds: NDArray[np.float64]) -> None:
        """Take in frames, with their times, which never run backwards.

        Args:
            frames: uint8, (T, H, W, 3), RGB, or (T, H, W), luma.
            seconds: float64, (T,).

        Raises:
            FramesError: They are no such pictures.
        """
        if frames.dtype != np.uint8 or (frames.ndim != 3 and frames.shape[3:] != (3,)):
            raise FramesError(f"Frames are uint8, (T, H, W, 3) or (T, H, W), not {frames.shape}.")
        if seconds.shape != (len(frames),) or not np.isfinite(seconds).all():
            raise FramesError(f"{len(frames)} frames need as many times, all finite.")
        if not frames.size:
            return
        if self._kept is None:
            self._aspect = frames.shape[2] / frames.shape[1]
        for frame, at in zip(frames, seconds.tolist(), strict=True):
            if at >= self._due and len(self._taken) < FRAMES_MAX:
                self._consider(frame, at)

    def features(self) -> Features:
        """Return what was found so far."""
        return collect(
            [at for at, _ in self._taken], [found for _, found in self._taken], aspect=self._aspect
        )

    def _consider(self, frame: NDArray[np.uint8], at: float) -> None:
        low = spectrum.of(frame)
        still = self._kept is not None and spectrum.moved(self._kept, low) <= MOVED_BITS
        if still and at < self._kept_at + STILL_SECONDS_MAX - sample.STEP_SECONDS_MIN:
            return
        # Nothing is found where nothing is: that is cheaper to see here.
        plain = spectrum.quality(low) == 0
        found = (
            points.NONE if plain else points.find(frame, count=self.points_max, pixels=self.pixels)
        )
        few = len(found.codes) < POINTS_MIN
        self._kept, self._kept_at = low, at
        self._due = at + (EMPTY_SECONDS if few else self.apart_seconds) - sample.STEP_SECONDS_MIN
        if len(found.codes):
            self._taken.append((at, found))


def for_query() -> Watcher:
    """Return what finds the points of a clip that is looked at once, and not kept."""
    return Watcher(QUERY_POINTS, QUERY_PIXELS, QUERY_APART_SECONDS)


def collect(seconds: Sequence[float], found: Sequence[Points], *, aspect: float) -> Features:
    """Return the points of several frames, in the order of time, as those of one clip."""
    empty = [points.NONE, *found]
    return Features(
        seconds=np.array(seconds, np.float64),
        frame=np.repeat(np.arange(len(found), dtype=np.int32), [len(one.codes) for one in found]),
        places=np.concatenate([one.places for one in empty]),
        scales=np.concatenate([one.scales for one in empty]),
        angles=np.concatenate([one.angles for one in empty]),
        codes=np.concatenate([one.codes for one in empty]),
        aspect=aspect,
    )


def mirror(features: Features) -> Features:
    """Return the points of the mirrored clip: its codes are the same to the bit."""
    return replace(
        features,
        places=features.places * np.array([-1, 1], np.float32),
        angles=points.wrap(np.asarray(np.pi - features.angles, np.float32)),
        codes=points.mirror(features.codes),
    )


def pack(features: Features) -> bytes:
    """Return a clip's points in 38 bytes each, and 10 for each frame.

    Raises:
        DescriptorsError: A frame has more than POINTS_PER_FRAME_MAX points.
    """
    counts = np.bincount(features.frame, minlength=len(features.seconds))
    if len(counts) and counts.max() > POINTS_PER_FRAME_MAX:
        raise DescriptorsError(f"A frame has at most {POINTS_PER_FRAME_MAX} points.")
    sizes = (np.log2(features.scales) - _SIZE_LEAST) * _SIZE_STEPS
    ways = np.rint(features.angles / _TURN * 256).astype(np.int64) % 256
    return b"".join(
        (
            _HEAD.pack(_VERSION, features.aspect, len(features.seconds)),
            features.seconds.astype("<f8").tobytes(),
            counts.astype("<u2").tobytes(),
            np.rint((features.places + 0.5) * _STEPS).astype("<u2").tobytes(),
            np.rint(sizes).clip(0, 255).astype(np.uint8).tobytes(),
            ways.astype(np.uint8).tobytes(),
            features.codes.tobytes(),
        )
    )


def unpack(packed: bytes) -> Features:
    """Return the points that were packed, to within what is kept of them.

    Raises:
        DescriptorsError: The bytes are not what `pack` makes.
    """
    if len(packed) < _HEAD.size:
        raise DescriptorsError("These are not the packed points of a clip.")
    version, aspect, frames = _HEAD.unpack_from(packed)
    if version != _VERSION or frames > FRAMES_MAX or len(packed) < _HEAD.size + 10 * frames:
        raise DescriptorsError("These are not the packed points of a clip.")
    counts_at = _HEAD.size + 8 * frames
    counts = np.frombuffer(packed, "<u2", frames, counts_at).astype(np.int64)
    total, at = int(counts.sum()), counts_at + 2 * frames
    if len(packed) != at + (6 + CODE_BYTES) * total or (counts > POINTS_PER_FRAME_MAX).any():
        raise DescriptorsError("The packed points of a clip are cut short, or more than allowed.")
    steps = np.frombuffer(packed, "<u2", 2 * total, at).reshape(total, 2)
    sizes = np.frombuffer(packed, np.uint8, total, at + 4 * total)
    ways = np.frombuffer(packed, np.uint8, total, at + 5 * total)
    return Features(
        seconds=np.frombuffer(packed, "<f8", frames, _HEAD.size).astype(np.float64),
        frame=np.repeat(np.arange(frames, dtype=np.int32), counts),
        places=(steps / np.float32(_STEPS) - np.float32(0.5)).astype(np.float32),
        scales=np.exp2(sizes / _SIZE_STEPS + _SIZE_LEAST).astype(np.float32),
        angles=(ways * np.float32(_TURN / 256)).astype(np.float32),
        codes=np.frombuffer(packed, np.uint8, offset=at + 6 * total).reshape(total, CODE_BYTES),
        aspect=aspect,
    )
