"""Which frames of a clip are worth a descriptor: few where nothing moves, many where much does."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from fingerprint import spectrum
from fingerprint.errors import FramesError

# One look each 3 frames of 24 a second. A cut is then placed within 1/8 s.
LOOKS_PER_SECOND = 8
# Of 256 signs. At 24 ordinary footage keeps about 3 frames a second, at 14 twice as many.
MOVED_BITS = 24
STILL_SECONDS_MAX = 1.0
CLIP_SECONDS_MAX = 4 * 3600.0
# Larger than 8K, so that only broken headers and bombs are refused.
SIDE_PIXELS_MAX = 8192
# Times are sums of floating point numbers: one microsecond is no step.
STEP_SECONDS_MIN = 1e-6

Chunk = tuple[NDArray[np.uint8], NDArray[np.float64]]


def pick(chunks: Iterable[Chunk]) -> Iterator[tuple[float, NDArray[np.uint8]]]:
    """Yield the frames that tell something new, with their times; memory stays at one chunk.

    Eight frames a second are looked at. One is kept if it moved since the last kept frame, or if
    that was a second ago. The first and the last frame of the clip are always kept, so that the
    result spans it.

    Args:
        chunks: Frames uint8, (T, H, W, 3), RGB, or (T, H, W), luma, with T times in seconds,
            float64, that never run backwards, within a chunk or from one to the next.

    Yields:
        Seconds and the frame (a view into the chunk that is valid until the next step).

    Raises:
        FramesError: A chunk has another shape or type, times run backwards, a side is longer
            than `SIDE_PIXELS_MAX`, or the clip is longer than `CLIP_SECONDS_MAX`.
    """
    kept: spectrum.Spectrum | None = None
    kept_at = look_at = first_at = -np.inf
    last: tuple[float, NDArray[np.uint8]] | None = None
    for frames, seconds in chunks:
        _check(frames, seconds, after=last[0] if last else -np.inf)
        if not len(frames):
            continue
        if last is None:
            first_at = float(seconds[0])
        if seconds[-1] - first_at > CLIP_SECONDS_MAX:
            raise FramesError(f"The clip is longer than {CLIP_SECONDS_MAX:.0f} seconds.")
        for frame, at in zip(frames, seconds.tolist(), strict=True):
            if at < look_at - STEP_SECONDS_MIN:
                continue
            look_at = _next_look(at, first_at)
            low = spectrum.of(frame)
            still = kept is not None and spectrum.moved(kept, low) <= MOVED_BITS
            if still and at < kept_at + STILL_SECONDS_MAX - STEP_SECONDS_MIN:
                continue
            kept, kept_at = low, at
            yield at, frame
        # A copy, because a decoder may fill the same array again.
        last = float(seconds[-1]), frames[-1].copy()
    if last and last[0] > kept_at + STEP_SECONDS_MIN:
        yield last


def _next_look(at: float, first_at: float) -> float:
    """Return the next point of the grid of looks, which starts at the first frame."""
    looks = np.floor((at - first_at + STEP_SECONDS_MIN) * LOOKS_PER_SECOND) + 1
    return first_at + float(looks) / LOOKS_PER_SECOND


def _check(frames: NDArray[np.uint8], seconds: NDArray[np.float64], *, after: float) -> None:
    if frames.dtype != np.uint8 or (frames.ndim != 3 and frames.shape[3:] != (3,)):
        raise FramesError(
            f"Frames are uint8 of shape (T, H, W, 3) or (T, H, W), "
            f"not {frames.dtype} of {frames.shape}."
        )
    if seconds.shape != (len(frames),):
        raise FramesError(f"{len(frames)} frames come with times of shape {seconds.shape}.")
    high, wide = frames.shape[1:3]
    if not (0 < high <= SIDE_PIXELS_MAX and 0 < wide <= SIDE_PIXELS_MAX):
        raise FramesError(f"A frame of {wide} x {high} is not within 1 and {SIDE_PIXELS_MAX}.")
    if not np.isfinite(seconds).all():
        raise FramesError("A frame has no finite time.")
    if len(seconds) and (seconds[0] < after or (np.diff(seconds) < 0).any()):
        raise FramesError("The times of the frames run backwards.")
