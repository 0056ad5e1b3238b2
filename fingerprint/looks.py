"""Looks at one clip beside those of another that show the same moments."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fingerprint import registration
from fingerprint.proxy import LOOKS_PER_SECOND, Proxy
from fingerprint.registration import SOFT_PIXELS, Floats

WINDOW_LOOKS = LOOKS_PER_SECOND
WINDOWS_MAX = 8  # Seconds that are compared, spread over the stretch.
LOOKS_MIN = 5
# A cut changes the whole picture by so many levels, and so much more than is usual.
CUT_LEVELS, CUT_TIMES = 12.0, 3.0


@dataclass(frozen=True, slots=True)
class Line:
    """What moment of the reference the query shows: speed * seconds + offset.

    Attributes:
        speed: How many times as fast as the reference the query plays.
        offset: Seconds in the reference at second 0 of the query.
    """

    speed: float
    offset: float

    def at(self, seconds: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the seconds in the reference."""
        return self.speed * seconds + self.offset


@dataclass(frozen=True, slots=True)
class Looks:
    """Some seconds of the query."""

    frames: Floats  # (windows, looks, h, w)
    seconds: NDArray[np.float64]  # (windows, looks)
    moving: Floats  # (windows, looks, looks): times pictures, what moves in them.


@dataclass(frozen=True, slots=True)
class Laid:
    """Looks at the reference as the query shows them."""

    times: NDArray[np.float64]  # Of all looks at the reference.
    looks: NDArray[np.int64]  # Which of them are here, rising.
    frames: Floats

    def at(self, seconds: NDArray[np.float64]) -> Floats:
        """Return the pictures of any times near these looks, (…, h, w)."""
        look, share = registration.between(self.times, seconds)
        place = np.searchsorted(self.looks, look)
        before = self.frames[place]
        step = (self.frames[place + 1] - before) * share[..., None, None]
        return np.asarray(before + step, np.float32)


def take(
    query: Proxy,
    reference: Proxy,
    line: Line,
    stretch: tuple[float, float],
    *,
    soft: float,
    slack: float,
) -> Looks | None:
    """Return the seconds of the query that are compared, or None if they are too few."""
    both = known(query, reference, line, slack)
    looks = np.flatnonzero(both & (query.seconds >= stretch[0]) & (query.seconds <= stretch[1]))
    if len(looks) < LOOKS_MIN:
        return None
    length = min(len(looks), WINDOW_LOOKS)
    firsts = np.arange(0, len(looks) - length + 1, length)
    if len(firsts) > WINDOWS_MAX:
        firsts = firsts[np.linspace(0, len(firsts) - 1, WINDOWS_MAX).round().astype(np.int64)]
    chosen = looks[firsts[:, None] + np.arange(length)]
    frames = registration.softened(query.frames[chosen.ravel()], soft)
    frames = frames.reshape(*chosen.shape, *frames.shape[1:])
    return Looks(frames, query.seconds[chosen], _moving(query, chosen))


def _moving(query: Proxy, chosen: NDArray[np.int64]) -> Floats:
    """Return what takes out of the chosen looks what stands still in a window, shot by shot.

    A cut would be motion everywhere at once, and two takes may well be cut alike. The looks beside
    one are left out: it is not known on which side the reference's are.
    """
    last = len(query) - 1
    around = (np.clip(chosen + step, 0, last) for step in (-1, 0, 1))
    before, now, after = (query.frames[looks].astype(np.float32) for looks in around)
    since, until = (np.abs(now - other).mean((2, 3)) for other in (before, after))
    most = max(CUT_LEVELS, CUT_TIMES * float(np.median(since)))
    kept = (since <= most) & (until <= most)
    shot = np.cumsum(since > most, axis=1)
    same = (shot[:, :, None] == shot[:, None, :]) & kept[:, :, None] & kept[:, None, :]
    share = same / np.maximum(same.sum(2, keepdims=True), 1)
    return np.asarray(np.eye(chosen.shape[1]) * kept[:, None, :] - share, np.float32)


def known(query: Proxy, reference: Proxy, line: Line, slack: float) -> NDArray[np.bool_]:
    """Return at which looks at the query there is something of the reference."""
    at = line.at(query.seconds)
    first, last = reference.seconds[0] - slack, reference.seconds[-1] + slack
    return (at >= first) & (at <= last)


def lay(
    reference: Proxy,
    warp: NDArray[np.float64],
    shape: tuple[int, ...],
    at: NDArray[np.float64],
    *,
    slack: float,
) -> Laid:
    """Return the looks at the reference around the times of each window, (windows, looks)."""
    wanted = np.zeros(len(reference), np.bool_)
    for times in at:
        ends = np.array([times.min() - slack, times.max() + slack])
        first, last = registration.between(reference.seconds, ends)[0]
        wanted[first : last + 2] = True
    looks = np.flatnonzero(wanted)
    frames = registration.warped(reference.frames[looks], warp, shape, soft=SOFT_PIXELS)
    return Laid(reference.seconds, looks, frames)
