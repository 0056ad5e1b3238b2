"""What a detector looks at: the whitened spectrum of all frames of a clip, added up.

The mark stands still while the picture moves, so adding frames raises it above the picture. Each
frame is first flattened to equal local contrast, which keeps one bright edge from drowning it; and
so is its blueness, in which the same mark lies, and added.
"""

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from watermark.errors import WatermarkError
from watermark.frames import Frames, Plane, blueness, check, luma
from watermark.lattice import PERIODS, Complexes

SHORT_SIDE_MAX: Final = 720  # Beyond this, a larger picture costs time and tells nothing more.
LONG_SIDE_MAX: Final = 1280
# The shorter side of a sum. The lines of the smallest mark that is searched for take 250 pixels;
# more cost four times as much to analyse, and find no more (measured: z changes by 0.1).
SUM_SIDE_MAX: Final = 360
STRETCHES_MAX: Final = 32  # Of a clip of ten seconds, a third of a second each; 60 MB in all.

_NEIGHBOURHOOD: Final = 1 / 25  # Of the shorter side: where contrast is equalised.
_CONTRAST_MAX: Final = 2.5  # In local standard deviations.
_TAPER: Final = 0.15  # Share of a side that the window fades out, half of it at each end.
_OVERSAMPLING: Final = 3  # Spectrum points per resolvable frequency: enough to interpolate.
_WHITENING_SPACINGS: Final = 1.2  # Side of the whitening window, in spacings of the lattice.
_POWER_MAX: Final = 12.0  # A whitened power is 1 on average; a peak of the picture counts so much.
_AMPLITUDE_MAX: Final = 2.5
_TINY: Final = 1e-9
_TINIER: Final = 1e-12

Channel: TypeAlias = Literal["both", "luma", "blue"]
"""What of a picture is looked at: the mark lies in both, and either may be spoilt."""


@dataclass(frozen=True, slots=True)
class Spectrum:
    """The spectrum of a picture about its centre, divided by its local magnitude.

    Attributes:
        values: complex64, (rows, columns // 2 + 1); frequencies from -1/2 on in y, from 0 on in x.
        powers: uint8, (rows + 1, columns + 1), the whole plane around its middle: the highest power
            within one point, in steps of _POWER_MAX / 255.
        height: Of the picture, in pixels.
        width: Of the picture, in pixels.
    """

    values: NDArray[np.complex64]
    powers: NDArray[np.uint8]
    height: int
    width: int

    @property
    def side(self) -> int:
        """The shorter side of the picture, in pixels."""
        return min(self.height, self.width)

    def read(self, frequencies: NDArray[np.float64]) -> Complexes:
        """Return the values at any frequencies, with outliers cut down to _AMPLITUDE_MAX.

        Args:
            frequencies: float64, (..., 2), (x, y), in cycles along the shorter side.

        Returns:
            complex128, (...); 0 beyond the highest frequency of the picture.
        """
        rows, columns = self.powers.shape[0] - 1, self.powers.shape[1] - 1
        x = frequencies[..., 0] * (columns / self.side)
        y = frequencies[..., 1] * (rows / self.side)
        mirrored = x < 0.0  # The spectrum of a real picture: the other half is its conjugate.
        x, y = np.abs(x), y * np.where(mirrored, -1.0, 1.0) + rows // 2
        left = np.clip(x.astype(np.int64), 0, columns // 2 - 1)
        top = np.clip(np.floor(y).astype(np.int64), 0, rows - 2)
        right_share, bottom_share = x - left, y - top
        upper = self._mix(top, left, right_share)
        lower = self._mix(top + 1, left, right_share)
        values = upper * (1.0 - bottom_share) + lower * bottom_share
        values = np.where((x < columns // 2) & (y >= 0.0) & (y < rows - 1), values, 0.0)
        values *= np.minimum(1.0, _AMPLITUDE_MAX / np.maximum(np.abs(values), _TINY))
        return np.where(mirrored, values.conj(), values)

    def _mix(
        self, row: NDArray[np.int64], column: NDArray[np.int64], share: NDArray[np.float64]
    ) -> Complexes:
        return self.values[row, column] * (1.0 - share) + self.values[row, column + 1] * share


class Accumulator:
    """Adds up the flattened frames of a clip, in at most STRETCHES_MAX equal stretches of time."""

    def __init__(self) -> None:
        self.frames = 0
        self._sums: list[Plane] = []  # float32, (2, H, W): of luma and of blueness.
        self._stretch: int = 1  # Frames in every sum but the last.
        self._size: tuple[int, ...] | None = None

    def add(self, frames: Frames) -> None:
        """Add frames.

        Args:
            frames: uint8, (T, H, W, 3), RGB, all of one size over the accumulator's life.

        Raises:
            WatermarkError: They are no such frames.
        """
        check(frames)
        self._size = self._size or frames.shape[1:3]
        if frames.shape[1:3] != self._size:
            raise WatermarkError(
                f"the frames of a clip must have one size, not {self._size} and {frames.shape[1:3]}"
            )
        for frame in frames:
            planes = _flatten_both(frame)
            if self.frames == STRETCHES_MAX * self._stretch:
                pairs = zip(self._sums[::2], self._sums[1::2], strict=True)
                self._sums = [first + second for first, second in pairs]
                self._stretch *= 2
            if self.frames % self._stretch == 0:
                self._sums.append(planes)
            else:
                self._sums[-1] += planes
            self.frames += 1

    def part(self, first: int, end: int) -> "Accumulator":
        """Return the stretches of time that most nearly are the frames from `first` up to `end`.

        Args:
            first: 0 <= first < end.
            end: At most `frames`.
        """
        assert 0 <= first < end <= self.frames
        start = min(round(first / self._stretch), (end - 1) // self._stretch)
        to_the_end = end == self.frames
        stop = len(self._sums) if to_the_end else max(start + 1, round(end / self._stretch))
        part = Accumulator()
        part._sums = self._sums[start:stop]
        part._stretch = self._stretch
        part.frames = min(self.frames, stop * self._stretch) - start * self._stretch
        return part

    @property
    def side(self) -> int:
        """The shorter side of the sums in pixels, 0 before the first frame."""
        return min(self._sums[0].shape[1:]) if self._sums else 0

    def total(self, channel: Channel = "both") -> Plane:
        """Return the sum of all frames, float32, (H, W); there must be one."""
        if channel == "both":
            return np.asarray(_add(self._sums).sum(axis=0), dtype=np.float32)
        return _add([planes[("luma", "blue").index(channel)] for planes in self._sums])

    def segments(self, count: int) -> list[Plane]:
        """Return the sums over at most `count` stretches of time; none if there is but one."""
        if len(self._sums) == 1:
            return []
        size = -(-len(self._sums) // count)
        groups = [self._sums[start : start + size] for start in range(0, len(self._sums), size)]
        return [np.asarray(_add(group).sum(axis=0), dtype=np.float32) for group in groups]


def _add(planes: list[Plane]) -> Plane:
    total = planes[0].copy()
    for plane in planes[1:]:
        total += plane
    return total


def _flatten_both(frame: NDArray[np.uint8]) -> Plane:
    """Return flattened luma and blueness of a frame, (2, H, W), of the size of the sums."""
    plane = _reduce(flatten(shrink(luma(frame))))
    # Codecs keep colour at half of the size at best, so nothing is lost by shrinking it first.
    size = (plane.shape[1], plane.shape[0])
    small = cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
    return np.stack([plane, flatten(blueness(np.asarray(small, dtype=np.uint8)))])


def shrink(grey: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return luma, (H, W), within SHORT_SIDE_MAX and LONG_SIDE_MAX, in its own proportions."""
    height, width = grey.shape
    scale = min(SHORT_SIDE_MAX / min(height, width), LONG_SIDE_MAX / max(height, width))
    if scale >= 1.0:
        return grey
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _reduce(plane: Plane) -> Plane:
    """Return a flattened frame with a shorter side of at most SUM_SIDE_MAX."""
    height, width = plane.shape
    scale = SUM_SIDE_MAX / min(height, width)
    if scale >= 1.0:
        return plane
    size = (round(width * scale), round(height * scale))
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), dtype=np.float32)


def flatten(grey: NDArray[np.uint8]) -> Plane:
    """Return luma without its local mean, in units of its local contrast, float32, (H, W)."""
    side = max(3, int(min(grey.shape) * _NEIGHBOURHOOD)) | 1
    plane = grey.astype(np.float32)
    plane -= _blur(plane, side, side)
    # One grey level of noise floor: a flat area must not be blown up to full contrast.
    plane /= np.sqrt(np.maximum(_blur(plane * plane, side, side), 0.0)) + np.float32(1.0)
    return np.clip(plane, -_CONTRAST_MAX, _CONTRAST_MAX, out=plane)


def analyse(total: Plane) -> Spectrum:
    """Return the whitened spectrum of a sum of flattened frames, float32, (H, W)."""
    height, width = total.shape
    rows, columns = _choose_size(height), _choose_size(width)
    windowed = total * _taper(height)[:, np.newaxis] * _taper(width)
    padded = np.zeros((rows, columns), dtype=np.float32)
    padded[:height, :width] = windowed
    padded = np.roll(padded, (-(height // 2), -(width // 2)), (0, 1))
    values = np.fft.fftshift(np.fft.rfft2(padded), axes=0).astype(np.complex64, copy=False)
    power = np.square(values.real) + np.square(values.imag)
    spacing = _WHITENING_SPACINGS * PERIODS / min(height, width)
    local = _blur(power, int(spacing * columns) | 1, int(spacing * rows) | 1)
    # A black clip has no power at all, and must come out as zeros.
    floor = np.maximum(local, np.float32(float(power.mean()) * _TINY + _TINIER))
    return Spectrum(
        values=np.divide(values, np.sqrt(floor), dtype=np.complex64),
        powers=_tabulate(np.divide(power, floor, dtype=np.float32)),
        height=height,
        width=width,
    )


def _tabulate(power: Plane) -> NDArray[np.uint8]:
    """Return `Spectrum.powers` of the whitened power over the half plane."""
    rows, half = power.shape[0], power.shape[1] - 1
    levels = (np.minimum(power, _POWER_MAX) * (255.0 / _POWER_MAX)).astype(np.uint8)
    highest = np.asarray(cv2.dilate(levels, np.ones((3, 3), dtype=np.uint8)), dtype=np.uint8)
    table = np.zeros((rows + 1, 2 * half + 1), dtype=np.uint8)
    table[:rows, half:] = highest
    table[1:, : half + 1] = highest[::-1, ::-1]
    # A search clips frequencies beyond the picture to the rim, which must then say nothing.
    table[[0, -1]] = 0
    table[:, [0, -1]] = 0
    return table


def _choose_size(side: int) -> int:
    """Return an even length that is fast to transform, at least _OVERSAMPLING times the side."""
    return 2 * cv2.getOptimalDFTSize(-(-_OVERSAMPLING * side // 2))


def _taper(side: int) -> NDArray[np.float32]:
    """Return a window of ones that falls to zero at its ends as a raised cosine (Tukey's)."""
    window = np.ones(side, dtype=np.float32)
    fade = int(_TAPER * side / 2.0)
    ramp = 0.5 - 0.5 * np.cos(np.pi * (np.arange(fade) + 0.5) / max(fade, 1))
    window[:fade] = ramp
    window[side - fade :] = ramp[::-1]
    return window


def _blur(plane: Plane, width: int, height: int) -> Plane:
    blurred = cv2.blur(plane, (width, height), borderType=cv2.BORDER_REFLECT)
    return np.asarray(blurred, dtype=np.float32)
